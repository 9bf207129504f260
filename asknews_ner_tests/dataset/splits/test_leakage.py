"""The leakage measures on planted leaks, made of the shipped sample's articles; the whole proof, and the stage that stores it."""

import json
import random
import re
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from asknews_ner.dataset.alignment.words import split_words
from asknews_ner.dataset.leakage import embedding, keys, measure, minhash, ngrams
from asknews_ner.dataset.leakage.entities import overlap
from asknews_ner.dataset.leakage.labels import familiarity
from asknews_ner.dataset.leakage.pairs import NEAR, find, longest_run
from asknews_ner.dataset.leakage.proof import prove
from asknews_ner.dataset.leakage.texts import Pair, Side, vectors_of
from asknews_ner.dataset.splits.sides import SIDES
from asknews_ner.dataset.splits.split import split
from asknews_ner.dataset.splits.together import Tie, components, ties
from asknews_ner.diversify.embedding.lexical import lexical_vectors
from asknews_ner.evaluate.benchmarks.benchmark import BenchmarkError
from asknews_ner.factory import pipeline
from asknews_ner.orchestration.settings import sample_folder
from asknews_ner.recipe import load_recipe
from asknews_ner.records import DatasetExample, LabelFamiliarity, Leak, LeakageRow, NerExample, SampledArticle

RECIPE = load_recipe("laptop")
PARAMS = RECIPE.leakage
KINDS = ("verbatim", "replaced", "exchanged", "cut")


def words_of(text):
    return tuple(word.surface for word in split_words(text))


def stories():
    """(key, story, the article's first sentences) of the sample's English articles that are no copies."""
    lines = (sample_folder().parent / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    kept = {row["key"]: row["story"] for row in map(json.loads, lines) if row["fate"] == "kept" and row["language"] == "en"}
    rows = [
        json.loads(line)
        for file in sorted(sample_folder().glob("bucket_*.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    return [(row["url"], kept[row["url"]] or row["url"], sentences(row["text"])[:7]) for row in rows if row["url"] in kept]


def sentences(text):
    return [part for line in text.split("\n") for part in re.split(r"(?<=[.!?])\s+", line) if part]


def plant(parts, kind, draw, corpus):
    """A copy of a text, given as sentences."""
    if kind == "cut":
        return " ".join(draw.sample(parts, max(2, len(parts) // 2)))
    words = " ".join(parts).split()
    if kind == "replaced":
        for place in draw.sample(range(len(words)), round(0.2 * len(words))):
            words[place] = draw.choice(corpus)
    if kind == "exchanged":
        for place in draw.sample(range(0, len(words) - 1, 2), round(0.1 * len(words))):
            words[place], words[place + 1] = words[place + 1], words[place]
    return " ".join(words)


def side(name, texts):
    """Texts by id as a side, with their vectors of names and numbers."""
    joined = list(texts.values())
    lexical = lexical_vectors(joined, ["en"] * len(joined), RECIPE.embed.lexical_dimensions)
    vectors = np.concatenate([np.zeros((len(joined), 4), dtype=np.float32), lexical], axis=1)
    own = vectors_of(list(vectors), ["xx"] * len(joined), RECIPE.embed)
    return Side(name, list(texts), [words_of(text) for text in joined], keys={"article": list(texts)}, vectors=own)


@pytest.fixture(scope="module")
def planted():
    """(the articles as one side, kind → copies as another)."""
    found = stories()
    corpus = sorted({word for _, _, parts in found for word in re.findall(r"\b[a-z]{3,}\b", " ".join(parts))})
    articles = side("train", {key: " ".join(parts) for key, _, parts in found})
    copies = {
        kind: side("test", {f"{kind} {key}": plant(parts, kind, random.Random(f"{kind} {key}"), corpus) for key, _, parts in found})
        for kind in KINDS
    }
    return articles, copies


@pytest.mark.parametrize(("kind", "least"), [("verbatim", 1.0), ("replaced", 0.95), ("exchanged", 0.95), ("cut", 0.95)])
def test_planted_leaks_are_found(planted, kind, least):
    articles, copies = planted
    found = {pair.left for name in ("ngrams", "minhash") for pair in find(name, copies[kind], articles, PARAMS) if pair.left == pair.right}
    assert len(articles.ids) >= 40
    assert len(found) / len(articles.ids) >= least


def test_articles_of_different_stories_are_no_leaks(planted):
    articles, _ = planted
    story = [name for _, name, _ in stories()]
    different = sum(one != other for one, other in combinations(story, 2))
    alarms = {(a, b) for name in NEAR for a, b, _ in find(name, articles, articles, PARAMS) if a < b and story[a] != story[b]}
    assert different > 800
    assert not alarms


def test_the_split_of_a_corpus_with_planted_leaks_has_none_and_a_careless_one_has(planted):
    articles, copies = planted
    texts = {**dict(zip(articles.ids, articles.tokens, strict=True))}
    for kind in KINDS:
        texts |= dict(zip(copies[kind].ids, copies[kind].tokens, strict=True))
    whole = side("all", {key: " ".join(words) for key, words in texts.items()})
    examples = [NerExample(key, words, (), "m", "m", "en", "GB", "en", None) for key, words in texts.items()]
    sampled = {key: SampledArticle(key, 1, "", "", f"w{n % 29:02d}", "GB", "en", "") for n, key in enumerate(texts)}
    outcome = split(examples, sampled, {}, ties(whole, PARAMS), RECIPE.dataset, 1)
    side_of = {row.article_id: row.split for row in outcome.kept}
    careless = {key: SIDES[(n % 29 > 20) + (n % 29 > 24)] for n, key in enumerate(texts)}

    def found(chosen):
        splits = [side(name, {key: " ".join(texts[key]) for key in texts if chosen.get(key) == name}) for name in SIDES]
        return sum(row.found for row in prove(splits, [], {}, PARAMS).rows if row.blocks)

    assert found(side_of) == 0
    assert found(careless) > 50
    assert {row.reason for row in outcome.rejected} <= {"STORY_IN_TRAINING", "STORY_IN_VALIDATION"}


def test_each_measure_gives_the_value_it_says():
    texts = [frozenset("abcd"), frozenset("cdef"), frozenset("xy"), frozenset()]
    assert ngrams.find(texts, [frozenset("ab"), frozenset()], 0.5) == [Pair(0, 0, 1.0)]
    assert ngrams.find(texts, texts, 0.4) == [Pair(0, 0, 1.0), Pair(0, 1, 0.5), Pair(1, 0, 0.5), Pair(1, 1, 1.0), Pair(2, 2, 1.0)]
    assert minhash.find(texts, texts, 0.2, 128) == [
        Pair(0, 0, 1.0),
        Pair(0, 1, 0.333333),
        Pair(1, 0, 0.333333),
        Pair(1, 1, 1.0),
        Pair(2, 2, 1.0),
    ]
    assert ngrams.find([frozenset()], [frozenset()], 0.1) == minhash.find([frozenset()], [frozenset()], 0.1, 128) == []
    assert keys.find(["s", "", "t"], ["t", "s", "", "s"]) == [Pair(0, 1, 1.0), Pair(0, 3, 1.0), Pair(2, 0, 1.0)]
    assert longest_run(["The", "Ferry", "ran", "aground"], ["a", "ferry", "RAN", "away"]) == "Ferry ran"


def test_vectors_are_compared_by_the_part_that_both_have():
    embed = RECIPE.embed.model_copy(update={"lexical_dimensions": 2})
    rows = [np.array(row, dtype=np.float32) for row in ([1, 0, 1, 0], [1, 0.2, 0, 1], [0, 0, 1, 0.1], [0, 0, 0, 0])]
    vectors = vectors_of(rows, ["en", "en", "sv", "sv"], embed)
    assert vectors.present.tolist() == [True, True, True, False]
    assert embedding.find(vectors, vectors, 0.9, 0.99) == [
        Pair(0, 0, 1.0), Pair(0, 1, 0.9806), Pair(0, 2, 0.995), Pair(1, 0, 0.9806), Pair(1, 1, 1.0), Pair(2, 0, 0.995), Pair(2, 2, 1.0)
    ]  # fmt: skip


def test_an_empty_split_has_no_vectors_and_is_no_fault():
    vectors = vectors_of([], [], RECIPE.embed)
    assert len(vectors) == 0 and vectors.present.tolist() == []


def test_ties_are_joined_over_chains_and_the_recipe_says_by_which_measures():
    texts = Side(
        "all", ["a", "b", "c", "d"], [("x",), ("y",), ("z",), ("w",)], keys={"story": ["s", "s", "", ""], "copies": ["", "g", "g", ""]}
    )
    assert ties(texts, PARAMS) == [Tie("a", "b", "story"), Tie("b", "c", "copies")]
    assert ties(texts, PARAMS.model_copy(update={"blocking": ("story",)})) == [Tie("a", "b", "story")]
    assert components(["d", "c", "b", "a"], ties(texts, PARAMS)) == {"a": "a", "b": "a", "c": "a", "d": "d"}


def test_familiarity_weighs_similar_training_mentions_by_rank():
    unit = {
        name: np.array(vector, dtype=np.float32)
        for name, vector in {"person": (1, 0), "human": (0.6, 0.8), "gene": (0, 1), "not": (-1, 0)}.items()
    }
    rows = familiarity("benchmark:b", {"human": 3}, {"person": 1, "gene": 2, "not": 5}, unit, mentions=4)
    weights = 1 + 1 / 2 + 1 / 3 + 1 / 4
    assert rows == [LabelFamiliarity("benchmark:b", "human", 3, False, "gene", 0.8, round((0.8 + 0.8 / 2 + 0.6 / 3) / weights, 6))]
    (same,) = familiarity("b", {"gene": 1}, {"gene": 2}, unit, mentions=2)
    assert (same.familiarity, same.in_training) == (1.0, True)
    (few,) = familiarity("b", {"gene": 1}, {"gene": 1}, unit, mentions=2)
    assert few.familiarity == round(1 / 1.5, 6)
    (none,) = familiarity("b", {"gene": 1}, {}, unit, mentions=2)
    assert (none.familiarity, none.nearest) == (0.0, "")


def test_entities_seen_in_training_with_and_without_their_type():
    training = Side("train", ["1"], [()], entities=[[("oslo", "location"), ("kemp", "person")]])
    test = Side("test", ["2"], [()], entities=[[("oslo", "organization"), ("kemp", "person"), ("kemp", "person"), ("rome", "location")]])
    typed, bare = overlap(test, training, True, 3), overlap(test, training, False, 3)
    assert (typed.distinct, typed.seen, typed.most_frequent) == (3, 1, ("kemp (person)",))
    assert (bare.distinct, bare.seen, bare.most_frequent) == (3, 2, ("kemp", "oslo"))


def test_what_the_card_says_is_seen_in_the_rows_alone():
    text = tuple(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"])
    rest = ("w", "m", "m", "en", "GB", "en", None, "")
    rows = [
        DatasetExample("a", "train", text, (), "", "t1", *rest, "s1"),
        DatasetExample("b", "test", (*text, "ten"), (), "", "t9", *rest, "s1"),
        DatasetExample("c", "test", ("other",), (), "", "", *rest, ""),
    ]
    test = measure(rows)[1]
    assert (test.shared_topics, test.shared_articles, test.texts_with_shared_words, test.texts) == (1, 0, 1, 2)


def copied(ws, tmp_path, **changes):
    """A workspace with the same tables."""
    import shutil

    copy = replace(ws, root=tmp_path / "copy" / "w", **changes)
    shutil.copytree(ws.tables.root, copy.tables.root)
    shutil.copy(ws.memo.place, copy.memo.place)
    return copy


def test_the_sample_s_proof_is_stored_and_finds_nothing_between_splits(sample_ws):
    rows = sample_ws.tables.read("leakage", LeakageRow)
    held_out = {(row.side, row.against) for row in rows if row.blocks}
    assert held_out == {("validation", "train"), ("test", "train"), ("test", "validation")}
    assert not [row for row in rows if row.blocks and row.found]
    assert {row.measure for row in rows if row.blocks} == {*PARAMS.blocking}
    names = {row.side for row in rows}
    assert {"benchmark:project benchmark", "benchmark:held-out sentences"} < names
    per_type = sample_ws.tables.read("familiarity", LabelFamiliarity)
    assert all(0 <= row.familiarity <= 1 for row in per_type)
    assert {row.benchmark for row in per_type} == names


def test_a_planted_leak_is_stored_with_its_evidence_and_a_user_s_benchmark_is_compared(sample_ws, tmp_path):
    rows = sample_ws.tables.read("dataset_examples", DatasetExample)
    training = next(row for row in rows if row.split == "train" and row.text_language == "en" and len(row.tokens) > 60)
    held_out = next(row for row in rows if row.split == "test")
    folder = tmp_path / "benchmarks" / "own"
    folder.mkdir(parents=True)
    lines = [{"tokenized_text": list(training.tokens[:40]), "ner": [[0, 0, "person"]]}, {"tokenized_text": ["Nothing", "."], "ner": []}]
    (folder / "test.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    ws = copied(sample_ws, tmp_path, benchmarks=str(folder.parent))
    planted = [replace(row, tokens=training.tokens) if row == held_out else row for row in rows]
    ws.tables.write("dataset_examples", DatasetExample, planted, "planted")
    pipeline.LEAKAGE.refresh(ws, None)
    found = {(row.side, row.measure): row for row in ws.tables.read("leakage", LeakageRow) if row.found and row.measure in NEAR}
    assert found["test", "ngrams"].blocks
    assert not found["benchmark:own", "ngrams"].blocks
    assert found["test", "minhash"].examples == (f"{held_out.article_id} ~ {training.article_id}",)
    leaks = {(row.side, row.measure): row for row in ws.tables.read("leaks", Leak)}
    assert leaks["test", "ngrams"].evidence == " ".join(training.tokens)
    assert (leaks["benchmark:own", "ngrams"].article_id, leaks["benchmark:own", "ngrams"].value) == ("1", 1.0)
    first = ws.tables.path("leakage").read_bytes()
    ws.tables.path("leakage").unlink()
    pipeline.LEAKAGE.refresh(ws, None)
    assert ws.tables.path("leakage").read_bytes() == first


def test_a_folder_without_benchmarks_is_refused(sample_ws, tmp_path):
    with pytest.raises(BenchmarkError, match="ASKNEWS_NER_BENCHMARKS"):
        pipeline.LEAKAGE.fingerprint(replace(sample_ws, benchmarks=str(tmp_path)), None)
