"""Checks of generated sentences. They look at target languages: a cell has no country."""

from collections import Counter

from asknews_ner.factory.checks.check import Cells, Check, Figure, Finding, Severity, faults
from asknews_ner.factory.low_resource_stage import loss_table, table_of, yield_table
from asknews_ner.factory.workspace import Workspace
from asknews_ner.low_resource.yields import GenerationLoss, GenerationYield
from asknews_ner.storage.tables import reject_table

_ASSET = "generated_sentences"


def _yields(ws: Workspace, cells: Cells) -> list[GenerationYield]:
    return [row for cell in cells if cell for row in ws.tables.read(yield_table(cell.language), GenerationYield)]


def _counts_add_up(ws: Workspace, cells: Cells) -> Finding:
    found = []
    for row in _yields(ws, cells):
        lost: Counter[str] = Counter()
        for loss in ws.tables.read(loss_table(row.language), GenerationLoss):
            lost[loss.stage] += loss.rows
        table = table_of(row.language)
        sums = (
            ("calls", row.calls, row.replies, lost["generated_replies"]),
            ("datapoints", row.datapoints, row.parsed, lost["generated_sentences"]),
            ("sentences", row.parsed, row.usable, lost["usable_sentences"]),
            ("usable sentences, and those in the table", row.usable, ws.tables.row_count(table), 0),
            ("losses, and rows in the table of them", lost.total(), ws.tables.row_count(reject_table(table)), 0),
        )
        found += [f"{row.language}: {seen} {what}, {kept} kept, {out} lost" for what, seen, kept, out in sums if seen != kept + out]
    languages = [cell.language for cell in cells if cell]
    return faults(
        found,
        ws.recipe.checks.examples,
        f"{', '.join(languages)}: calls, datapoints and sentences add up",
        "materialise generated_sentences again for that language",
    )


COUNTS_ADD_UP = Check(
    _ASSET,
    "every_loss_is_counted",
    "Calls = replies + lost, datapoints = parsed + lost, sentences = usable + rejected, each with its reason. ERROR and blocking: a yield "
    "whose losses cannot be accounted for says nothing about the model. Looks at the target languages of the run.",
    Severity.ERROR,
    True,
    "",
    _counts_add_up,
)


def _enough_is_usable(ws: Workspace, cells: Cells) -> Finding:
    limit, checks = ws.recipe.checks.min_usable_share, ws.recipe.checks
    rows = _yields(ws, cells)
    low = [row for row in rows if row.usable_share < limit and row.requested >= checks.judge_from_rows]
    words = "; ".join(f"{row.language}: {row.usable} of {row.requested} sentences are usable ({row.usable_share:.1%})" for row in rows)
    if low:
        words += f", {limit:.0%} is the least: look at the losses by reason, then at the replies (asknews-ner replies show)"
    return Finding(
        not low,
        words or "nothing was generated",
        (Figure("usable_share", min((row.usable_share for row in rows), default=0.0)),),
        ("step", "reason", "rows", "share"),
        tuple(
            (loss.stage, loss.reason, loss.rows, loss.share)
            for row in rows
            for loss in ws.tables.read(loss_table(row.language), GenerationLoss)
        ),
    )


ENOUGH_IS_USABLE = Check(
    _ASSET,
    "enough_is_usable",
    "Of the sentences that the language model was asked for, the share that is usable is as the recipe finds normal. WARN: what is kept is "
    "well-formed all the same, but a model that loses so much may not know the language, or the server cuts its answers off.",
    Severity.WARN,
    False,
    "checks.min_usable_share",
    _enough_is_usable,
)
