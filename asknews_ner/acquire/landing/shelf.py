"""The place of batches: the folder `acquired` in the drop folder, on this disk or in an object store with a copy here."""

from dataclasses import dataclass
from pathlib import Path

from asknews_ner.storage.atomic import write_text
from asknews_ner.storage.mirror import Mirror

FOLDER = "acquired"
_CURSOR = ".cursor.json"


@dataclass(frozen=True)
class Shelf:
    """`root`: the drop folder, or its local copy; `mirror`: of the object store, where the drop folder is one."""

    root: Path
    mirror: Mirror | None = None

    @property
    def ledger_file(self) -> Path:
        """The index of what was landed; on this disk only, since it can be made again."""
        return self.root / FOLDER / ".landed.sqlite"

    def batches(self) -> list[tuple[str, Path]]:
        """(name below the drop folder, file on this disk) of all batches, sorted."""
        if self.mirror is not None:
            names = [name for name in self.mirror.names(f"{FOLDER}/") if name.endswith(".jsonl")]
            self.mirror.fetch_all(names, f"{FOLDER}/")
        else:
            names = sorted(file.relative_to(self.root).as_posix() for file in (self.root / FOLDER).glob("*/[!.]*.jsonl"))
        return [(name, self.root / name) for name in names]

    def batch_name(self, source: str, digest: str) -> str:
        """Name of a batch below the drop folder."""
        return f"{FOLDER}/{source}/{digest[:32]}.jsonl"

    def has(self, name: str) -> bool:
        """Whether this batch is there."""
        return bool(self.mirror.etag(name)) if self.mirror is not None else (self.root / name).is_file()

    def write(self, name: str, text: str) -> None:
        """A whole file, atomically; in the object store, too, where there is one."""
        if self.mirror is not None:
            self.mirror.changing(name)
        write_text(self.root / name, text)
        if self.mirror is not None:
            self.mirror.publish(name)

    def read_cursor(self, source: str) -> str:
        """The source's state as it was written last; empty if it never was."""
        name = f"{FOLDER}/{source}/{_CURSOR}"
        file = self.root / name
        if self.mirror is not None:
            file = self.mirror.current(name) or file
        return file.read_text(encoding="utf-8") if file.is_file() else ""

    def write_cursor(self, source: str, text: str) -> None:
        """Written after the batches that it says are there."""
        self.write(f"{FOLDER}/{source}/{_CURSOR}", text)
