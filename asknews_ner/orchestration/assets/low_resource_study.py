"""The study's data, trainings and curves by target language (Kamath and Vajjala 2025), and the page over all languages."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg

from asknews_ner.factory import study_data, study_report
from asknews_ner.factory import study_scores as grid
from asknews_ner.factory.study_data import DataDone
from asknews_ner.factory.workspace import Workspace
from asknews_ner.low_resource.records import TaggedSentence
from asknews_ner.low_resource.study.job import write_job
from asknews_ner.low_resource.study.records import HUMAN, WIKIANN, CurvePoint, MissingCell, StudyScore
from asknews_ner.orchestration.assets.model import POOL
from asknews_ner.orchestration.build import OWNERS, after
from asknews_ner.orchestration.checks import check_results, check_specs
from asknews_ner.orchestration.metadata import column_schema, preview, table
from asknews_ner.orchestration.resources import WorkspaceResource
from asknews_ner.orchestration.settings import from_environment
from asknews_ner.orchestration.target_languages import TARGET_LANGUAGE
from asknews_ner.orchestration.training_launcher import TrainingLauncher
from asknews_ner.report.low_resource_figure import study_figure
from asknews_ner.report.low_resource_page import score_table
from asknews_ner.report.plots import markdown_picture

GROUP = "8_low_resource"
PROGRAM = "asknews_ner.low_resource.study"
Result = dg.MaterializeResult[Any]


def _folder() -> Path:
    """Of all human data."""
    return Path(from_environment().human_data or "human_data")


def _data_result(ws: Workspace, code: str, source: str, done: DataDone) -> Result:
    first = preview(study_data.read_split(ws, source, code, "train")[:5])
    return Result(
        metadata={
            "dagster/row_count": sum(done.rows.values()),
            **{f"{split}_sentences": count for split, count in done.rows.items()},
            "read_from": done.place or "nowhere",
            "notes": dg.MetadataValue.md("\n".join(f"- {note}" for note in done.notes) or "nothing was left out, no count differs"),
            "preview": dg.MetadataValue.md(first),
        },
        data_version=dg.DataVersion(done.fingerprint),
    )


@dg.asset(
    group_name=GROUP,
    kinds={"parquet"},
    owners=OWNERS,
    partitions_def=TARGET_LANGUAGE,
    metadata={"dagster/column_schema": column_schema(TaggedSentence)},
)
def human_sentences(context: dg.AssetExecutionContext, workspace: WorkspaceResource) -> Result:
    """Sentences that people labelled, by split, from ASKNEWS_NER_HUMAN_DATA in the source's own layout, or from the hub."""
    ws, code = workspace.open(), context.partition_key
    return _data_result(ws, code, HUMAN, study_data.refresh_human(ws, _folder(), code))


@dg.asset(
    group_name=GROUP,
    kinds={"parquet"},
    owners=OWNERS,
    partitions_def=TARGET_LANGUAGE,
    metadata={"dagster/column_schema": column_schema(TaggedSentence)},
)
def wikiann_sentences(context: dg.AssetExecutionContext, workspace: WorkspaceResource) -> Result:
    """The control: sentences of Wikipedia that were labelled automatically. A language without them says so, and the rest goes on."""
    ws, code = workspace.open(), context.partition_key
    return _data_result(ws, code, WIKIANN, study_data.refresh_wikiann(ws, _folder(), code))


@dg.asset(
    group_name=GROUP,
    kinds={"pytorch"},
    owners=OWNERS,
    deps=["human_sentences", "wikiann_sentences", "generated_sentences"],
    partitions_def=TARGET_LANGUAGE,
    pool=POOL,
    metadata={"dagster/column_schema": column_schema(StudyScore)},
    check_specs=check_specs("study_scores"),
)
def study_scores(context: dg.AssetExecutionContext, workspace: WorkspaceResource, training_launcher: TrainingLauncher) -> Iterator[Result]:
    """Every source at every size, in every regime, with every seed: trained and scored on the human test split by a program of its own.

    Finished trainings are kept: a broken run goes on where it ended, and a changed setting trains anew only what it shapes."""
    ws, code = workspace.open(), context.partition_key
    job = grid.study_job(ws, _folder(), code, training_launcher.threads)
    path = grid.job_file(ws, code)
    write_job(job, path)
    facts = training_launcher.run_program(context, PROGRAM, path)
    results = grid.finish_study(ws, job)
    missing = ws.tables.read(grid.missing_table(code), MissingCell)
    yield Result(
        metadata={
            "dagster/row_count": len(results),
            "training_seconds": round(sum(result.seconds for result in results), 1),
            "missing": dg.MetadataValue.md(preview(missing)),
            "preview": dg.MetadataValue.md(preview([result.score for result in results[:10]])),
            **facts,
        },
        data_version=dg.DataVersion(ws.tables.fingerprint(grid.scores_table(code)) or ""),
        check_results=check_results(ws, "study_scores", (None,)),
    )


@dg.asset(
    group_name=GROUP,
    kinds={"matplotlib"},
    owners=OWNERS,
    deps=["study_scores"],
    partitions_def=TARGET_LANGUAGE,
    metadata={"dagster/column_schema": column_schema(CurvePoint)},
)
def study_curves(context: dg.AssetExecutionContext, workspace: WorkspaceResource) -> Result:
    """F1 by number of rows for each source, with intervals over test sentences and seeds, and the answer in a sentence."""
    ws, code = workspace.open(), context.partition_key
    results, _ = grid.results_of(grid.study_job(ws, _folder(), code))
    curves = study_report.refresh_curves(ws, code, results)
    reference = [one for one in study_report.reference_points(from_environment().study_results) if one.language == code]
    names = {code: study_report.names_of(ws)[code]}
    regimes = sorted({point.regime for point in curves.points})
    tables = {regime: score_table(curves.points, code, regime) for regime in regimes}
    picture = study_figure(curves.points, reference, names, "the study's own scores")
    return Result(
        metadata={
            "answer": curves.sentence,
            "curves": dg.MetadataValue.md(markdown_picture(picture, f"F1 by number of rows, {names[code]}")),
            **{
                f"scores_{regime}": dg.MetadataValue.md(table(["source", *map(str, sizes)], [[row.source, *row.cells] for row in rows]))
                for regime, (sizes, rows) in tables.items()
            },
            **{f"f1_{one.source}": one.f1 for one in curves.answers},
        },
        data_version=dg.DataVersion(ws.tables.fingerprint(study_report.curves_table(code)) or ""),
    )


@dg.asset(group_name=GROUP, kinds={"html"}, owners=OWNERS, deps=after("study_curves"))
def study_page(workspace: WorkspaceResource) -> Result:
    """One page over all languages that have curves: an answer each, the figure, tables, what rows cost. Global because it compares."""
    ws = workspace.open()
    page = study_report.refresh_study_report(ws, from_environment().study_results)
    return Result(metadata={"report": dg.MetadataValue.path(str(page)), "bytes": page.stat().st_size})


ASSETS = [human_sentences, wikiann_sentences, study_scores, study_curves, study_page]
