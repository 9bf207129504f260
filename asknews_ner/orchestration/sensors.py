"""New articles → new runs. First the arrivals are read, then exactly the countries whose cells changed are refreshed.
New scores → the report again."""

import json

import dagster as dg

from asknews_ner.acquire.files import SourceError
from asknews_ner.factory.drop_folder import article_marks, article_place
from asknews_ner.factory.pipeline import ARRIVALS, ARTICLES
from asknews_ner.factory.workspace import Workspace
from asknews_ner.fingerprints import fingerprint
from asknews_ner.orchestration.partitions import country_tags
from asknews_ner.orchestration.resources import WorkspaceResource
from asknews_ner.recipe import LANGUAGES
from asknews_ner.storage.tables import Partition

_COUNTRIES_PER_TICK = 40  # a request costs up to a second to submit; the next tick goes on with the rest


@dg.sensor(target=dg.AssetSelection.assets("arrivals"), minimum_interval_seconds=60)
def new_files(context: dg.SensorEvaluationContext, workspace: WorkspaceResource) -> dg.SensorResult | dg.SkipReason:
    """New or changed files in the drop folder, or another deny list → read the arrivals again.

    The cursor is a fingerprint of names, sizes and times; in an object store, of names and ETags."""
    ws = workspace.open()
    try:
        marks = article_marks(ws)
    except SourceError as error:
        return dg.SkipReason(str(error))
    denied = ws.deny_file.read_bytes().hex() if ws.deny_file.is_file() else ""
    seen = fingerprint(marks, denied)
    if seen == context.cursor:
        return dg.SkipReason(f"no new file in {article_place(ws)}")
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key=seen)], cursor=seen)


@dg.sensor(target=dg.AssetSelection.assets("articles", "clean_articles"), minimum_interval_seconds=30)
def touched_countries(context: dg.SensorEvaluationContext, workspace: WorkspaceResource) -> dg.SensorResult | dg.SkipReason:
    """Arrivals were read → one run for each country with a cell that is not up to date, over all its languages.

    The run key holds the stamp of what arrived, so that a country is asked for once for the same articles."""
    ws = workspace.open()
    stale = stale_countries(ws)
    if not stale:
        return dg.SkipReason("all countries are up to date")
    context.log.info(json.dumps({"stale_countries": [country for country, _ in stale]}))
    requests = [dg.RunRequest(run_key=f"{country}:{stamp}", tags=country_tags(country)) for country, stamp in stale[:_COUNTRIES_PER_TICK]]
    return dg.SensorResult(run_requests=requests)


def stale_countries(ws: Workspace) -> list[tuple[str, str]]:
    """(country, stamp of its arrivals) of each country whose articles are not those that arrived."""
    found = []
    for country in sorted({cell.country for cell in ws.tables.partitions(ARRIVALS.name)}):
        own = [Partition(country, language) for language in LANGUAGES]
        if not all(ARTICLES.is_current(ws, cell) for cell in own):
            found.append((country, fingerprint([ws.tables.digest(ARRIVALS.name, [cell]) for cell in own])[:16]))
    return found


@dg.sensor(target=dg.AssetSelection.assets("distribution_report"), minimum_interval_seconds=60)
def new_scores(context: dg.SensorEvaluationContext, workspace: WorkspaceResource) -> dg.SensorResult | dg.SkipReason:
    """A size of model was scored → write the report again, whether or not the model passed the forgetting gate.

    A sensor, because the gate ends the run of its size, and the report must show why. The cursor is a fingerprint of the scores' stamps."""
    ws = workspace.open()
    stamps = [[file.parent.name, file.read_text(encoding="utf-8")] for file in sorted(ws.scores.glob("*/FINGERPRINT"))]
    seen = fingerprint(stamps)
    if not stamps or seen == context.cursor:
        return dg.SkipReason("no model was scored since the last look")
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key=seen)], cursor=seen)


SENSORS = [new_files, touched_countries, new_scores]
