"""Pool and sample side by side, as a table of words and figures and as a picture."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from asknews_ner.diversify.spread.before_after import GROUPED, POOL, SAMPLE, TEXT
from asknews_ner.diversify.spread.measures import shares_by
from asknews_ner.diversify.spread.reference import people
from asknews_ner.records import DistributionRow, ShareRow
from asknews_ner.report.plots import AFTER, BEFORE, INK, THIRD, markdown_picture, new_figure

MEASURES = {
    "groups": ("number", "{:.0f}"),
    "effective_groups": ("effective number", "{:.1f}"),
    "entropy": ("entropy, nats", "{:.3f}"),
    "gini": ("Gini", "{:.3f}"),
    "biggest_share": ("share of the biggest", "{:.3f}"),
    "population_js": ("Jensen-Shannon distance to people by country", "{:.3f}"),
    "population_tv": ("total variation distance to people by country", "{:.3f}"),
    "online_js": ("Jensen-Shannon distance to internet users by country", "{:.3f}"),
    "online_tv": ("total variation distance to internet users by country", "{:.3f}"),
    "vendi": ("Vendi score", "{:.1f}"),
}
"""Field → its words and form."""
_MOST_COUNTRIES = 40
Line = tuple[str, str, str, str]


def before_and_after(rows: Sequence[DistributionRow]) -> list[Line]:
    """(kind of group, measure, in the pool, in the sample) of all measures that apply."""
    by_kind = {(row.kind, row.scope): row for row in rows}
    lines: list[Line] = []
    for kind in (*GROUPED, TEXT):
        if (kind, POOL) not in by_kind or (kind, SAMPLE) not in by_kind:
            continue
        pair = (by_kind[kind, POOL], by_kind[kind, SAMPLE])
        lines.append((kind, "articles", str(pair[0].rows), str(pair[1].rows)))
        for field, (words, form) in MEASURES.items():
            values = [getattr(row, field) for row in pair]
            if any(value is not None for value in values):
                before, after = ("–" if value is None else form.format(value) for value in values)
                lines.append((kind, words, before, after))
        if pair[0].vendi and pair[1].vendi:
            # The score is at most the number of articles: by article, a small sample can be compared with a large pool.
            shares = (pair[0].vendi / pair[0].rows, pair[1].vendi / pair[1].rows)
            lines.append((kind, "Vendi score by article", f"{shares[0]:.3f}", f"{shares[1]:.3f}"))
    return lines


def before_and_after_table(rows: Sequence[DistributionRow]) -> str:
    """The same as a Markdown table."""
    lines = ["| of | measure | pool | sample |", "| --- | --- | ---: | ---: |"]
    return "\n".join([*lines, *("| " + " | ".join(line) + " |" for line in before_and_after(rows))])


def figures(rows: Sequence[DistributionRow]) -> dict[str, float]:
    """Every measure of the sample and the pool under a name of its own, for plots over time."""
    found = {f"{row.scope}_{row.kind}_{field}": getattr(row, field) for row in rows for field in MEASURES}
    return {name: float(value) for name, value in found.items() if value is not None}


def shares_picture(shares: Sequence[ShareRow]) -> str:
    """Shares of the pool and of the sample by country (the biggest of the pool), language and window, as a Markdown picture.

    Dots: the countries' shares of the world's people and internet users, for comparison."""
    pool = Counter({(row.country, row.language): 0 for row in shares})
    selected: Counter[tuple[str, str]] = Counter()
    windows: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
    for row in shares:
        pool[row.country, row.language] += row.pool
        selected[row.country, row.language] += row.selected
        windows[0][row.window] += row.pool
        windows[1][row.window] += row.selected
    figure, _ = new_figure(11, 7, rows=2)
    figure.clear()
    grid = figure.add_gridspec(2, 2)
    countries, languages, buckets = figure.add_subplot(grid[0, :]), figure.add_subplot(grid[1, 0]), figure.add_subplot(grid[1, 1])
    shown = _bars(countries, shares_by(pool, 0), shares_by(selected, 0), "countries", _MOST_COUNTRIES)
    _references(countries, shown)
    _bars(languages, shares_by(pool, 1), shares_by(selected, 1), "languages", _MOST_COUNTRIES)
    _bars(buckets, *windows, "windows of time", _MOST_COUNTRIES, by_name=True)
    countries.legend(frameon=False, ncols=4, loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0)
    figure.tight_layout()
    return markdown_picture(figure, "shares of pool and sample")


def _shares(counts: Mapping[str, float], groups: Sequence[str]) -> list[float]:
    """In per cent of all counts, not of the groups' alone."""
    total = sum(counts.values()) or 1
    return [100 * counts.get(group, 0) / total for group in groups]


def _bars(axes: Any, before: Mapping[str, int], after: Mapping[str, int], what: str, limit: int, by_name: bool = False) -> list[str]:
    biggest = sorted(before, key=lambda group: (-before[group], group))[:limit]
    groups = sorted(biggest) if by_name else biggest
    places = range(len(groups))
    axes.bar([place - 0.2 for place in places], _shares(before, groups), 0.4, color=BEFORE, label="pool")
    axes.bar([place + 0.2 for place in places], _shares(after, groups), 0.4, color=AFTER, label="sample")
    longest = max(map(len, groups), default=0)
    upright = longest * len(groups) < 60
    axes.set_xticks(list(places), groups, rotation=0 if upright else 90, fontsize=9 if longest < 5 else 7)
    axes.set_ylabel("share, %")
    axes.margins(x=0.01)
    axes.spines[["top", "right"]].set_visible(False)
    of_all = f" (the {limit} biggest of {len(before)})" if len(before) > limit else ""
    axes.set_title(f"{what}{of_all}", loc="left")
    return groups


def _references(axes: Any, countries: Sequence[str]) -> None:
    """Dots on the countries' bars; those far above the bars stand at the upper edge with their figure."""
    top = axes.get_ylim()[1] * 1.25
    axes.set_ylim(0, top)
    for of, words, mark, colour in (("population", "people", "D", THIRD), ("internet_users", "internet users", "o", INK)):
        reference = people("population") if of == "population" else people("internet_users")
        known = [(place, share) for place, share in enumerate(_shares(reference, countries)) if countries[place] in reference]
        inside = [(place, share) for place, share in known if share < top * 0.97]
        axes.plot(
            [place for place, _ in inside], [share for _, share in inside], mark, color=colour, markersize=5, markeredgecolor="white",
            markeredgewidth=0.7, label=f"{words} of the world",
        )  # fmt: skip
        for place, share in known:
            if share >= top * 0.97:
                height = top * (0.94 if of == "population" else 0.84)
                axes.annotate(f"↑ {share:.0f}", (place, height), color=colour, ha="center", fontsize=8)
