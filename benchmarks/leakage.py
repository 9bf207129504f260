"""How much of planted leaks the leakage measures find: real English news, copied in several ways, and the same events in other words.

    ASKNEWS_NER_SHARED=<folder> python benchmarks/leakage.py [--recipe laptop] [--workspace <folder>] [--memo <file>]        5 minutes

Texts are leads of about 150 words (a summary's length) from MasakhaNEWS (BBC, VOA) and BASIL. Planted: the text as it stands; 10, 20 and
30 % of its words replaced by the nearest in MiniLM's vocabulary, or by any word of the corpus; as many neighbouring words exchanged;
sentences dropped (a third, a half) and the rest shuffled. In other words: BASIL's reports of one event by three outlets, grouped by
people. Untranslated: NTREX-128's human translations, compared by names and numbers.

False alarms are pairs of different events (in MasakhaNEWS: of different articles, of which nobody has said that they are not of one
event, so that some are none). Lengths and thresholds are chosen on one half of the texts (most found with at most one false alarm
in 100,000 pairs, since all pairs of a dataset are compared) and reported on the other half, beside the values of the recipe.
`--workspace`: also what the measures find in the splits of a finished run. `--memo`: where vectors are kept for a second run."""

import argparse
import gzip
import json
import os
import random
import re
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from fidelity_parts.pairs import documents
from numpy.typing import NDArray
from sklearn.feature_extraction.text import CountVectorizer

from asknews_ner.dataset.alignment.words import split_words
from asknews_ner.dataset.leakage.pairs import NEAR, find
from asknews_ner.dataset.leakage.texts import Side, Vectors, vectors_of
from asknews_ner.diversify.clustering.topics import TopicName, find_topics
from asknews_ner.diversify.embedding.encoders import SentenceTransformerEncoder, packaged_minilm
from asknews_ner.diversify.embedding.vectors import embed
from asknews_ner.recipe import LANGUAGES, LeakageParams, Recipe, load_recipe
from asknews_ner.records import LeakageRow, Summary, SummaryVector
from asknews_ner.storage.memo import Memo
from asknews_ner.storage.tables import TableStore

SEED, WORDS, LEAST_WORDS = 20240220, 150, 60
PLANTED_PER_HALF, MOST_FALSE_ALARMS = 100, 1e-5
SHARES = (0.1, 0.2, 0.3)
COSINES = (0.6, 0.7, 0.75, 0.8, 0.85, 0.9)
SIZES = {"ngrams": (3, 4, 5, 8), "minhash": (1, 2, 3)}
EVENT = "other outlet"
_FOOTER = re.compile(r"\b(?:follow BBC|send your story ideas|follow us on|sign up (?:to|for))\b", re.IGNORECASE)


@dataclass(frozen=True)
class Text:
    """A lead, the half that it belongs to, and its event (its own id where nobody grouped it)."""

    key: str
    event: str
    half: int
    text: str
    language: str = "en"


@dataclass(frozen=True)
class Planted:
    """A copy of `source`, of one kind."""

    kind: str
    source: str
    text: Text


def sentences(text: str) -> list[str]:
    return [part.strip() for line in text.split("\n") for part in re.split(r"(?<=[.!?])[\"”]?\s+", line) if part.strip()]


def lead(text: str) -> str:
    """Whole sentences from the start, without the outlet's footers, until there are about WORDS words."""
    kept: list[str] = []
    for sentence in sentences(text):
        if _FOOTER.search(sentence):
            continue
        if sum(len(one.split()) for one in [*kept, sentence]) > WORDS and kept:
            break
        kept.append(sentence)
    return " ".join(" ".join(kept).split()[: WORDS + 50])


def corpus() -> list[Text]:
    """MasakhaNEWS in English, each article an event of its own, and BASIL with its events."""
    news = Path(os.environ["ASKNEWS_NER_SHARED"]) / "data" / "news"
    with gzip.open(news / "topic_labels.jsonl.gz", "rt") as lines:
        event = {row["article_id"]: row["label"] for row in map(json.loads, lines) if row["kind"] == "event"}
    rows = pd.read_parquet(news / "articles_en.parquet")
    rows = rows[rows.source_dataset.isin(["masakhanews", "basil"])].sort_values("article_id")
    number = {name: place for place, name in enumerate(sorted({event.get(key, key) for key in rows.article_id}))}
    found = [
        Text(key, event.get(key, key), number[event.get(key, key)] % 2, lead(text))
        for key, text in zip(rows.article_id, rows.text, strict=True)
    ]
    return [text for text in found if len(text.text.split()) >= LEAST_WORDS]


@cache
def nearest_words() -> dict[str, str]:
    """Whole lower-case words of MiniLM's vocabulary → the nearest other one by the input embeddings."""
    from safetensors.numpy import load_file
    from transformers import AutoTokenizer

    folder = packaged_minilm()
    vocabulary = AutoTokenizer.from_pretrained(str(folder)).get_vocab()
    words = sorted(word for word in vocabulary if word.isascii() and word.isalpha() and len(word) > 2)
    vectors = load_file(folder / "model.safetensors")["embeddings.word_embeddings.weight"][[vocabulary[word] for word in words]]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    nearest: dict[str, str] = {}
    for start in range(0, len(words), 1024):
        cosines = vectors[start : start + 1024] @ vectors.T
        cosines[np.arange(len(cosines)), np.arange(start, start + len(cosines))] = -1
        nearest.update(zip(words[start : start + 1024], (words[place] for place in cosines.argmax(axis=1)), strict=True))
    return nearest


def swapped(text: str, share: float, draw: random.Random, anything: Sequence[str]) -> str:
    """A share of all words replaced: by the nearest word, or by any of `anything` if there is some."""
    words = text.split()
    bare = [re.sub(r"\W", "", word).lower() for word in words]
    can = [place for place, word in enumerate(bare) if anything or word in nearest_words()]
    for place in draw.sample(can, min(len(can), round(share * len(words)))):
        new = draw.choice(anything) if anything else nearest_words()[bare[place]]
        words[place] = re.sub(r"\w+", new, words[place], count=1)
    return " ".join(words)


def exchanged(text: str, share: float, draw: random.Random) -> str:
    """Pairs of neighbouring words exchanged, until that share of the words has moved."""
    words = text.split()
    for place in draw.sample(range(0, len(words) - 1, 2), round(share * len(words) / 2)):
        words[place], words[place + 1] = words[place + 1], words[place]
    return " ".join(words)


def cut(text: str, share: float, draw: random.Random) -> str:
    """That share of the sentences dropped (two stay), the others shuffled."""
    parts = sentences(text)
    kept = draw.sample(parts, max(min(2, len(parts)), round(len(parts) * (1 - share))))
    return " ".join(kept)


def plant(texts: Sequence[Text]) -> list[Planted]:
    """Copies of some texts of each half, in every way; and all pairs of one event's reports."""
    anything = sorted({word for text in texts for word in re.findall(r"\b[a-z]{3,}\b", text.text)})
    found = []
    for half in (0, 1):
        inside = [text for text in texts if text.half == half]
        for text in random.Random(f"{SEED} {half}").sample([one for one in inside if one.key == one.event], PLANTED_PER_HALF):
            draw = random.Random(f"{SEED} {text.key}")
            copies = {"verbatim": text.text}
            for share in SHARES:
                copies[f"nearest words {share:.0%}"] = swapped(text.text, share, draw, ())
                copies[f"any words {share:.0%}"] = swapped(text.text, share, draw, anything)
                copies[f"exchanged {share:.0%}"] = exchanged(text.text, share, draw)
            for share in (1 / 3, 1 / 2):
                copies[f"cut {share:.0%}, shuffled"] = cut(text.text, share, draw)
            found += [Planted(kind, text.key, Text(f"{text.key} {kind}", text.event, half, copy)) for kind, copy in copies.items()]
        events: dict[str, list[Text]] = {}
        for text in inside:
            events.setdefault(text.event, []).append(text)
        found += [
            Planted(EVENT, one.key, other)
            for reports in events.values()
            for place, one in enumerate(reports)
            for other in reports[place + 1 :]
        ]
    return found


def stored(texts: Sequence[Text], recipe: Recipe, memo: Memo) -> list[SummaryVector]:
    """By the project's own embedding."""
    rows = [Summary(text.key, text.key, "", "", "", text.text, text.language, False, 0, "ZZ", text.language, None) for text in texts]
    found, _, _ = embed(rows, recipe.embed, SentenceTransformerEncoder(recipe.embed), memo, lambda *_: None)
    return found


def vectors(texts: Sequence[Text], recipe: Recipe, memo: Memo) -> Vectors:
    rows = [np.array(row.vector, dtype=np.float32) for row in stored(texts, recipe, memo)]
    return vectors_of(rows, [text.language for text in texts], recipe.embed)


def side(texts: Sequence[Text], recipe: Recipe, memo: Memo) -> Side:
    words = [[word.surface for word in split_words(text.text)] for text in texts]
    return Side("texts", [text.key for text in texts], words, vectors=vectors(texts, recipe, memo))


def values(measure: str, left: Side, right: Side, size: int) -> NDArray[np.float64]:
    """[left, right]: the exact value of every pair."""
    if measure == "embedding":
        assert left.vectors is not None
        assert right.vectors is not None
        return np.asarray(left.vectors.dense @ right.vectors.dense.T, dtype=np.float64)
    counter = CountVectorizer(analyzer=sorted, binary=True, dtype=np.int32)
    other = counter.fit_transform(right.shingles(size))
    common = (counter.transform(left.shingles(size)) @ other.T).toarray().astype(np.float64)
    sizes = [np.array([len(runs) for runs in one.shingles(size)])[:, None] for one in (left, right)]
    if measure == "ngrams":
        return np.asarray(common / np.minimum(sizes[0], sizes[1].T))
    return np.asarray(common / (sizes[0] + sizes[1].T - common))


@dataclass(frozen=True)
class Half:
    """One half: its texts as both sides, the planted copies, and which pairs are of different events."""

    texts: Side
    copies: Side
    planted: Sequence[Planted]
    unrelated: NDArray[np.bool_]

    @property
    def source(self) -> NDArray[np.int64]:
        """[copies], the place of each copy's source."""
        place = {key: number for number, key in enumerate(self.texts.ids)}
        return np.array([place[one.source] for one in self.planted])


def halves(texts: Sequence[Text], planted: Sequence[Planted], recipe: Recipe, memo: Memo) -> list[Half]:
    found = []
    for number in (0, 1):
        inside = [text for text in texts if text.half == number]
        copies = [one for one in planted if one.text.half == number]
        events = np.array([text.event for text in inside])
        unrelated = np.triu(events[:, None] != events[None, :], k=1)
        found.append(Half(side(inside, recipe, memo), side([one.text for one in copies], recipe, memo), copies, unrelated))
    return found


def choose(half: Half, params: LeakageParams) -> LeakageParams:
    """Sizes and thresholds that find most of the planted with at most the false alarms allowed, by measure."""
    kinds = np.array([one.kind for one in half.planted])
    names = {
        "ngrams": ("ngram_words", "min_shared_ngrams"),
        "minhash": ("shingle_words", "min_similarity"),
        "embedding": ("", "min_cosine"),
    }
    changes: dict[str, float] = {}
    print("\nchosen on one half: measure, words, threshold, mean share found over the kinds")
    for measure in NEAR:
        tried = []
        for size in SIZES.get(measure, (0,)):
            alarms = np.sort(values(measure, half.texts, half.texts, size)[half.unrelated])[::-1]
            least = float(np.ceil(alarms[int(MOST_FALSE_ALARMS * len(alarms))] * 1000 + 1) / 1000)
            own = values(measure, half.copies, half.texts, size)[np.arange(len(half.planted)), half.source]
            recall = float(np.mean([(own[kinds == kind] >= least).mean() for kind in sorted(set(kinds))]))
            tried.append((recall, -size, least))
            print(f"  {measure:<10}{size:>3}{least:>8.3f}{recall:>8.3f}   highest of unrelated pairs: {np.round(alarms[:8], 3).tolist()}")
        recall, size, least = max(tried)
        length, threshold = names[measure]
        changes |= {threshold: least} | ({length: -size} if length else {})
    return params.model_copy(update=changes)


def report(name: str, half: Half, params: LeakageParams) -> None:
    """Share found of each kind, by measure and by any, and false alarms in 10,000 pairs of different events."""
    print(
        f"\n{name}: runs of {params.ngram_words} words, share {params.min_shared_ngrams:.3f}; MinHash of {params.shingle_words}-word "
        f"shingles, similarity {params.min_similarity:.3f}; cosine {params.min_cosine:.3f}"
    )
    hits: dict[str, set[int]] = {}
    alarms: dict[str, set[tuple[int, int]]] = {}
    for measure in NEAR:
        hits[measure] = {pair.left for pair in find(measure, half.copies, half.texts, params) if pair.right == half.source[pair.left]}
        alarms[measure] = {(a, b) for a, b, _ in find(measure, half.texts, half.texts, params) if half.unrelated[a, b]}
    hits["any"], alarms["any"] = set().union(*hits.values()), set().union(*alarms.values())
    kinds = Counter(one.kind for one in half.planted)
    print(f"{'planted':<22}{'pairs':>7}" + "".join(f"{measure:>11}" for measure in hits))
    for kind, count in kinds.items():
        of_kind = {place for place, one in enumerate(half.planted) if one.kind == kind}
        print(f"{kind:<22}{count:>7}" + "".join(f"{len(found & of_kind) / count:>11.3f}" for found in hits.values()))
    pairs = int(half.unrelated.sum())
    print(f"{'alarms in 10,000':<22}{pairs:>7}" + "".join(f"{1e4 * len(found) / pairs:>11.3f}" for found in alarms.values()))


def cosine_curve(half: Half) -> None:
    """What another cosine would find of one event told by two outlets, and what it would wrongly tie."""
    print("\nheld out, embedding alone: cosine, one event told by two outlets, alarms in 10,000")
    cosines = values("embedding", half.texts, half.texts, 0)
    place = {key: number for number, key in enumerate(half.texts.ids)}
    events = np.array([cosines[place[one.source], place[one.text.key]] for one in half.planted if one.kind == EVENT])
    for least in COSINES:
        print(f"{least:>6.2f}{(events >= least).mean():>8.3f}{1e4 * (cosines[half.unrelated] >= least).mean():>9.3f}")


def topics(texts: Sequence[Text], half: Half, params: LeakageParams, recipe: Recipe, memo: Memo) -> None:
    """What the topics add, which the split keeps together as well: one event's reports in one topic of the recipe's clustering."""
    rows = stored([text for text in texts if text.half == 1], recipe, memo)
    found = find_topics(rows, recipe.windows, recipe.topics, recipe.seed, memo, lambda members: [TopicName("", "", "") for _ in members])
    topic_of = {member.article_id: member.topic_id for member in found.outcome.kept}
    topic = np.array([topic_of[key] for key in half.texts.ids])
    together = (topic[:, None] == topic[None, :]) & (topic != "")[:, None]
    near = {(a, b) for measure in NEAR for a, b, _ in find(measure, half.texts, half.texts, params)}
    place = {key: number for number, key in enumerate(half.texts.ids)}
    events = [(place[one.source], place[one.text.key]) for one in half.planted if one.kind == EVENT]
    by_topic = sum(bool(together[pair]) for pair in events)
    either = sum(bool(together[pair]) or pair in near or pair[::-1] in near for pair in events)
    print(
        f"\nheld out, one event told by two outlets: {by_topic / len(events):.3f} in one of {len(found.topics)} topics, "
        f"{either / len(events):.3f} in one topic or found by a measure with the values of the recipe; others in one topic, in 10,000: "
        f"{1e4 * float((together & half.unrelated).sum()) / half.unrelated.sum():.3f}"
    )


def translations(recipe: Recipe, memo: Memo) -> None:
    """Translated documents side by side, nothing translated: cosines of names and numbers, for the recipe's `min_cosine_lexical`."""
    parallel = documents()
    print("\nuntranslated: NTREX-128 in twelve languages, pairs of two languages, cosine of names and numbers")
    print(f"{'half':<12}{'least':>7}{'copies':>8}{'found':>8}{'other':>9}{'alarms in 10,000':>18}")
    least = 0.0
    for half, name in ((0, "chosen on"), (1, "held out"), (1, "recipe")):
        names = [key for number, key in enumerate(sorted(parallel)) if number % 2 == half]
        texts = [Text(f"{key} {language}", key, half, lead(parallel[key][language]), language) for key in names for language in LANGUAGES]
        lexical = vectors(texts, recipe, memo).lexical
        cosines = lexical @ lexical.T
        document = np.array([text.event for text in texts])
        language = np.array([text.language for text in texts])
        pairs = np.triu(language[:, None] != language[None, :], k=1)
        same = pairs & (document[:, None] == document[None, :])
        other = pairs & ~same
        if half == 0:
            ordered = np.sort(cosines[other])[::-1]
            least = float(np.ceil(ordered[int(MOST_FALSE_ALARMS * len(ordered))] * 1000 + 1) / 1000)
        limit = recipe.leakage.min_cosine_lexical if name == "recipe" else least
        found, alarms = float((cosines[same] >= limit).mean()), float((cosines[other] >= limit).mean())
        print(f"{name:<12}{limit:>7.3f}{same.sum():>8}{found:>8.3f}{other.sum():>9}{1e4 * alarms:>18.3f}")


def finished(folder: Path) -> None:
    """The stored proof of a run."""
    rows = [row for row in TableStore(folder / "tables").read("leakage", LeakageRow) if row.blocks]
    found = [row for row in rows if row.found]
    print(f"\n{folder.name}: {len(rows)} blocking comparisons of splits, {len(found)} with a finding")
    for row in found:
        print(f"  {row.side} against {row.against}, {row.measure}: {row.found} of {row.compared}, worst {row.worst}, {row.examples}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--recipe", default="laptop")
    parser.add_argument("--workspace", type=Path)
    parser.add_argument("--memo", type=Path)
    given = parser.parse_args()
    recipe = load_recipe(given.recipe)
    texts = corpus()
    planted = plant(texts)
    print(f"{len(texts)} texts of {len({text.event for text in texts})} events, {len(planted)} planted pairs, seed {SEED}")
    with tempfile.TemporaryDirectory() as folder:
        memo = Memo(given.memo or Path(folder) / "memo.sqlite")
        first, second = halves(texts, planted, recipe, memo)
        chosen = choose(first, recipe.leakage)
        report("held out, values chosen here", second, chosen)
        report(f"held out, values of the recipe {recipe.name}", second, recipe.leakage)
        cosine_curve(second)
        topics(texts, second, recipe.leakage, recipe, memo)
        if recipe.embed.lexical_dimensions:
            translations(recipe, memo)
    if given.workspace:
        finished(given.workspace)


if __name__ == "__main__":
    main()
