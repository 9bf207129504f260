"""Pairs of source and summary with a planted fault or none: NTREX-128, 78 news documents of 2018 and their human translations."""

import gzip
import json
import os
import random
import re
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from asknews_ner.fingerprints import stable_seed
from asknews_ner.recipe import LANGUAGES

RIGHT, DROPPED, NUMBER, WRONG, UNTRANSLATED, SWAPPED = (
    "right",
    "dropped entity",
    "changed number",
    "wrong article",
    "untranslated",
    "swapped entity",
)
FAULTS = (DROPPED, NUMBER, WRONG, UNTRANSLATED)
_RUN = re.compile(r"(?<![.!?:\n\"“‘(] )(?<![.!?:\n\"“‘(])(?<=[a-z,;] )[A-Z][\w'’-]+(?: (?:of (?:the )?)?[A-Z][\w'’-]+)*")
_NUMBER = re.compile(r"(?<![\w.,])\d[\d,.]*(?<![.,])(?![\w%]*\d)")
_STEM = 4  # letters that forms of a name share
_CALENDAR = frozenset(
    [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
        "Mr",
        "Mrs",
        "Ms",
        "Dr",
        "Sir",
        "Judge",
        "President",
        "Prime",
        "Minister",
        "Senator",
        "Professor",
    ]
)


@dataclass(frozen=True)
class Pair:
    """A source in `language`, and what stands as its English summary."""

    document: str
    language: str
    fault: str
    source: str
    summary: str
    detail: str = ""


def documents() -> dict[str, dict[str, str]]:
    """Text by document and language; the title is the first line, sentences are lines."""
    news = Path(os.environ["ASKNEWS_NER_SHARED"]) / "data" / "news"
    with gzip.open(news / "topic_labels.jsonl.gz", "rt") as lines:
        labels = {row["article_id"]: row["label"] for row in map(json.loads, lines) if row["kind"] == "parallel_document"}
    found: dict[str, dict[str, str]] = {}
    for language in LANGUAGES:
        rows = pd.read_parquet(news / f"articles_{language}.parquet")
        for row in rows[rows.article_id.isin(labels)].itertuples():
            found.setdefault(labels[row.article_id], {})[language] = f"{row.title}\n{row.text}"
    return {name: found[name] for name in sorted(found)}


def lead(text: str, sentences: int) -> str:
    """The title and the first sentences."""
    return "\n".join(text.split("\n")[: sentences + 1])


def pairs(texts: dict[str, dict[str, str]], sentences: int) -> list[Pair]:
    """All pairs: the source is the whole document in a language, the summary the title and the first sentences of the English one."""
    names, found = list(texts), []
    small = frozenset(word for one in texts.values() for word in re.findall(r"\w+", one["en"]) if word.islower())
    for number, name in enumerate(names):
        english, document = lead(texts[name]["en"], sentences), texts[name]["en"]
        others = [texts[other]["en"] for other in names if other != name]
        made = {
            RIGHT: (english, ""),
            DROPPED: dropped(english, document, small),
            SWAPPED: swapped(english, document, small, others, name),
            NUMBER: changed(english, document, name),
            WRONG: (lead(texts[names[(number + 1) % len(names)]]["en"], sentences), ""),
        }
        for language in LANGUAGES:
            source = texts[name][language]
            found += [Pair(name, language, fault, source, *one) for fault, one in made.items() if one]
            if language != "en":
                found.append(Pair(name, language, UNTRANSLATED, source, lead(source, sentences)))
    return found


def entity(text: str, document: str, small: frozenset[str]) -> str | None:
    """The name in a text that its document says most often: capitalised words in a row inside a sentence, none of whose forms stays when it
    is taken out. The rule is the benchmark's own: it knows nothing of how the signals find names. `small`: words that some document
    writes with small letters, which are no names."""
    runs = {match[0].removesuffix("'s").removesuffix("’s") for match in _RUN.finditer(text)}
    runs = {run for run in runs if re.fullmatch(r"[\w -]+", run) and not re.search(r"\d", run)}
    named = [run for run in runs if not set(run.split()) & _CALENDAR and _key(run).casefold() not in small and not _stays(run, text)]
    return min(named, key=lambda run: (-len(re.findall(rf"\b{re.escape(_key(run))}\b", document)), run), default=None)


def _stays(name: str, text: str) -> bool:
    """Whether another form of the name is left when it is taken out ("Scottish" of Scotland)."""
    return re.search(rf"\b{re.escape(_key(name)[:_STEM])}", _mentions(name).sub("", text), re.IGNORECASE) is not None


def dropped(text: str, document: str, small: frozenset[str]) -> tuple[str, str] | None:
    """Every mention of the most mentioned name is taken out, those by its last word, too."""
    name = entity(text, document, small)
    return (re.sub(r"[ ]{2,}", " ", _mentions(name).sub("", text)), name) if name else None


def swapped(text: str, document: str, small: frozenset[str], others: list[str], seed: str) -> tuple[str, str] | None:
    """Every mention is replaced by the most mentioned name of another document."""
    name = entity(text, document, small)
    choices = sorted({other for one in others if (other := entity(one, one, small)) and other not in document})
    if not name or not choices:
        return None
    other = random.Random(stable_seed("swap", seed)).choice(choices)
    return _mentions(name).sub(other, text), f"{name} → {other}"


def changed(text: str, document: str, seed: str) -> tuple[str, str] | None:
    """One number with digits becomes another of as many digits that the document has nowhere."""
    found = sorted({match[0] for match in _NUMBER.finditer(text)})
    if not found:
        return None
    draw = random.Random(stable_seed("number", seed))
    old = draw.choice(found)
    for _ in range(100):
        new = "".join(draw.choice("123456789") if sign.isdigit() else sign for sign in old)
        if new != old and new not in document:
            return re.sub(rf"(?<![\w.,]){re.escape(old)}(?!\d)", new, text), f"{old} → {new}"
    return None


def _key(name: str) -> str:
    return name.rsplit(maxsplit=1)[-1]


def _mentions(name: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{re.escape(name)}|{re.escape(_key(name))})(?:['’]s)?(?!\w)")
