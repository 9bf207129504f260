"""Human gold through the whole labelling path: a server that answers from the gold, our client, store, parser, alignment.

The replies hold surface and type only, shuffled and without duplicates, as a perfect labeller's would; the passage stands as the
summary. What comes back must be the gold's own spans. Losses are ours: alignment and its rule against overlaps."""

import gzip
import json
import random
import sys
from collections import Counter

import pytest

from asknews_ner.annotate.labels import label
from asknews_ner.annotate.llm.annotator import LlmAnnotator
from asknews_ner.annotate.llm.client import Endpoint
from asknews_ner.dataset.alignment.align import align
from asknews_ner.dataset.alignment.words import split_words
from asknews_ner.dataset.types.ontology import load_ontology
from asknews_ner.recipe import load_recipe
from asknews_ner.records import Summary
from asknews_ner.storage.replies import ReplyStore
from asknews_ner_tests.integration.scripted_llm import MODEL, Say, prompt_of, scripted

RECIPE = load_recipe("laptop").with_model(MODEL)
# One wide recipe: nothing is dropped for being long or of a type that the ontology does not know.
DATASET = RECIPE.dataset.model_copy(update={"unknown_labels": "keep", "max_span_words": 50, "occurrences": "all"})
ONTOLOGY = load_ontology(RECIPE.dataset.ontology)
PASSAGES = 500
SETS = {"wikigold": "Latin", "ner_uk": "Cyrillic", "ilner_hindi": "Devanagari", "masakhaner1_amh": "Ethiopic", "ilner_urdu": "Arabic"}


def passages(folder, name):
    """Up to 500 different passages with entities: (text, {(start, end, type)} as character offsets)."""
    found = {}
    with gzip.open(folder / "data" / "benchmarks" / name / "test.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            starts, text = [], ""
            for token in row["tokenized_text"]:
                starts.append(len(text) + bool(text))
                text += f" {token}" if text else token
            ends = [start + len(token) for start, token in zip(starts, row["tokenized_text"], strict=True)]
            gold = {(starts[first], ends[last], kind) for first, last, kind in row["ner"]}
            if gold and "====" not in text:
                found.setdefault(text, gold)
    return sorted(found.items())[:PASSAGES]


def canonical(kind):
    return ONTOLOGY.canonical(kind) or kind.casefold()


@pytest.mark.slow
@pytest.mark.parametrize("name", SETS)
def test_gold_entities_come_back_as_exact_spans(shared, tmp_path, name):
    rows = passages(shared, name)
    gold = dict(rows)
    draw = random.Random(5)

    def script(body):
        text = prompt_of(body).split("===== TEXT BEGINS =====\n")[1].split("\n===== TEXT ENDS =====")[0]
        entities = sorted({(text[start:end], kind) for start, end, kind in gold[text]})
        draw.shuffle(entities)
        return Say(json.dumps({"entities": [{"text": surface, "type": kind} for surface, kind in entities]}, ensure_ascii=False))

    summaries = [Summary(str(n), "h", "gold", "f", "T", text, "en", True, 0, "GB", "en", None) for n, (text, _) in enumerate(rows)]
    store = ReplyStore(f"sqlite:///{tmp_path / 'replies.sqlite'}")
    with scripted(script) as server:
        made = label(summaries, ["any type"], [], LlmAnnotator(Endpoint(server.url), RECIPE.annotate.label), store, lambda *_: None)
    assert len(made.outcome.kept) == len(rows)
    lost, total = Counter(), 0
    for row in made.outcome.kept:
        aligned = align(row.text, row.entities, ONTOLOGY, DATASET)
        words = split_words(row.text)
        ours = {(words[span.start].start, words[span.end].end, span.label) for span in aligned.spans}
        reasons = {mention.text: reason.name for mention, reason in aligned.lost}
        for start, end, kind in gold[row.text]:
            total += 1
            if (start, end, canonical(kind)) not in ours:
                same_place = any((start, end) == (a, b) for a, b, _ in ours)
                lost["another type of the same words" if same_place else reasons.get(row.text[start:end], "inside another span")] += 1
    share = 1 - lost.total() / total
    sys.stdout.write(f"{name} ({SETS[name]}): {total - lost.total()} of {total} gold entities ({share:.2%}); lost: {dict(lost)}\n")
    assert share >= 0.99, lost
