"""Sentences from templates: what the laptop's base model learns before any news. Seeded, the same on every machine."""

import random
import re
from collections.abc import Sequence
from functools import cache
from importlib import resources

from asknews_ner.dataset.alignment.words import split_words
from asknews_ner.fingerprints import stable_seed
from asknews_ner.recipe import LANGUAGES
from asknews_ner.records import NerSpan
from asknews_ner.train.own_data.fillers import fillers
from asknews_ner.train.rows import GlinerRow, gliner_row, types_of

_SLOT = re.compile(r"\{(\w+)\}")
_HELD_OUT_EVERY = 5  # every fifth template is kept for the base model's own test


@cache
def templates(language: str, held_out: bool) -> tuple[str, ...]:
    """The language's training templates; all templates, with those kept for testing, for the base model's own test."""
    text = resources.files("asknews_ner.train.own_data").joinpath("templates", f"{language}.txt").read_text(encoding="utf-8")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return tuple(line for number, line in enumerate(lines) if held_out or number % _HELD_OUT_EVERY)


def sentences(count: int, seed: int, held_out: bool, languages: Sequence[str] = LANGUAGES) -> list[GlinerRow]:
    """`count` rows, languages in turn. Held-out rows have names that no training row has, and a fifth of their templates too."""
    rng = random.Random(stable_seed("template sentences", seed, held_out))
    return [_sentence(languages[number % len(languages)], held_out, rng) for number in range(count)]


def with_shown_types(rows: Sequence[GlinerRow], seed: int) -> list[GlinerRow]:
    """Rows that say which types the model is shown: half of them all types, the others their own and some more, shuffled.

    In-batch negatives alone show about six types at a time; a model trained so cannot choose among fourteen."""
    rng = random.Random(stable_seed("shown types", seed))
    everything = types_of(rows)
    shown = []
    for row in rows:
        own = sorted({span[2] for span in row["ner"]})
        others = [label for label in everything if label not in own]
        more = others if rng.random() < 0.5 else rng.sample(others, rng.randint(0, len(others)))
        labels = own + more or everything[:1]
        rng.shuffle(labels)
        shown.append({**row, "ner_labels": labels})
    return shown


def _sentence(language: str, held_out: bool, rng: random.Random) -> GlinerRow:
    template = rng.choice(templates(language, held_out))
    source = fillers(language, held_out)
    text = ""
    marks: list[tuple[int, int, str]] = []
    position = 0
    for slot in _SLOT.finditer(template):
        text += template[position : slot.start()]
        name = source.fill(slot.group(1), rng)
        marks.append((len(text), len(text) + len(name), slot.group(1)))
        text += name
        position = slot.end()
    text += template[position:]
    return marked_row(text, marks)


def marked_row(text: str, marks: Sequence[tuple[int, int, str]]) -> GlinerRow:
    """A row from a text with marks (first character, one past the last, type). A mark takes every word that it touches."""
    words = split_words(text)
    spans: list[NerSpan] = []
    for start, end, label in marks:
        inside = [index for index, word in enumerate(words) if word.start < end and word.end > start]
        if inside:
            spans.append(NerSpan(inside[0], inside[-1], label))
    return gliner_row([word.surface for word in words], spans)
