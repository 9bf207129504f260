"""What has changed from one release to another, example by example. Examples are the same when they are of the same article."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from asknews_ner.dataset.release.errors import ReleaseError
from asknews_ner.dataset.release.gliner_json import SPLITS_FILE

Span = tuple[int, int, str]


class Change(str, Enum):
    """What can become of an example. Text, labels and split can change together, except that other words need other spans."""

    ADDED = "only in the second release"
    REMOVED = "only in the first release"
    TEXT_CHANGED = "other words"
    RELABELLED = "the same words, other spans"
    MOVED = "in another split"


@dataclass(frozen=True, slots=True)
class PublishedExample:
    """An example as it stands in the paper's JSON form."""

    article_id: str
    split: str
    language: str
    tokens: tuple[str, ...]
    spans: frozenset[Span]


@dataclass(frozen=True, slots=True)
class ChangedExample:
    """An example that differs. `spans_added` and `spans_removed`: of relabelled ones only, sorted. Splits are empty where it is not."""

    article_id: str
    language: str
    changes: tuple[Change, ...]
    split_before: str
    split_after: str
    spans_added: tuple[Span, ...] = ()
    spans_removed: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Difference:
    """All changed examples, sorted by article, and how many are in both releases without any change."""

    changed: list[ChangedExample]
    unchanged: int

    def counts(self) -> dict[Change, int]:
        """Examples by change; one with two changes counts for both."""
        found = Counter(change for row in self.changed for change in row.changes)
        return {change: found[change] for change in Change}

    def by_language(self) -> dict[str, dict[Change, int]]:
        """The same by language of the article, sorted."""
        languages = sorted({row.language for row in self.changed})
        return {name: Difference([row for row in self.changed if row.language == name], 0).counts() for name in languages}

    def by_type(self) -> dict[str, tuple[int, int]]:
        """Spans added and removed by relabelling, by type, sorted."""
        added = Counter(label for row in self.changed for _, _, label in row.spans_added)
        removed = Counter(label for row in self.changed for _, _, label in row.spans_removed)
        return {name: (added[name], removed[name]) for name in sorted({*added, *removed})}


def compare(before: Sequence[PublishedExample], after: Sequence[PublishedExample]) -> Difference:
    """The difference. Raises ReleaseError if an article stands in one of the two twice."""
    old, new = _by_article(before, "first"), _by_article(after, "second")
    changed = [row for key in sorted(old.keys() | new.keys()) if (row := _changed(old.get(key), new.get(key))) is not None]
    return Difference(changed, len(old.keys() | new.keys()) - len(changed))


def _changed(old: PublishedExample | None, new: PublishedExample | None) -> ChangedExample | None:
    if old is None:
        assert new is not None
        return ChangedExample(new.article_id, new.language, (Change.ADDED,), "", new.split)
    if new is None:
        return ChangedExample(old.article_id, old.language, (Change.REMOVED,), old.split, "")
    relabelled = old.tokens == new.tokens and old.spans != new.spans
    changes = [
        *([Change.TEXT_CHANGED] if old.tokens != new.tokens else []),
        *([Change.RELABELLED] if relabelled else []),
        *([Change.MOVED] if old.split != new.split else []),
    ]
    if not changes:
        return None
    return ChangedExample(
        article_id=new.article_id,
        language=new.language,
        changes=tuple(changes),
        split_before=old.split,
        split_after=new.split,
        spans_added=tuple(sorted(new.spans - old.spans)) if relabelled else (),
        spans_removed=tuple(sorted(old.spans - new.spans)) if relabelled else (),
    )


def _by_article(rows: Sequence[PublishedExample], which: str) -> Mapping[str, PublishedExample]:
    found: dict[str, PublishedExample] = {}
    for row in rows:
        if row.article_id in found:
            raise ReleaseError(f"the {which} release has article {row.article_id} twice: examples cannot be told apart by it")
        found[row.article_id] = row
    return found


def read_published(place: Path) -> list[PublishedExample]:
    """Examples of a release's folder, of a workspace's dataset folder, or of a file in the paper's JSON form.

    Raises ReleaseError if it is none of these."""
    file = place / SPLITS_FILE if place.is_dir() else place
    if not file.is_file():
        raise ReleaseError(f"{file} is not there: give the folder of a release or dataset, which holds {SPLITS_FILE}, or such a file")
    try:
        splits = json.loads(file.read_text(encoding="utf-8"))
        return [
            PublishedExample(
                article_id=str(record["metadata"]["articleId"]),
                split=split,
                language=str(record["metadata"]["article_language"]),
                tokens=tuple(record["tokenized_text"]),
                spans=frozenset((start, end, label) for start, end, label in record["ner"]),
            )
            for split, records in splits.items()
            for record in records
        ]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ReleaseError(f"{file} is not in the paper's JSON form ({type(error).__name__}: {error})") from error
