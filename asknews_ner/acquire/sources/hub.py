"""A dataset of the Hugging Face hub, or a folder of Parquet or JSON files like one, through `datasets`, row by row."""

from dataclasses import dataclass
from pathlib import Path

from asknews_ner.acquire.files import SourceError
from asknews_ner.acquire.sources.items import Items, Mark
from asknews_ner.acquire.sources.rows import found_article

_ROWS_A_MARK = 1000


@dataclass(frozen=True)
class HubSource:
    """One split of a dataset. `revision`: a commit of it, so that the same rows come again; a folder has none."""

    name: str
    split: str = "train"
    revision: str = ""
    configuration: str = ""

    def read(self, cursor: str) -> Items:
        """Rows from the number on that the cursor holds. Nothing but data files is read: no program of a dataset is run."""
        if not self.revision and not Path(self.name).is_dir():
            raise SourceError(f"{self.name}: name the commit too (revision), so that the same rows come again next time")
        try:
            from datasets import load_dataset
            from datasets.exceptions import DatasetsError
        except ImportError as error:
            raise SourceError(
                f"reading {self.name} needs the library `datasets`: install this package with the extra `benchmarks`"
            ) from error
        start = int(cursor or 0)
        try:
            rows = load_dataset(self.name, self.configuration or None, split=self.split, revision=self.revision or None, streaming=True)
            for number, values in enumerate(rows.skip(start) if start else rows, start):
                yield found_article(f"{self.name}/{self.split}:{number + 1}", values)
                if (number + 1) % _ROWS_A_MARK == 0:
                    yield Mark(str(number + 1))
        except (DatasetsError, OSError, ValueError) as error:
            raise SourceError(f"{self.name}: cannot be read as a dataset ({error}); check name, split and revision") from error
