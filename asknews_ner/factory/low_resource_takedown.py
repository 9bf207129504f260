"""Generated sentences of calls that showed an article which is taken down: they may tell what it told."""

from collections.abc import Collection

from asknews_ner.factory.generated_models import forget_remembered
from asknews_ner.factory.low_resource_stage import NAME, call_table, table_of
from asknews_ner.factory.workspace import Workspace
from asknews_ner.low_resource.records import GeneratedSentence, GenerationCall
from asknews_ner.records import Rejected
from asknews_ner.storage.tables import reject_table, spend_table

_STAMP = "taken down"
"""No stamp that a run would make: the next one makes the table again, without the articles."""


def forget_generated(ws: Workspace, article_ids: Collection[str]) -> int:
    """Take all that came of such calls, kept and rejected, out of the tables; returns the number of rows. Twice is no fault."""
    gone = 0
    for cell in ws.tables.partitions(spend_table(NAME)):
        gone += forget_remembered(ws, cell.language, article_ids, _STAMP)
        calls = ws.tables.read(call_table(cell.language), GenerationCall)
        grounded = {row.call for row in calls if not set(article_ids).isdisjoint(row.grounded_by)}
        if not grounded:
            continue
        table = table_of(cell.language)
        rows, rejects = ws.tables.read(table, GeneratedSentence), ws.tables.read(reject_table(table), Rejected)
        kept, left = [row for row in rows if row.call not in grounded], [row for row in rejects if _call(row) not in grounded]
        ws.tables.write(table, GeneratedSentence, kept, _STAMP)
        ws.tables.write(reject_table(table), Rejected, left, _STAMP)
        ws.tables.write(call_table(cell.language), GenerationCall, [row for row in calls if row.call not in grounded], _STAMP)
        gone += len(rows) - len(kept) + len(rejects) - len(left)
    return gone


def _call(row: Rejected) -> int:
    """The call's number out of a key such as `da/0017/03`."""
    return int(row.key.split("/")[1])
