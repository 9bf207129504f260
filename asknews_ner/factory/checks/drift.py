"""The check of the dataset against the last release: who and what it is about should not turn over unnoticed."""

from collections import Counter
from collections.abc import Mapping

from asknews_ner.dataset.release.newest import GroupCounts, group_counts, newest_release
from asknews_ner.diversify.spread.measures import distance
from asknews_ner.factory.checks.check import Cells, Check, Figure, Finding, Severity
from asknews_ner.factory.workspace import Workspace
from asknews_ner.records import DatasetExample

_EXAMPLES = 5


def _drift(ws: Workspace, _: Cells) -> Finding:
    last = newest_release(ws.releases)
    if last is None:
        return Finding(True, f"nothing to compare with: no release in {ws.releases} yet")
    before, now = group_counts(last), _present(ws)
    rows, over = [], []
    for kind in ("countries", "languages", "types"):
        old, new = getattr(before, kind), getattr(now, kind)
        found = distance(new, {group: old[group] for group in {*old, *new}}).jensen_shannon
        moved = found if found is not None else float(bool(old) != bool(new))
        limit = float(getattr(ws.recipe.checks.max_drift, kind))
        rows.append((kind, moved, limit, _moved_most(old, new)))
        if moved > limit and min(sum(old.values()), sum(new.values())) >= ws.recipe.checks.judge_from_rows:
            over.append(f"{kind} {moved:.2f} ({rows[-1][-1]})")
    words = f"against {last.name}: " + ", ".join(f"{kind} {moved:.2f}" for kind, moved, *_ in rows)
    if over:
        words = f"far from {last.name}: {', '.join(over)}; see what arrived since, or state in checks.max_drift that this is normal"
    figures = tuple(Figure(f"{kind}_distance", round(moved, 4)) for kind, moved, *_ in rows)
    return Finding(not over, words, figures, ("shares of", "distance", "limit", "moved most"), tuple(rows))


def _present(ws: Workspace) -> GroupCounts:
    rows = ws.tables.read("dataset_examples", DatasetExample)
    return GroupCounts(
        Counter(row.country for row in rows),
        Counter(row.language for row in rows),
        Counter(span.label for row in rows for span in row.spans),
    )


def _moved_most(old: Mapping[str, int], new: Mapping[str, int]) -> str:
    """The groups whose shares changed most, with both shares."""
    before, after = max(sum(old.values()), 1), max(sum(new.values()), 1)
    shares = {group: (old.get(group, 0) / before, new.get(group, 0) / after) for group in {*old, *new}}
    most = sorted(shares, key=lambda group: (-abs(shares[group][1] - shares[group][0]), group))[:_EXAMPLES]
    return ", ".join(f"{group} {shares[group][0]:.0%} → {shares[group][1]:.0%}" for group in most)


NEAR_THE_LAST_RELEASE = Check(
    "dataset_examples",
    "near_the_last_release",
    "Shares of countries, languages and entity types are near those of the last release (Jensen-Shannon distance, 0 to 1). WARN: news "
    "move, and a person should see that they did. Passes where nothing was released yet.",
    Severity.WARN,
    False,
    "checks.max_drift",
    _drift,
)
