"""Tables of scores as Markdown. F1 and differences are in points (per cent), as in the paper's tables."""

from collections.abc import Sequence

from asknews_ner.evaluate.tables.lay_out import Line, ScoreTable
from asknews_ner.records import Comparison, Score

_NOTHING = "–"
_COMPARED = ("tuned – base", "95 %, paired")


def markdown(tables: Sequence[ScoreTable], heading: str = "####") -> str:
    """All tables under their titles; a table of which no set was scored consists of the line that says so."""
    return "\n\n".join(f"{heading} {table.title}\n\n{table_markdown(table)}" for table in tables if table.lines or table.missing)


def table_markdown(table: ScoreTable) -> str:
    """One table without its title, then a narrow one of the control (both fit the web UI), then the sets that are missing."""
    parts = []
    if table.lines:
        parts.append(
            "\n".join([*_head("set", "sentences", "entities", "base", "tuned", *_COMPARED), *map(_row, table.lines), *_mean(table)])
        )
    controlled = [line for line in table.lines if line.control]
    if controlled:
        parts.append("\n".join([*_head("set", "control", "tuned – control", "95 %, paired"), *map(_control_row, controlled)]))
    if table.missing:
        of = len(table.missing) + len(table.lines)
        parts.append(f"Missing, not scored ({len(table.missing)} of {of}); put the folders where `ASKNEWS_NER_BENCHMARKS` points:")
        head = ["| missing set | licence | where it is |", "| --- | --- | --- |"]
        parts.append("\n".join([*head, *(f"| {one.name} | {one.licence or 'not stated'} | {one.how_to_get} |" for one in table.missing)]))
    return "\n\n".join(parts)


def _head(*names: str) -> list[str]:
    return ["| " + " | ".join(names) + " |", "| --- |" + " ---: |" * (len(names) - 1)]


def _row(line: Line) -> str:
    some = line.some
    cells = [line.title, f"{some.sentences:,}" if some else _NOTHING, f"{some.gold:,}" if some else _NOTHING]
    return "| " + " | ".join([*cells, _f1(line.base), _f1(line.tuned), *_difference(line.against_base)]) + " |"


def _control_row(line: Line) -> str:
    return "| " + " | ".join([line.title, _f1(line.control), *_difference(line.against_control)]) + " |"


def _mean(table: ScoreTable) -> list[str]:
    means = table.means
    if means is None:
        return []
    cells = [f"**mean of {means.sets}**", "", "", f"{100 * means.base:.1f}", f"{100 * means.tuned:.1f}"]
    return ["| " + " | ".join([*cells, f"{100 * (means.tuned - means.base):+.1f}", ""]) + " |"]


def _f1(score: Score | None) -> str:
    return f"{100 * score.f1:.1f} ({100 * score.f1_low:.1f}–{100 * score.f1_high:.1f})" if score else _NOTHING


def _difference(row: Comparison | None) -> list[str]:
    if row is None:
        return [_NOTHING, _NOTHING]
    return [f"{100 * row.difference:+.1f}", f"{100 * row.low:+.1f} to {100 * row.high:+.1f}"]
