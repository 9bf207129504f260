"""Checks that every stage has: the columns that are declared, and no row lost or invented."""

from collections import Counter

from asknews_ner.factory import pipeline
from asknews_ner.factory.checks.check import Cells, Check, Figure, Finding, Severity, faults
from asknews_ner.factory.checks.counts import ADDS_UP, COUNTS
from asknews_ner.factory.ledger import read_ledger
from asknews_ner.factory.stage import Stage
from asknews_ner.factory.workspace import Workspace
from asknews_ner.records import Rejected
from asknews_ner.storage.schema import schema_of
from asknews_ner.storage.tables import Partition, reject_table


def table_is_sound(stage: Stage) -> Check:
    """Of one stage: declared columns, and where rows come in, in = kept + rejected in each cell."""

    def look(ws: Workspace, cells: Cells) -> Finding:
        if stage is pipeline.ARRIVALS:  # made as a whole, and laid into cells
            cells = ws.tables.partitions(stage.name)
        found = [fault for cell in cells for fault in (_columns(ws, stage, cell), _sum(ws, stage, cell)) if fault]
        rows = sum(ws.tables.row_count(stage.name, cell) for cell in cells)
        return faults(
            found,
            ws.recipe.checks.examples,
            f"{len(cells)} {'file has' if len(cells) == 1 else 'files have'} the declared columns and rows that add up",
            f"delete the files that are named and materialise {stage.name} again",
            [Figure("files", len(cells)), Figure("rows", rows)],
        )

    sums = ", and rows in = kept + rejected" if stage.name in ADDS_UP else ""
    where = " Looks at the cells of the run's partitions." if stage.partitioned else ""
    says = (
        f"The stored file has the columns that the record declares{sums}. ERROR and blocking: what follows would be made of rows that are "
        f"not what they seem.{where}"
    )
    return Check(stage.name, "table_is_sound", says, Severity.ERROR, True, "", look)


def _columns(ws: Workspace, stage: Stage, cell: Partition | None) -> str:
    place, wanted = ws.tables.address(stage.name, cell), schema_of(stage.record)
    found = ws.tables.schema(stage.name, cell)
    if found is None:
        return f"{place} is not there"
    if found.equals(wanted):
        return ""
    names = sorted({field.name for field in {*found} ^ {*wanted}}) or ["their order"]
    return f"{place} has other columns than declared ({', '.join(names)})"


def _sum(ws: Workspace, stage: Stage, cell: Partition | None) -> str:
    if stage.name not in ADDS_UP:
        return ""
    seen, kept, rejected = COUNTS[stage.name](ws, cell)
    return "" if seen == kept + rejected else f"{_where(stage, cell)}: {seen} in, {kept} kept, {rejected} rejected"


def _where(stage: Stage, cell: Partition | None) -> str:
    return f"{stage.name}, {cell.country}, {cell.language}" if cell else stage.name


def few_are_rejected(stage: Stage) -> Check:
    """Of one stage: no single reason takes more of its rows than the recipe finds normal."""

    def look(ws: Workspace, cells: Cells) -> Finding:
        limit = float(getattr(ws.recipe.checks.max_reject_share, stage.name))
        seen = sum(COUNTS[stage.name](ws, cell).seen for cell in cells)
        reasons = Counter(row.reason for cell in cells for row in ws.tables.read(reject_table(stage.name), Rejected, cell))
        shares = [(reason, count, round(count / max(seen, 1), 4)) for reason, count in reasons.most_common()]
        over = [f"{reason} {share:.1%}" for reason, _, share in shares if share > limit and seen >= ws.recipe.checks.judge_from_rows]
        words = f"of {seen} rows " + (", ".join(f"{share:.1%} left for {reason}" for reason, _, share in shares[:3]) or "none left")
        if over:
            words = f"of {seen} rows {', '.join(over)} left; {limit:.0%} is the most: look at the table {reject_table(stage.name)}"
        return Finding(
            not over, words, (Figure("rows_in", seen), Figure("biggest_share", max((share for *_, share in shares), default=0.0))),
            ("reason", "rows", "share"), tuple(shares),
        )  # fmt: skip

    says = (
        f"No single reason takes more of the rows that came into {stage.name} than normal. WARN: each row left for its reason, but so many "
        "tell of a broken delivery, page layout or server."
    )
    return Check(stage.name, "few_are_rejected", says, Severity.WARN, False, f"checks.max_reject_share.{stage.name}", look)


def _ledger_adds_up(ws: Workspace, cells: Cells) -> Finding:
    ledger = read_ledger(ws)
    if ledger.faults:
        return faults(ledger.faults, ws.recipe.checks.examples, "", "materialise that stage again for that country")
    table = tuple((stage, *ledger.total(stage)) for stage in ledger.stages)
    return Finding(True, "all stages add up", columns=("stage", "in", "kept", "rejected"), table=table)


COUNTS_ADD_UP = Check(
    "dataset_examples",
    "counts_add_up",
    "Rows in = kept + rejected at every stage, for every country and language, counted from the tables of all stages together. ERROR and "
    "blocking: a dataset whose articles cannot be accounted for is not released.",
    Severity.ERROR,
    True,
    "",
    _ledger_adds_up,
)
