"""The cards of tuned models. A card is written after the forgetting gate; training a model anew takes its old card away with its folder."""

from dataclasses import asdict
from pathlib import Path

from asknews_ner.factory import models, published
from asknews_ner.factory.models import dataset_digest, score_stamp, tune_job, tuned_folder
from asknews_ner.factory.scores import gate, read_scores
from asknews_ner.factory.stamps import stamped
from asknews_ner.factory.workspace import Workspace
from asknews_ner.fingerprints import fingerprint
from asknews_ner.recipe import Size
from asknews_ner.records import DatasetExample
from asknews_ner.report.model_card import ModelCardData, model_card
from asknews_ner.storage.atomic import write_text
from asknews_ner.train.curve import read_curve
from asknews_ner.train.run_facts import read_run_facts

_VERSION = "2"
_PART = "card"
_SPLITS = ("train", "validation", "test")


class GateError(ValueError):
    """A model may not have a card: it forgot too much."""


def card_file(ws: Workspace, size: Size) -> Path:
    """README.md in the tuned model's folder."""
    return tuned_folder(ws, size) / "README.md"


def card_stamp(ws: Workspace, size: Size) -> str:
    """What the card tells of: the model, its scores, and the gate it passed."""
    return fingerprint("model card", _VERSION, tune_job(ws, size, control=False).stamp, score_stamp(ws, size), ws.recipe)


def card_is_current(ws: Workspace, size: Size) -> bool:
    """Whether the card tells of the present model and scores."""
    if ws.published is not None:
        return published.is_published(ws, tuned_folder(ws, size), _PART, card_stamp(ws, size))
    return card_file(ws, size).is_file() and stamped(_stamp_file(ws, size), card_stamp(ws, size))


def withdraw_card(ws: Workspace, size: Size) -> None:
    """Take the card away: the model it speaks well of does not pass the gate, or was not before it yet."""
    job = tune_job(ws, size, control=False)
    models.bring(ws, job)
    _stamp_file(ws, size).unlink(missing_ok=True)
    card_file(ws, size).unlink(missing_ok=True)
    if models.is_here(job):
        models.publish(ws, job)


def refresh_card(ws: Workspace, size: Size) -> Path:
    """Write the card; its stamp is written last, and the model published with it. Raises GateError where the model does not pass, and
    then leaves no card."""
    models.bring(ws, tune_job(ws, size, control=False))
    found = gate(ws, size)
    if not found.passed:
        withdraw_card(ws, size)
        raise GateError(f"size {size}: {found.words}; a model that forgot so much gets no card")
    job = tune_job(ws, size, control=False)
    rows = ws.tables.read("dataset_examples", DatasetExample)
    facts = read_run_facts(Path(job.output))
    card = ModelCardData(
        recipe=ws.recipe,
        size=size,
        base=ws.recipe.base_model(size),
        stamp=job.stamp,
        dataset_digest=dataset_digest(ws.dataset),
        examples={split: [row for row in rows if row.split == split] for split in _SPLITS},
        curve=read_curve(Path(job.output)),
        scores=read_scores(ws, size),
        gate=found,
        run=[(name, str(value)) for name, value in asdict(facts).items()] if facts else [],
    )
    write_text(card_file(ws, size), model_card(card))
    write_text(_stamp_file(ws, size), card_stamp(ws, size) + "\n")
    models.publish(ws, job, **{_PART: card_stamp(ws, size)})
    return card_file(ws, size)


def _stamp_file(ws: Workspace, size: Size) -> Path:
    """Outside the model's folder, which is what others get."""
    return ws.models / size / "card.FINGERPRINT"
