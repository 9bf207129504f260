"""The real pipeline over the drop folder: real HTTP client, store of replies, parser, alignment, splits and proof.

Only the language model is played: a server on the loopback gives each passage back as its own summary, and lists its gold entities."""

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from asknews_ner.annotate.llm.client import Endpoint
from asknews_ner.dataset.alignment.words import split_words
from asknews_ner.factory import outputs, pipeline
from asknews_ner.factory.ledger import read_ledger
from asknews_ner.factory.stage import Stage
from asknews_ner.factory.workspace import Workspace
from asknews_ner.recipe import LANGUAGES, Recipe, load_recipe
from asknews_ner.records import LeakageRow, NerExample
from asknews_ner.storage.tables import Partition
from asknews_ner_tests.integration.scripted_llm import MODEL, Say, prompt_of, scripted
from real_learning_parts.articles import GoldText, write_articles

_ARTICLE = re.compile(r"===== ARTICLE BEGINS =====\n(.*?)\n\n(.*)\n===== ARTICLE ENDS =====", re.DOTALL)
_TEXT = re.compile(r"===== TEXT BEGINS =====\n(.*)\n===== TEXT ENDS =====", re.DOTALL)
_EARLY: tuple[Stage, ...] = (pipeline.ARTICLES, pipeline.CLEAN_ARTICLES)
_MIDDLE: tuple[Stage, ...] = (pipeline.SUMMARIES, pipeline.SUMMARY_VECTORS)
_DIVERSIFY: tuple[Stage, ...] = (pipeline.STORY_COPIES, pipeline.TOPICS, pipeline.SAMPLE, pipeline.DISTRIBUTION)
_LATE: tuple[Stage, ...] = (pipeline.ENTITY_LABELS, pipeline.NER_EXAMPLES)
_DATASET: tuple[Stage, ...] = (pipeline.PROPOSED_TYPES, pipeline.SPLIT, pipeline.TYPE_COUNTS, pipeline.LEAKAGE)


def recipe_for(texts: int) -> Recipe:
    """The laptop's recipe, but: the played model, every text in the sample (gold is scarce), and what no cluster took is a topic of its
    own (passages of an encyclopaedia tell no common stories)."""
    laptop = load_recipe("laptop")
    choices = {task: laptop.annotate.choice(task).model_copy(update={"model": MODEL}) for task in ("summarise", "label")}
    return laptop.model_copy(
        update={
            "name": "real_learning",
            "annotate": laptop.annotate.model_copy(update=choices),
            "topics": laptop.topics.model_copy(update={"noise": "singleton"}),
            "sample": laptop.sample.model_copy(update={"size": texts, "per_topic": None}),
        }
    )


def make_dataset(texts: Sequence[GoldText], work: Path, seed: int) -> Workspace:
    """Every stage from files to the dataset's folder; what is up to date stays. Raises RuntimeError if the proof blocks the release."""
    articles = work / "articles"
    write_articles(texts, articles, seed)
    with scripted(_gold_server(texts)) as server:
        ws = Workspace(work / "pipeline" / "workspace", articles, recipe_for(len(texts)), {"default": Endpoint(server.url, "", 8)})
        pipeline.ARRIVALS.refresh(ws, None)
        _cells(ws, _EARLY)
        pipeline.DUPLICATES.refresh(ws, None)
        _cells(ws, _MIDDLE)
        for stage in _DIVERSIFY:
            stage.refresh(ws, None)
        _cells(ws, _LATE)
        for stage in _DATASET:
            stage.refresh(ws, None)
    blocked = [row for row in ws.tables.read("leakage", LeakageRow) if row.blocks and row.found]
    if blocked:
        raise RuntimeError(f"the leakage proof blocks this dataset: {blocked[0]}")
    if not outputs.release_is_current(ws):
        outputs.refresh_release(ws)
    return ws


def ledger_lines(ws: Workspace) -> list[str]:
    """Rows in, kept and rejected of every stage, with the reasons. Raises RuntimeError if they do not add up."""
    ledger = read_ledger(ws)
    if ledger.faults:
        raise RuntimeError(f"rows do not add up: {ledger.faults[0]}")
    lines = []
    for stage in ledger.stages:
        seen, kept, _ = ledger.total(stage)
        reasons = ", ".join(f"{reason} {count}" for reason, count in sorted(ledger.reasons[stage].items()))
        lines.append(f"| {stage} | {seen} | {kept} | {reasons} |")
    return lines


def label_fidelity(ws: Workspace, texts: Sequence[GoldText]) -> tuple[int, int, int]:
    """(gold spans of the examples' texts, spans of the examples, spans in both): what the labelling path keeps of human gold."""
    by_key = {_key(text.text): text for text in texts}
    gold = made = both = 0
    for row in ws.tables.read_all("ner_examples", NerExample):
        text = by_key[_key("".join(row.tokens))]
        words = split_words(text.text)
        ours = {(words[span.start].start, words[span.end].end, span.label) for span in row.spans}
        gold, made, both = gold + len(text.gold), made + len(ours), both + len(ours & text.gold)
    return gold, made, both


def _cells(ws: Workspace, stages: Iterable[Stage]) -> None:
    for country in sorted({cell.country for cell in ws.tables.partitions("arrivals")}):
        for stage in stages:
            for language in LANGUAGES:
                stage.refresh(ws, Partition(country, language))


def _key(text: str) -> str:
    """Letters and digits only: what no rule about blanks or fences changes."""
    return "".join(character for character in text if character.isalnum())


def _gold_server(texts: Sequence[GoldText]) -> Any:
    by_key = {_key(text.text): text for text in texts}

    def script(body: dict[str, Any]) -> Say:
        prompt = prompt_of(body)
        article, labelled = _ARTICLE.search(prompt), _TEXT.search(prompt)
        passage = article[2] if article else labelled[1] if labelled else ""
        found = by_key.get(_key(passage))
        if found is None:
            return Say(status=400, body={"error": {"message": f"no gold for {passage[:60]!r}"}})
        if article:
            return Say(json.dumps({"title": article[1], "summary": found.text}, ensure_ascii=False))
        entities = [{"text": surface, "type": kind} for surface, kind in found.entities]
        return Say(json.dumps({"entities": entities}, ensure_ascii=False))

    return script
