"""The report on semantic fidelity: every summary against its source."""

from collections.abc import Sequence
from typing import Any, ClassVar

from asknews_ner.acquire.language import packaged_identifier
from asknews_ner.annotate.fidelity.contradiction import contradictions
from asknews_ner.diversify.embedding.encoders import SentenceTransformerEncoder
from asknews_ner.diversify.embedding.vectors import cosines
from asknews_ner.factory.reports.report import Launch, Made, Report
from asknews_ner.factory.stage import Log
from asknews_ner.factory.workspace import Workspace
from asknews_ner.recipe import EmbedParams
from asknews_ner.records import Article, Rejected, Summary, Topic, TopicMember
from asknews_ner.report.fidelity.drift import groups
from asknews_ner.report.fidelity.measure import Measure, Meter, Pair, measured, source_of, text_of
from asknews_ner.report.fidelity.page import NAME, FidelityData, fidelity_section, language_picture
from asknews_ner.report.fidelity.raters import agreement
from asknews_ner.report.fidelity.records import FidelityGroup, FidelityPair, FidelityRating, RaterAgreement
from asknews_ner.report.fidelity.sheet import STAGE, drawn, list_sheets, read_sheets, sheet
from asknews_ner.report.fidelity.worst import side_by_side, worst_rows
from asknews_ner.storage.atomic import file_digest, write_text
from asknews_ner.storage.tables import reject_table

PAIRS, GROUPS, RATINGS, AGREEMENT = "fidelity_pairs", "fidelity_groups", "fidelity_ratings", "fidelity_agreement"
_SHEET = "sheet.csv"
_BYTE_ORDER_MARK = "\ufeff"  # spreadsheets take a CSV without it for the machine's old charset


class FidelityReport(Report):
    """How far summaries keep to their sources: names, places and numbers in both directions and across scripts, length, language,
    similarity, contradiction; drift by language, country and topic; the worst side by side; a sheet for raters and what they said."""

    name: ClassVar[str] = NAME
    reads: ClassVar[tuple[str, ...]] = ("clean_articles", "summaries", "topics")

    def shaped_by(self, ws: Workspace) -> Sequence[Any]:
        """Articles, summaries and topics, this slice of the recipe, the encoder where one is asked, and the raters' sheets."""
        tables = [ws.tables.digest(name) for name in ("clean_articles", "summaries", "topics", "topic_members")]
        sheets = [[path.name, file_digest(path)] for path in list_sheets(ws.verdict_files / NAME)]
        params = ws.recipe.fidelity
        return [tables, params, _encoder_params(ws) if params.similarity else None, sheets]

    def make(self, ws: Workspace, log: Log, launch: Launch) -> Made:
        """Measure all pairs, compare groups, draw the sheet, read the ratings."""
        params, pairs = ws.recipe.fidelity, _pairs(ws)
        topics = {row.article_id: row.topic_id for row in ws.tables.read("topic_members", TopicMember)}
        log(f"fidelity: {len(pairs)} summaries against their sources")
        rows = measured(pairs, topics, _meter(ws))
        names = {row.topic_id: row.name for row in ws.tables.read("topics", Topic)}
        by_group = groups(rows, names, params.confidence) if rows else []
        by_id = {article.article_id: (article, summary) for article, summary in pairs}
        place = ws.review / NAME / _SHEET
        write_text(place, _BYTE_ORDER_MARK + sheet(drawn(rows, params.raters), by_id))
        ratings, rejected = read_sheets(list_sheets(ws.verdict_files / NAME), rows)
        agreed = agreement(ratings, {row.article_id: row.risk for row in rows}, params.raters, params.confidence)
        data = FidelityData(
            params=params,
            groups=by_group,
            worst=side_by_side(worst_rows(rows, params.worst), by_id, params),
            annotators=sorted({row.annotator for row in rows}),
            untranslated=sum(row.language != "en" and not row.translated for row in rows),
            encoder=_encoder(ws).name if params.similarity else "",
            judge=params.contradiction.model,
            sheet=place.relative_to(ws.root).as_posix(),
            sheets_go_to=f"{ws.review.name}/verdicts/{NAME}",
            agreement=agreed,
            rejected_ratings=len(rejected),
        )
        return Made(
            section=fidelity_section(data),
            tables={
                PAIRS: (FidelityPair, rows),
                GROUPS: (FidelityGroup, by_group),
                RATINGS: (FidelityRating, ratings),
                AGREEMENT: (RaterAgreement, agreed),
                reject_table(STAGE): (Rejected, rejected),
            },
            figures=_figures(data.whole),
            pictures={"by_language": language_picture(data)} if data.shown("language") else {},
        )


def _pairs(ws: Workspace) -> list[Pair]:
    """Every summary with its article, in the order of the table."""
    found = []
    for cell in ws.tables.partitions("summaries"):
        summaries = ws.tables.read("summaries", Summary, cell)
        articles = {row.article_id: row for row in ws.tables.read("clean_articles", Article, cell)} if summaries else {}
        found += [(articles[row.article_id], row) for row in summaries if row.article_id in articles]
    return found


def _meter(ws: Workspace) -> Meter:
    params = ws.recipe.fidelity
    similarity = cosines(_encoder_params(ws), _encoder(ws)) if params.similarity else None
    return Meter(params, packaged_identifier(), similarity, _judge(ws) if params.contradiction.model else None)


def _judge(ws: Workspace) -> Measure:
    params = ws.recipe.fidelity.contradiction

    def judge(pairs: Sequence[Pair]) -> list[float | None]:
        known = [place for place, (article, row) in enumerate(pairs) if {article.language, row.summary_language} <= set(params.languages)]
        verdicts = contradictions([(source_of(pairs[place][0]), text_of(pairs[place][1])) for place in known], params)
        found: list[float | None] = [None] * len(pairs)
        for place, verdict in zip(known, verdicts, strict=True):
            found[place] = verdict
        return found

    return judge


def _encoder_params(ws: Workspace) -> EmbedParams:
    own = ws.recipe.fidelity.encoder
    if not own.encoder:
        return ws.recipe.embed
    changes = {"encoder": own.encoder, "revision": own.revision, "encoder_languages": own.languages, "runtime": "torch"}
    return ws.recipe.embed.model_copy(update=changes)


def _encoder(ws: Workspace) -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder(_encoder_params(ws), ws.root.parent / "onnx")


def _figures(whole: FidelityGroup | None) -> dict[str, float]:
    if whole is None:
        return {}
    figures = {
        "pairs": whole.pairs, "suspect_share": whole.suspect_share, "names_grounded": whole.names_grounded,
        "numbers_grounded": whole.numbers_grounded, "names_kept": whole.names_kept, "other_language": whole.other_language,
    }  # fmt: skip
    return {name: float(value) for name, value in figures.items() if value is not None}
