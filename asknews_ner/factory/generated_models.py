"""Sentences of every model that was asked for a language, side by side; the tables of `generated_sentences` hold the model asked last."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import astuple

from asknews_ner.factory.workspace import Workspace
from asknews_ner.fingerprints import fingerprint
from asknews_ner.low_resource.records import GeneratedSentence
from asknews_ner.low_resource.study.records import Yield


def yields_table(language: str) -> str:
    """The table of what each model gave for a language."""
    return f"study_yields/{language}"


def model_table(language: str, model: str) -> str:
    """The table of one model's usable sentences."""
    return f"study_generated/{language}/{model.replace('/', '--')}"


def remember(ws: Workspace, rows: Sequence[GeneratedSentence], given: Yield) -> None:
    """Keep a model's sentences and yield beside those of the other models, in the place of its own earlier ones."""
    stamp = fingerprint("of one model", astuple(given), [(row.sentence_id, row.tokens, row.tags) for row in rows])
    ws.tables.write(model_table(given.language, given.source), GeneratedSentence, rows, stamp)
    others = [row for row in ws.tables.read(yields_table(given.language), Yield) if row.source != given.source]
    ws.tables.write(yields_table(given.language), Yield, sorted([*others, given], key=lambda row: row.source), stamp)


def remembered(ws: Workspace, language: str) -> Mapping[str, Sequence[GeneratedSentence]]:
    """Usable sentences by model, those of the models that gave some."""
    models = [row.source for row in ws.tables.read(yields_table(language), Yield)]
    found = {model: ws.tables.read(model_table(language, model), GeneratedSentence) for model in models}
    return {model: rows for model, rows in found.items() if rows}


def forget_remembered(ws: Workspace, language: str, article_ids: Collection[str], stamp: str) -> int:
    """Take the sentences of calls that showed one of the articles out of all models' tables; returns how many there were."""
    gone = 0
    for model, rows in remembered(ws, language).items():
        kept = [row for row in rows if set(article_ids).isdisjoint(row.grounded_by)]
        if len(kept) < len(rows):
            ws.tables.write(model_table(language, model), GeneratedSentence, kept, stamp)
            gone += len(rows) - len(kept)
    return gone
