"""Tables of scores as Markdown. F1 and differences are in points (per cent), as in the paper's tables."""

from collections.abc import Sequence

from asknews_ner.evaluate.tables.lay_out import Line, ScoreTable
from asknews_ner.records import Comparison, Score

_NOTHING = "–"


def markdown(tables: Sequence[ScoreTable], heading: str = "####") -> str:
    """All tables under their titles; a table of which no set was scored consists of the line that says so."""
    return "\n\n".join(f"{heading} {table.title}\n\n{table_markdown(table)}" for table in tables if table.lines or table.missing)


def table_markdown(table: ScoreTable) -> str:
    """One table without its title, and the sets that are missing in it."""
    parts = []
    if table.lines:
        parts.append("\n".join([*_head(_has_control(table)), *(_row(line, _has_control(table)) for line in table.lines), *_mean(table)]))
    if table.missing:
        of = len(table.missing) + len(table.lines)
        parts.append(f"Missing, not scored ({len(table.missing)} of {of}): {', '.join(table.missing)}.")
    return "\n\n".join(parts)


def _has_control(table: ScoreTable) -> bool:
    return any(line.control for line in table.lines)


def _head(control: bool) -> list[str]:
    names = ["set", "sentences", "entities", "base", "tuned", "difference", "95 %, paired"]
    names += ["control", "tuned – control", "95 %, paired"] if control else []
    return ["| " + " | ".join(names) + " |", "| --- |" + " ---: |" * (len(names) - 1)]


def _row(line: Line, control: bool) -> str:
    some = line.some
    cells = [line.title, f"{some.sentences:,}" if some else _NOTHING, f"{some.gold:,}" if some else _NOTHING]
    cells += [_f1(line.base), _f1(line.tuned), *_difference(line.against_base)]
    cells += [_f1(line.control), *_difference(line.against_control)] if control else []
    return "| " + " | ".join(cells) + " |"


def _mean(table: ScoreTable) -> list[str]:
    means = table.means
    if means is None:
        return []
    cells = [f"**mean of {means.sets}**", "", "", f"{100 * means.base:.1f}", f"{100 * means.tuned:.1f}"]
    cells += [f"{100 * (means.tuned - means.base):+.1f}", ""] + ["", "", ""] * _has_control(table)
    return ["| " + " | ".join(cells) + " |"]


def _f1(score: Score | None) -> str:
    return f"{100 * score.f1:.1f} ({100 * score.f1_low:.1f}–{100 * score.f1_high:.1f})" if score else _NOTHING


def _difference(row: Comparison | None) -> list[str]:
    if row is None:
        return [_NOTHING, _NOTHING]
    return [f"{100 * row.difference:+.1f}", f"{100 * row.low:+.1f} to {100 * row.high:+.1f}"]
