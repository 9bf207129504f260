"""Who is in the pool and who in the sample, measured."""

from collections.abc import Sequence
from typing import Any, ClassVar

from asknews_ner.diversify.spread.before_after import compare
from asknews_ner.diversify.spread.reference import people
from asknews_ner.factory.stage import Log, Produced, Stage
from asknews_ner.factory.workspace import Workspace
from asknews_ner.records import DistributionRow, SampledArticle, ShareRow, SummaryVector, TopicMember
from asknews_ner.storage.tables import Partition

SHARES_TABLE = "shares"


class DistributionStage(Stage):
    """Entropy, Gini, effective number, Vendi score and distance to the world's people, of pool and sample.

    Global because it compares the pool with the sample. The table `shares` beside it counts both by window, country and language."""

    name: ClassVar[str] = "distribution"
    record: ClassVar[type] = DistributionRow
    partitioned: ClassVar[bool] = False

    def shaped_by(self, ws: Workspace, cell: Partition | None) -> Sequence[Any]:
        """Members of topics, the sample, the vectors, and the reference of people by country."""
        tables = [ws.tables.digest(name) for name in ("topic_members", "sample", "summary_vectors")]
        return [*tables, people("population"), people("internet_users")]

    def compute(self, ws: Workspace, cell: Partition | None, log: Log) -> Produced:
        """Measures by kind of group, pool before sample."""
        members = ws.tables.read("topic_members", TopicMember)
        found = compare(members, ws.tables.read("sample", SampledArticle), ws.tables.read_all("summary_vectors", SummaryVector))
        return Produced(found.rows, beside={SHARES_TABLE: (ShareRow, found.shares)})
