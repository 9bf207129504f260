"""Model folders: which stamp each should bear, and the job that makes it. The launcher that runs jobs is handed in."""

from pathlib import Path

from asknews_ner.evaluate.benchmarks.collection import benchmark_folders
from asknews_ner.evaluate.benchmarks.folders import files_of
from asknews_ner.evaluate.job import ScoreJob
from asknews_ner.factory.leakage_stage import FAMILIARITY_TABLE
from asknews_ner.factory.workspace import Workspace
from asknews_ner.fingerprints import fingerprint
from asknews_ner.recipe import LANGUAGES
from asknews_ner.storage.atomic import file_digest
from asknews_ner.train.job import BaseJob, TuneJob
from asknews_ner.train.own_data.fillers import protected_words
from asknews_ner.train.own_data.templates import templates
from asknews_ner.train.run import stamp_of

_MAX_TYPES = 25  # GLiNER's default; the tuning parameters may change it for the tuned model
_VERSION = "2"


def base_job(ws: Workspace) -> BaseJob | None:
    """The job that trains the base model; None where the recipe takes a pretrained one."""
    params = ws.recipe.base_model
    if params.kind == "pretrained":
        return None
    sentences = [list(templates(language, held_out)) for language in LANGUAGES for held_out in (False, True)]
    stamp = fingerprint("base model", _VERSION, params, ws.recipe.tune.max_length, ws.recipe.seed, sentences, sorted(protected_words()))
    return BaseJob(
        output=str(ws.base_models / stamp[:16]),
        stamp=stamp,
        seed=ws.recipe.seed,
        params=params,
        max_types=_MAX_TYPES,
        max_length=ws.recipe.tune.max_length,
    )


def base_place(ws: Workspace) -> tuple[str, str | None]:
    """(folder or hub name, revision) of the base model."""
    job = base_job(ws)
    return (job.output, None) if job else (ws.recipe.base_model.name, ws.recipe.base_model.revision)


def tune_job(ws: Workspace, control: bool) -> TuneJob:
    """The job that tunes the base on the dataset, or (`control`) gives it as many steps on its own data."""
    place, revision = base_place(ws)
    job = base_job(ws)
    base = job.stamp if job else f"{place}@{revision}"
    # The control learns nothing from the dataset but its size.
    data = [len_of(ws.dataset, split) for split in ("train", "validation")] if control else dataset_digest(ws.dataset)
    stamp = fingerprint("control" if control else "tuned", _VERSION, base, data, ws.recipe.tune, ws.recipe.seed)
    return TuneJob(
        output=str(ws.models / ("control" if control else "tuned")),
        stamp=stamp,
        seed=ws.recipe.seed,
        model=place,
        revision=revision,
        dataset=str(ws.dataset),
        control=control,
        params=ws.recipe.tune,
        evaluate=ws.recipe.evaluate,
    )


def is_current(job: BaseJob | TuneJob) -> bool:
    """Whether the job's model is in place."""
    return stamp_of(Path(job.output)) == job.stamp


def score_job(ws: Workspace) -> ScoreJob:
    """The job that scores base, tuned and control, on our own benchmarks and on the user's."""
    template_trained = ws.recipe.base_model.kind == "template-trained"
    models = {"base": base_place(ws)[0], "tuned": tune_job(ws, control=False).output}
    if template_trained:
        models["control"] = tune_job(ws, control=True).output
    return ScoreJob(
        output=str(ws.root / "scores"),
        models=models,
        dataset=str(ws.dataset),
        benchmarks=ws.benchmarks,
        familiarity=str(ws.tables.path(FAMILIARITY_TABLE)),
        template_sentences=ws.recipe.evaluate.template_sentences if template_trained else 0,
        params=ws.recipe.evaluate,
        seed=ws.recipe.seed,
    )


def score_stamp(ws: Workspace) -> str:
    """What the scores are made of: the models' stamps, the dataset, the benchmarks' files, and the parameters."""
    stamps = [tune_job(ws, control).stamp for control in (False, True)]
    files = [[folder.name, [file_digest(file) for file in files_of(folder)]] for folder in benchmark_folders(ws.benchmarks)]
    return fingerprint("scores", _VERSION, stamps, dataset_digest(ws.dataset), files, ws.recipe.evaluate, ws.recipe.seed)


def dataset_digest(folder: Path) -> str:
    """Hash of the dataset's splits; of nothing, if it is not there."""
    file = folder / "dataset_splits.json"
    return file_digest(file) if file.is_file() else ""


def len_of(folder: Path, split: str) -> int:
    """Number of examples of a split."""
    import pyarrow.parquet as pq

    file = folder / f"{split}.parquet"
    return int(pq.read_metadata(file).num_rows) if file.is_file() else 0
