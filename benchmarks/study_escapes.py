"""Broken escapes of the low-resource study's GPT-4.1 rows: how many can be undone, and how many of the words so made are words.

    ASKNEWS_NER_SHARED=<folder> python benchmarks/study_escapes.py

Words of three characters or more, by whether they stand in a reference: human sentences of the language (Universal NER, MasakhaNER 2, a
Telugu corpus) and, for Danish, Slovak and Tamil, wordfreq's list. `whole`: words of sentences without damage, as the mark to compare with;
`restored`: words made by undoing the zeros; the ratio of the two is what to believe of a restored word."""

import gzip
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import wordfreq

from asknews_ner.low_resource.escapes import damage_in, restorations, word

_HUMAN = {"da": "uner_da_ddt", "sk": "uner_sk_snk", "te": "ner_telugu", "yor": "masakhaner2_yor", "ibo": "masakhaner2_ibo", "ta": ""}
_LISTED = ("da", "sk", "ta")
_SHORTEST = 3
_FORM = "{:<6} {:>6} {:>8} {:>7} {:>13} {:>6} {:>16} {:>6} {:>6}"


def rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def reference(shared: Path, language: str) -> Callable[[str], bool]:
    """Whether a word stands in what people wrote in the language."""
    name = _HUMAN[language]
    files = sorted((shared / "benchmarks" / name).glob("*.jsonl.gz")) if name else []
    files += sorted((shared / "lowres_study" / "gold_uner" / language).glob("*.jsonl.gz"))
    known = {word(token) for file in files for row in rows(file) for token in row.get("tokenized_text") or row.get("tokens") or ()}
    return lambda text: word(text) in known or (language in _LISTED and wordfreq.zipf_frequency(word(text), language) > 0)


def share(words: Iterable[Sequence[str]], is_word: Callable[[str], bool]) -> tuple[int, float]:
    """(words that are long enough, share of them of which any reading is a word)."""
    long = [readings for readings in words if len(readings[0]) >= _SHORTEST and any(map(str.isalpha, readings[0]))]
    return len(long), sum(any(map(is_word, readings)) for readings in long) / max(1, len(long))


def main() -> None:
    shared = Path(os.environ["ASKNEWS_NER_SHARED"]) / "data"
    print(_FORM.format("lang.", "rows", "damaged", "undone", "words, whole", "known", "words, restored", "known", "ratio"))
    for language in _HUMAN:
        is_word = reference(shared, language)
        sentences = [row["tokens"] for row in rows(shared / "lowres_study" / "usable" / "gpt-4.1" / f"{language}.jsonl.gz")]
        damaged = [tokens for tokens in sentences if any(map(damage_in, tokens))]
        undone = sum(all(restorations(token) or not damage_in(token) for token in tokens) for tokens in damaged)
        whole, first = share(([token] for tokens in sentences if not any(map(damage_in, tokens)) for token in tokens), is_word)
        restored, second = share((found for tokens in damaged for token in tokens if (found := restorations(token))), is_word)
        shares = f"{first:.2f}", f"{second:.2f}", f"{second / max(first, 1e-9):.2f}"
        print(_FORM.format(language, len(sentences), len(damaged), undone, whole, shares[0], restored, *shares[1:]))


if __name__ == "__main__":
    main()
