"""How well copies among summaries are found: NTREX-128, 78 news documents and their human translations into eleven languages.

    ASKNEWS_NER_SHARED=<folder> python benchmarks/wire_copies.py        a few minutes

Copies are unequal: of each document other extracts, each robbed of a third of its sentences, under other outlets' names. Thresholds
are chosen on every second document (highest F1 with at most one in twenty pairs of reports of one event called a copy, none where
nothing is translated) and reported on the others, beside the values of the recipe `laptop`. Reports of one event that are no
copies: BASIL's three outlets, and the stories of the shipped sample.

(a) `words`: four versions of each English document; `translated words`: the English one against Apertium's from Spanish and Italian,
where Apertium is installed. (b) `names`: nothing translated, all pairs of languages."""

import gzip
import json
import os
import random
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from fidelity_parts.pairs import documents
from numpy.typing import NDArray

from asknews_ner.acquire.files import list_files, read_rows
from asknews_ner.annotate.offline.apertium import chain, translate
from asknews_ner.clean.duplicates import word_shingles
from asknews_ner.diversify.copies import Story, cosine_parts, find_copies, in_order, shared_share
from asknews_ner.diversify.embedding.encoders import SentenceTransformerEncoder
from asknews_ner.diversify.embedding.lexical import anchors
from asknews_ner.diversify.embedding.vectors import embed
from asknews_ner.orchestration.settings import sample_folder
from asknews_ner.recipe import LANGUAGES, load_recipe
from asknews_ner.records import Summary
from asknews_ner.storage.memo import Memo

SEED, VERSIONS, SENTENCES = 20240220, 4, 8
MOST_OF_ONE_EVENT = {"words": 0.05, "names": 0.0}
COSINES = np.round(np.arange(0.3, 0.91, 0.05), 2)
SHARES = np.round(np.arange(0.05, 0.71, 0.05), 2)
TRANSLATED = ("es", "it")
OUTLETS = ("Northern Wire", "Daily Courier", "Agência Litoral", "Radio Meridian")
_OUTLET = re.compile(
    r"\b(?:The )?(?:Associated Press|Reuters|AFP|AP|CNN|BBC|ABC News|Fox News|Sky News|Boston Globe|New York Times|Washington Post)\b"
)


@dataclass(frozen=True)
class Text:
    """One text to compare: `group` is its document (or event), `half` 0 for choosing and 1 for reporting."""

    group: str
    half: int
    language: str
    text: str
    of_event: bool = False


@dataclass(frozen=True)
class Pairs:
    """Pairs within one half: cosine, what is shared (a share of words, or a number of names in order), whether a copy, whether two
    reports of one event that are no copies."""

    half: NDArray[np.int64]
    cosine: NDArray[np.float64]
    shared: NDArray[np.float64]
    copy: NDArray[np.bool_]
    event: NDArray[np.bool_]
    languages: Sequence[tuple[str, str]]


def sentences(text: str) -> list[str]:
    return [part.strip() for line in text.split("\n") for part in re.split(r"(?<=[.!?؟])[\"”»]?\s+", line) if part.strip()]


def version(text: str, number: int, name: str) -> str:
    """Version 0 begins with the title and the document's start, the others later; each without a third of its sentences."""
    draw = random.Random(f"{SEED} {name} {number}")
    title, *body = sentences(text)
    start = min(number, max(0, len(body) - SENTENCES // 2))
    window = body[start : start + SENTENCES]
    kept = sorted(draw.sample(range(len(window)), max(2, round(len(window) * 2 / 3))))
    outlet = OUTLETS[number % len(OUTLETS)]
    extract = _OUTLET.sub(outlet, " ".join(window[index] for index in kept))
    return (f"{title}\n" if number == 0 else "") + f"({outlet}) — {extract} {outlet} contributed to this report."


def events() -> list[Text]:
    """BASIL: reports of one event by three outlets, their first six sentences."""
    news = Path(os.environ["ASKNEWS_NER_SHARED"]) / "data" / "news"
    with gzip.open(news / "topic_labels.jsonl.gz", "rt") as lines:
        labels = {row["article_id"]: row["label"] for row in map(json.loads, lines) if row["kind"] == "event"}
    half = {name: number % 2 for number, name in enumerate(sorted(set(labels.values())))}
    rows = pd.read_parquet(news / "articles_en.parquet").set_index("article_id")
    return [
        Text(label, half[label], "en", " ".join(sentences(str(rows.loc[key, "text"]))[:6]), True) for key, label in sorted(labels.items())
    ]


def stories() -> list[Text]:
    """The shipped sample: stories that outlets tell each in its own words, their first six sentences."""
    folder = sample_folder()
    manifest = [json.loads(line) for line in (folder.parent / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]
    story = {row["key"]: (row["story"], row["language"]) for row in manifest if row["story"] and row["fate"] == "kept"}
    half = {name: number % 2 for number, name in enumerate(sorted({name for name, _ in story.values()}))}
    rows = [row.values for file in list_files(folder) for row in read_rows(file, folder) if row.values]
    return [
        Text(name, half[name], language, " ".join(sentences(f"{row['title']}\n{row['text']}")[:6]), True)
        for row in rows
        if row.get("url") in story
        for name, language in [story[row["url"]]]
    ]


def rows_of(texts: Sequence[Text]) -> list[Summary]:
    return [
        Summary(f"{n:05d}", f"{n}", "", "", "", text.text, text.language, False, 0, "ZZ", text.language, None)
        for n, text in enumerate(texts)
    ]


def stories_of(texts: Sequence[Text]) -> list[Story]:
    """With vectors by the project's own embedding and the recipe `laptop`."""
    params = load_recipe("laptop").embed
    rows = rows_of(texts)
    with tempfile.TemporaryDirectory() as folder:
        vectors, _, _ = embed(rows, params, SentenceTransformerEncoder(params), Memo(Path(folder) / "memo.sqlite"), lambda *_: None)
    return [Story(row, vector) for row, vector in zip(rows, vectors, strict=True)]


def compare(texts: Sequence[Text], compared: Literal["words", "names"]) -> Pairs:
    """All pairs within a half: of the documents, and of one event's reports. `names`: only pairs of two languages."""
    recipe = load_recipe("laptop")
    vectors = np.array([story.vector.vector for story in stories_of(texts)], dtype=np.float32)
    dense, lexical = cosine_parts(vectors, recipe.embed)
    part = dense if compared == "words" else lexical
    cosines = part @ part.T
    shingles = [word_shingles(text.text, recipe.copies.shingle_words) for text in texts]
    names = [anchors(text.text, text.language) for text in texts]
    found = []
    for i, j in combinations(range(len(texts)), 2):
        one, other = texts[i], texts[j]
        same = one.group == other.group
        if one.half != other.half or one.of_event != other.of_event or (one.of_event and not same):
            continue
        if compared == "names" and one.language == other.language:
            continue
        shared = 0.0  # below the least cosine that is tried it decides nothing
        if cosines[i, j] >= COSINES[0]:
            shared = shared_share(shingles[i], shingles[j]) if compared == "words" else in_order(names[i], names[j])
        found.append((one.half, cosines[i, j], shared, same and not one.of_event, one.of_event, (one.language, other.language)))
    half, cosine, share, copy, event, languages = zip(*found, strict=True)
    return Pairs(np.array(half), np.array(cosine), np.array(share), np.array(copy), np.array(event), languages)


def figures(pairs: Pairs, chosen: NDArray[np.bool_], cosine: float, share: float) -> dict[str, float]:
    """Precision, recall and F1 over the documents' pairs, false positives in 1,000 pairs, and the share of one event's reports called
    copies."""
    called = (pairs.cosine >= cosine) & (pairs.shared >= share) & chosen
    right, of = int((called & pairs.copy).sum()), int((chosen & pairs.copy).sum())
    negatives, events_seen = chosen & ~pairs.copy & ~pairs.event, chosen & pairs.event
    wrong = int((called & negatives).sum())
    return {
        "copies": of,
        "other": int(negatives.sum()),
        "precision": right / max(1, right + wrong),
        "recall": right / max(1, of),
        "f1": 2 * right / max(1, right + wrong + of),
        "per_1000": 1000 * wrong / max(1, int(negatives.sum())),
        "event_pairs": int(events_seen.sum()),
        "of_event": float((called & events_seen).sum() / max(1, events_seen.sum())),
    }


def choose(pairs: Pairs, cosines: Sequence[float], shares: Sequence[float], most_of_one_event: float) -> tuple[float, float]:
    """(cosine, share) of the highest F1 on the first half that keeps one event's reports apart; of equals the strictest."""
    tried = [(figures(pairs, pairs.half == 0, cosine, share), cosine, share) for cosine in cosines for share in shares]
    allowed = [row for row in tried if row[0]["of_event"] <= most_of_one_event]
    _, cosine, share = max(allowed, key=lambda row: (row[0]["f1"], row[1], row[2]))
    return float(cosine), float(share)


def report(name: str, pairs: Pairs, thresholds: tuple[float, float]) -> None:
    recipe = load_recipe("laptop").copies
    own = {
        "words": (recipe.min_cosine, recipe.min_shared_words),
        "translated words": (recipe.min_cosine, recipe.min_shared_translated),
        "names": (recipe.min_cosine_lexical, recipe.min_names_in_order),
    }[name]
    for half, words, limits in ((0, "chosen on", thresholds), (1, "held out", thresholds), (1, "recipe", own)):
        row = figures(pairs, pairs.half == half, *limits)
        print(
            f"{name:<17}{words:<11}{limits[0]:>6.2f}{limits[1]:>7.2f}{row['copies']:>8.0f}{row['other']:>9.0f}{row['precision']:>11.3f}"
            f"{row['recall']:>8.3f}{row['f1']:>7.3f}{row['per_1000']:>9.3f}{row['event_pairs']:>8.0f}{row['of_event']:>10.3f}"
        )


def by_language(pairs: Pairs, thresholds: tuple[float, float]) -> None:
    print("\nuntranslated, held out, values of the recipe: pairs of the language with the eleven others")
    print("language  recall  precision")
    for language in LANGUAGES:
        of_language = np.array([language in pair for pair in pairs.languages])
        row = figures(pairs, of_language & (pairs.half == 1), *thresholds)
        print(f"{language:<10}{row['recall']:>6.3f}{row['precision']:>11.3f}")


def elected(texts: Sequence[Text], name: str) -> None:
    """What the pipeline itself leaves out of the held-out half, with the values of the recipe `laptop`."""
    recipe = load_recipe("laptop")
    inside = [text for text in texts if text.half == 1]
    verdicts = find_copies(stories_of(inside), recipe.copies, recipe.embed)
    group = {f"{n:05d}": text.group for n, text in enumerate(inside)}
    copies = [row for row in verdicts if not row.is_elected]
    wrong = sum(group[row.article_id] != group[row.elected] for row in copies)
    print(f"{name}: {len(inside)} texts of {len(set(group.values()))} documents, {len(copies)} left out, of these {wrong} wrongly")


def main() -> None:
    recipe = load_recipe("laptop").copies
    parallel = documents()
    half = {name: number % 2 for number, name in enumerate(sorted(parallel))}
    english = [
        Text(name, half[name], "en", version(parallel[name]["en"], n, f"{name} en"), False) for name in half for n in range(VERSIONS)
    ]
    untranslated = [Text(name, half[name], lang, version(parallel[name][lang], 0, f"{name} {lang}")) for name in half for lang in LANGUAGES]
    columns = "compared         half       cosine  share  copies    other  precision  recall     F1  FP/1000  events called copy"
    print(f"{len(parallel)} documents, {len(set(half.values()))} halves, seed {SEED}\n{columns}")
    words = compare([*english, *events()], "words")
    thresholds = choose(words, list(COSINES), list(SHARES), MOST_OF_ONE_EVENT["words"])
    report("words", words, thresholds)
    if translated := apertium(parallel, half):
        pairs = compare([*translated, *apertium_stories()], "words")
        report("translated words", pairs, choose(pairs, [thresholds[0]], list(SHARES), MOST_OF_ONE_EVENT["words"]))
    names = compare([*untranslated, *stories()], "names")
    limits = choose(names, list(COSINES), range(4, 21), MOST_OF_ONE_EVENT["names"])
    report("names", names, limits)
    by_language(names, (recipe.min_cosine_lexical, recipe.min_names_in_order))
    print("\nas the pipeline elects, held out, with the thresholds of the recipe `laptop`")
    elected(english, "English, four unequal versions")
    elected(untranslated, "untranslated, twelve languages")


def apertium(parallel: Mapping[str, Mapping[str, str]], half: Mapping[str, int]) -> list[Text]:
    """English documents beside Apertium's English; none where it is not installed."""
    found = [
        Text(name, half[name], "en", text)
        for name in half
        for n, language in enumerate(TRANSLATED)
        if chain(language) and (text := translate(version(parallel[name][language], n, f"{name} {language}"), language))
    ]
    return [*found, *(Text(name, half[name], "en", version(parallel[name]["en"], 0, f"{name} en")) for name in half)] if found else []


def apertium_stories() -> list[Text]:
    """The sample's stories in English, and Apertium's English of those in Spanish and Italian."""
    own = [story for story in stories() if story.language == "en" or story.language in TRANSLATED]
    english = [(story, story.text if story.language == "en" else translate(story.text, story.language)) for story in own]
    return [replace(story, language="en", text=text) for story, text in english if text]


if __name__ == "__main__":
    main()
