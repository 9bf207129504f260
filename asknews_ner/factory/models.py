"""Model folders of each size: which stamp each should bear, and the job that makes it. The launcher that runs jobs is handed in."""

from pathlib import Path

from asknews_ner.evaluate.benchmarks.collection import benchmark_digests
from asknews_ner.evaluate.job import ScoreJob
from asknews_ner.factory import published
from asknews_ner.factory.leakage_stage import FAMILIARITY_TABLE
from asknews_ner.factory.workspace import Workspace
from asknews_ner.fingerprints import fingerprint
from asknews_ner.recipe import LANGUAGES, Size
from asknews_ner.storage.atomic import file_digest
from asknews_ner.train.job import BaseJob, TuneJob
from asknews_ner.train.own_data.fillers import protected_words
from asknews_ner.train.own_data.templates import templates
from asknews_ner.train.run import stamp_of

_MAX_TYPES = 25  # GLiNER's default; the tuning parameters may change it for the tuned model
_VERSION = "2"
_PART = "model"
_WEIGHTS = ("*.safetensors", "pytorch_model*.bin")


def base_job(ws: Workspace, size: Size) -> BaseJob | None:
    """The job that trains the base model; None where the recipe takes a pretrained one. Raises RecipeError for a size it has not."""
    params = ws.recipe.base_model(size)
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


def base_place(ws: Workspace, size: Size) -> tuple[str, str | None]:
    """(folder or hub name, revision) of the base model."""
    job = base_job(ws, size)
    params = ws.recipe.base_model(size)
    return (job.output, None) if job else (params.name, params.revision)


def base_stamp(ws: Workspace, size: Size) -> str:
    """What the base model is: the stamp of its training, its place on the hub, or the hash of a folder's weights."""
    job = base_job(ws, size)
    if job is not None:
        return job.stamp
    place, revision = base_place(ws, size)
    weights = sorted(file for pattern in _WEIGHTS for file in Path(place).glob(pattern))
    return fingerprint([file_digest(file) for file in weights]) if weights else f"{place}@{revision}"


def tune_job(ws: Workspace, size: Size, control: bool) -> TuneJob:
    """The job that tunes the base on the dataset, or (`control`) gives it as many steps on its own data."""
    place, revision = base_place(ws, size)
    # The control learns nothing from the dataset but its size.
    data = [len_of(ws.dataset, split) for split in ("train", "validation")] if control else dataset_digest(ws.dataset)
    made_of = [base_stamp(ws, size), data, _replayed(ws), ws.recipe.tune, ws.recipe.seed]
    stamp = fingerprint("control" if control else "tuned", _VERSION, *made_of)
    return TuneJob(
        output=str(ws.models / size / "control" if control else tuned_folder(ws, size)),
        stamp=stamp,
        seed=ws.recipe.seed,
        model=place,
        revision=revision,
        dataset=str(ws.dataset),
        control=control,
        params=ws.recipe.tune,
    )


def _replayed(ws: Workspace) -> list[str]:
    """Hashes of the files that texts are replayed from, if they come from a folder."""
    folder = Path(ws.recipe.tune.replay.source or "")
    return [file_digest(file) for file in sorted(folder.glob("train.jsonl*"))] if ws.recipe.tune.replay.source and folder.is_dir() else []


def tuned_folder(ws: Workspace, size: Size) -> Path:
    """Where the tuned model of a size lies, whether it is there or not."""
    return ws.models / size / "tuned"


def has_control(ws: Workspace, size: Size) -> bool:
    """Whether there is a control: a published base model's own training data is not at hand."""
    return ws.recipe.base_model(size).kind == "template-trained"


def is_current(ws: Workspace, job: BaseJob | TuneJob) -> bool:
    """Whether the job's model is made: published, where there is an object store (only the manifest is read), else in its folder."""
    return published.is_published(ws, Path(job.output), _PART, job.stamp) if ws.published else is_here(job)


def is_here(job: BaseJob | TuneJob) -> bool:
    """Whether the job's model is in its folder on this disk, published or not."""
    return stamp_of(Path(job.output)) == job.stamp


def bring(ws: Workspace, job: BaseJob | TuneJob) -> bool:
    """Whether the job's model is made; it is in its folder then. Raises ObjectStoreError."""
    return published.is_current(ws, Path(job.output), _PART, job.stamp, lambda: is_here(job))


def bring_base(ws: Workspace, size: Size) -> None:
    """Have the base model of a size here, where it is one of ours and is made."""
    job = base_job(ws, size)
    if job is not None:
        bring(ws, job)


def bring_scored(ws: Workspace, size: Size) -> None:
    """Have the models of a size here, as far as they are made."""
    bring_base(ws, size)
    bring(ws, tune_job(ws, size, control=False))
    if has_control(ws, size):
        bring(ws, tune_job(ws, size, control=True))


def publish(ws: Workspace, job: BaseJob | TuneJob, **parts: str) -> None:
    """Publish the job's model, where there is an object store. `parts`: what else lies in its folder, such as a card, with its stamp."""
    published.publish(ws, Path(job.output), {_PART: job.stamp, **parts})


def job_file(ws: Workspace, size: Size, name: str) -> Path:
    """Where the job of a size's `base`, `tuned`, `control` or `scores` is written: its own file each, for two may run at once."""
    return ws.provenance / "jobs" / f"{size}-{name}.json"


def score_job(ws: Workspace, size: Size) -> ScoreJob:
    """The job that scores base, tuned and control of a size, on our own benchmarks and on the user's."""
    base, revision = base_place(ws, size)
    models = {"base": base, "tuned": tune_job(ws, size, control=False).output}
    if has_control(ws, size):
        models["control"] = tune_job(ws, size, control=True).output
    return ScoreJob(
        output=str(ws.scores / size),
        models=models,
        base_revision=revision,
        dataset=str(ws.dataset),
        benchmarks=ws.benchmarks,
        familiarity=str(ws.tables.file(FAMILIARITY_TABLE) or ""),
        template_sentences=ws.recipe.evaluate.template_sentences if has_control(ws, size) else 0,
        params=ws.recipe.evaluate,
        seed=ws.recipe.seed,
    )


def score_stamp(ws: Workspace, size: Size) -> str:
    """What the scores are made of: the models' stamps, the dataset, the benchmarks' files, and the parameters. The gate changes none."""
    stamps = [tune_job(ws, size, control).stamp for control in (False, True)]
    params = ws.recipe.evaluate.model_dump(mode="json", exclude={"gate"})
    return fingerprint("scores", _VERSION, stamps, dataset_digest(ws.dataset), benchmark_digests(ws.benchmarks), params, ws.recipe.seed)


def dataset_digest(folder: Path) -> str:
    """Hash of the dataset's splits; of nothing, if it is not there."""
    file = folder / "dataset_splits.json"
    return file_digest(file) if file.is_file() else ""


def len_of(folder: Path, split: str) -> int:
    """Number of examples of a split."""
    import pyarrow.parquet as pq

    file = folder / f"{split}.parquet"
    return int(pq.read_metadata(file).num_rows) if file.is_file() else 0
