"""The audit of distributions as a report."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, ClassVar

from asknews_ner.diversify.spread.readers import readers
from asknews_ner.diversify.spread.reference import people, years
from asknews_ner.factory.entity_types import RARE_TABLE
from asknews_ner.factory.ledger import STAGES
from asknews_ner.factory.reports.audit_passages import EXAMPLES, POOL, SAMPLE, TYPE, Traced, traced
from asknews_ner.factory.reports.report import Launch, Made, Report
from asknews_ner.factory.stage import Log
from asknews_ner.factory.workspace import Workspace
from asknews_ner.records import Topic
from asknews_ner.report.audit.funnel import Passage, leg, losses, survivals
from asknews_ner.report.audit.gaps import Pair, Supply, coverage, gaps
from asknews_ner.report.audit.records import Coverage, Gap, Loss, StageSpread, Survival
from asknews_ner.report.audit.section import Audit, audit_section, pictures
from asknews_ner.report.audit.spreads import spread_of
from asknews_ner.storage.tables import reject_table

BEFORE, AFTER = "before the sample", "after the sample"
SURVIVAL, LOSSES, SPREADS, GAPS, COVERAGE = "audit_survival", "audit_losses", "audit_spreads", "audit_gaps", "audit_coverage"


class AuditReport(Report):
    """Who is in the articles, the sample and the dataset: by country, language, topic, publisher, entity type and time at every stage, who
    gets lost where and why, how even it is, how far from the world's people and readers, and what to collect next."""

    name: ClassVar[str] = "audit"
    reads: ClassVar[tuple[str, ...]] = ("arrivals", "clean_articles", "duplicates", "topics", "sample", "ner_examples", "dataset_examples")

    def shaped_by(self, ws: Workspace) -> Sequence[Any]:
        """All tables of articles, what was rejected, the references, the registry and the recipe's slices."""
        tables = [
            "arrivals", "articles", "clean_articles", "duplicates", "summaries", "summary_vectors", "story_copies", "topic_members",
            "topics", "sample", "entity_labels", "ner_examples", "dataset_examples", "lost_entities", RARE_TABLE,
        ]  # fmt: skip
        tables += [reject_table("dataset_examples" if stage == EXAMPLES else stage) for stage in STAGES]
        recipe = ws.recipe
        facts = [people("population"), people("internet_users"), [[one.id, *_places(one)] for one in ws.publishers.publishers]]
        return [*(ws.tables.digest(table) for table in tables), *facts, recipe.audit, recipe.acquire.languages, recipe.dataset]

    def make(self, ws: Workspace, log: Log, launch: Launch) -> Made:
        """Trace every article, then count, compare and rank."""
        params, kinds = ws.recipe.audit, traced(ws)
        survival: list[Survival] = []
        lost: list[Loss] = []
        spreads: list[StageSpread] = []
        for one in kinds:
            for passage in [*one.passages, *_legs(one)]:
                survival += survivals(one.kind, passage, one.group_of, params.confidence)
                lost += losses(one.kind, passage, one.group_of)
            supply = {one.group_of(unit) for unit in one.passages[0].kept} - {""}
            spreads += [spread_of(one.kind, passage, one.group_of, supply, params.country_goal) for passage in one.passages]
        found, covered = _collect(ws, kinds)
        log(f"audit: {len(survival)} groups at stages, {sum(row.cause != '' for row in found)} countries and languages with too little")
        audit = Audit(ws.recipe, survival, lost, spreads, found, covered, _names(ws), ws.tables.row_count("dataset_examples"))
        tables: dict[str, tuple[type, Sequence[Any]]] = {
            SURVIVAL: (Survival, survival),
            LOSSES: (Loss, lost),
            SPREADS: (StageSpread, spreads),
            GAPS: (Gap, found),
            COVERAGE: (Coverage, covered),
        }
        return Made(audit_section(audit), tables, _figures(spreads, covered), pictures(audit))


def _places(one: Any) -> list[Any]:
    return [one.country, one.other_countries, one.languages]


def _legs(one: Traced) -> list[Passage]:
    """What happened before the sample, where nobody should be lost for who they are, and after it."""
    if one.kind == TYPE:
        return [leg(AFTER, one.passages)]
    place = {passage.stage: number for number, passage in enumerate(one.passages)}
    after = leg(AFTER, one.passages[place[SAMPLE] + 1 :])
    return [leg(BEFORE, one.passages[: place[POOL] + 1]), after] if STAGES[0] in place else [after]


def _collect(ws: Workspace, kinds: Sequence[Traced]) -> tuple[list[Gap], list[Coverage]]:
    """Gaps by country and language, and how far the countries go."""
    by_kind = {one.kind: one for one in kinds}
    country, language = by_kind["country"], by_kind["language"]
    kept = {passage.stage: passage.kept for passage in country.passages}

    def pairs(stage: str) -> Counter[Pair]:
        return Counter((country.group_of(unit), language.group_of(unit)) for unit in kept[stage])

    params, outlets = ws.recipe.audit, ws.publishers.publishers
    supply = Supply(pairs(STAGES[0]), pairs(POOL), pairs(SAMPLE), pairs(EXAMPLES))
    reachable = readers(ws.recipe.acquire.languages, params.reference)
    found = gaps(supply, reachable, years(params.reference), outlets, params.publishers)
    places = (("pool", supply.pool), (EXAMPLES, supply.examples))
    return found, [coverage(name, counts, reachable, outlets, params.country_goal) for name, counts in places]


def _names(ws: Workspace) -> dict[str, str]:
    """Names of topics, by id."""
    return {row.topic_id: row.name for row in ws.tables.read("topics", Topic)}


def _figures(spreads: Sequence[StageSpread], covered: Sequence[Coverage]) -> dict[str, float]:
    """The dataset's measures under names of their own, for plots over time."""
    found = {f"{row.kind} {name}": getattr(row, name) for row in spreads if row.stage == EXAMPLES for name in ("effective_groups", "gini")}
    return {**found, **{f"{row.stage} countries": row.countries for row in covered}}
