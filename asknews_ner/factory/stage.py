"""What a stage is to the factory: a table made of other tables, remade only when something that shapes it has changed."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from asknews_ner.factory.workspace import Workspace
from asknews_ner.fingerprints import fingerprint
from asknews_ner.records import Rejected
from asknews_ner.storage.tables import Partition, reject_table

Log = Callable[[str], None]


def quiet(_: str) -> None:
    """A log that says nothing."""


@dataclass(frozen=True)
class Produced:
    """What a stage made of one cell."""

    rows: Sequence[Any]
    rejected: Sequence[Rejected] = ()
    beside: Mapping[str, tuple[type, Sequence[Any]]] = field(default_factory=dict)
    from_memo: int = 0
    computed: int | None = None


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh did to one cell: rows kept and rejected; rows computed now, taken from the memo, or left as they were."""

    kept: int
    rejected: int
    computed: int
    from_memo: int
    reused: int
    fingerprint: str


class Stage(ABC):
    """One table of the pipeline. Subclasses say what it is made of and how."""

    name: ClassVar[str]
    record: ClassVar[type]
    partitioned: ClassVar[bool]
    version: ClassVar[str] = "1"
    """Raised when the code would make other rows of the same inputs."""

    @abstractmethod
    def shaped_by(self, ws: Workspace, cell: Partition | None) -> Sequence[Any]:
        """Everything that shapes the rows: slices of the recipe, digests of the inputs, fingerprints of annotators."""

    @abstractmethod
    def compute(self, ws: Workspace, cell: Partition | None, log: Log) -> Produced:
        """The rows. Reads its inputs from the workspace's tables."""

    def fingerprint(self, ws: Workspace, cell: Partition | None) -> str:
        """The stamp that the cell's file should bear now."""
        return fingerprint(self.name, self.version, list(self.shaped_by(ws, cell)))

    def is_current(self, ws: Workspace, cell: Partition | None) -> bool:
        """Whether the cell's file bears that stamp already."""
        return self._bears(ws, cell, self.fingerprint(ws, cell))

    def _bears(self, ws: Workspace, cell: Partition | None, stamp: str) -> bool:
        """Rejected rows without the table's stamp are another writer's: two machines that share an object store can leave such a pair."""
        return ws.tables.fingerprint(self.name, cell) == stamp and ws.tables.fingerprint(reject_table(self.name), cell) in (stamp, None)

    def compute_many(self, ws: Workspace, cells: Sequence[Partition | None], log: Log) -> Iterator[Produced]:
        """The rows of several cells, in their order. Stages that ask a server take them together, to keep it busy."""
        for cell in cells:
            yield self.compute(ws, cell, log)

    def refresh(self, ws: Workspace, cell: Partition | None, log: Log = quiet) -> Refreshed:
        """Bring one cell up to date."""
        return next(done for _, done in self.refresh_many(ws, [cell], log))

    def refresh_many(
        self, ws: Workspace, cells: Sequence[Partition | None], log: Log = quiet
    ) -> Iterator[tuple[Partition | None, Refreshed]]:
        """Bring cells up to date, one after another: (cell, what was done). Of two runs that want the same cells the second one waits, and
        then finds them made."""
        with ws.held(self.name, sorted({cell.country for cell in cells if cell}), log):
            yield from self._refresh_many(ws, cells, log)

    def _refresh_many(self, ws: Workspace, cells: Sequence[Partition | None], log: Log) -> Iterator[tuple[Partition | None, Refreshed]]:
        stamps = {cell: self.fingerprint(ws, cell) for cell in cells}
        due = [cell for cell in cells if not self._bears(ws, cell, stamps[cell])]
        made = self.compute_many(ws, due, log)
        for cell in cells:
            if cell in due:
                rows = next(made)
                yield cell, self._write(ws, cell, self._still(ws, cell, stamps[cell], log), rows)
            else:
                kept, rejected = ws.tables.row_count(self.name, cell), ws.tables.row_count(reject_table(self.name), cell)
                yield cell, Refreshed(kept, rejected, computed=0, from_memo=0, reused=kept, fingerprint=stamps[cell])

    def _still(self, ws: Workspace, cell: Partition | None, stamp: str, log: Log) -> str:
        """The stamp, if the inputs are what they were before the rows were made. Else one that is nobody's: the rows may be of both states,
        and the next run makes them again, even where the inputs are by then what they once were."""
        if self.fingerprint(ws, cell) == stamp:
            return stamp
        log(f"{self.name}: what it is made of changed meanwhile; the next run makes it again")
        return fingerprint(stamp, "changed meanwhile")

    def _write(self, ws: Workspace, cell: Partition | None, stamp: str, made: Produced) -> Refreshed:
        """The table itself is written last: its stamp says that all is there."""
        for table, (record, rows) in {**made.beside, reject_table(self.name): (Rejected, made.rejected)}.items():
            # Most cells reject nothing: no file says the same as an empty one, unless an earlier run left one.
            if rows or ws.tables.exists(table, cell):
                ws.tables.write(table, record, rows, stamp, cell)
        ws.tables.write(self.name, self.record, made.rows, stamp, cell)
        computed = len(made.rows) if made.computed is None else made.computed
        return Refreshed(len(made.rows), len(made.rejected), computed, made.from_memo, reused=0, fingerprint=stamp)


def cell_of(cell: Partition | None) -> Partition:
    """The cell of a partitioned stage."""
    if cell is None:
        raise ValueError("this stage is made cell by cell; give a country and a language")
    return cell
