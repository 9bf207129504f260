"""The releases that are in a folder already: which is the newest, and whether one is of the same content."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from asknews_ner.dataset.release.checksums import PROVENANCE

_FINGERPRINT = "FINGERPRINT"


@dataclass(frozen=True)
class GroupCounts:
    """Examples by country and by language, spans by type."""

    countries: Counter[str]
    languages: Counter[str]
    types: Counter[str]


def newest_release(releases: Path) -> Path | None:
    """The release that was made last, as its provenance says; None where there is none."""
    made = releases_in_order(releases)
    return made[-1] if made else None


def releases_in_order(releases: Path) -> list[Path]:
    """All of them, the one that was made first first."""
    made = [(json.loads(_facts(place).read_text(encoding="utf-8"))["made_at"], place.name, place) for place in _releases(releases)]
    return [place for _, _, place in sorted(made)]


def release_of(releases: Path, fingerprint: str) -> Path | None:
    """The release with this content, under whatever version; None where there is none."""
    return next((place for place in _releases(releases) if (place / _FINGERPRINT).read_text(encoding="utf-8").strip() == fingerprint), None)


def group_counts(release: Path) -> GroupCounts:
    """Counted from its Parquet files, of all splits."""
    found = GroupCounts(Counter(), Counter(), Counter())
    for shard in sorted((release / "data").glob("*.parquet")):
        table = pq.read_table(shard, columns=["country", "language", "spans"])
        found.countries.update(table["country"].to_pylist())
        found.languages.update(table["language"].to_pylist())
        found.types.update(span["label"] for spans in table["spans"].to_pylist() for span in spans)
    return found


def _releases(folder: Path) -> Iterator[Path]:
    """Finished ones: a folder that is still being written bears another name."""
    return (place for place in sorted(folder.glob("[!.]*")) if _facts(place).is_file())


def _facts(release: Path) -> Path:
    return release / PROVENANCE / "release.json"
