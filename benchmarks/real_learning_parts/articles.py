"""Gold passages as articles: neighbouring sentences joined into texts, with a planted country, outlet and time.

The corpora that tune are no news and say nothing about countries: what is planted shapes cells, windows and splits, and is no claim."""

import datetime as dt
import json
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from asknews_ner.acquire.normalise import clean_text
from asknews_ner.dataset.types.ontology import Ontology
from asknews_ner.fingerprints import content_hash, stable_seed
from asknews_ner.storage.atomic import write_text
from asknews_ner.train.rows import GlinerRow
from real_learning_parts.corpora import LEAST_WORDS, grouped, of_role, read

COUNTRIES = {"US": 6, "GB": 5, "IN": 4, "NG": 3, "KE": 2, "ZA": 2, "AU": 2, "CA": 2, "IE": 1, "NZ": 1, "GH": 1, "JM": 1}
"""Planted countries and how often each is drawn: uneven on purpose, as news is."""

OUTLETS = ("Herald", "Courier", "Gazette")
START = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
WINDOW_HOURS, TEXTS_A_WINDOW, NEIGHBOURS = 4, 16, 4
"""Neighbouring texts, which may be of one document, share a window and so a split."""

TITLE_WORDS = 8


@dataclass(frozen=True)
class GoldText:
    """One text, its gold spans as (first character, one past the last, type of the ontology), and the corpus it is from."""

    corpus: str
    text: str
    gold: frozenset[tuple[int, int, str]]

    @property
    def entities(self) -> list[tuple[str, str]]:
        """What a perfect labeller would list: (surface, type), each once, in order."""
        return sorted({(self.text[start:end], kind) for start, end, kind in self.gold})


@dataclass(frozen=True)
class GoldTexts:
    """The texts, and what was left out on the way, by corpus and reason."""

    texts: list[GoldText]
    left_out: Counter[tuple[str, str]]


def gold_texts(ontology: Ontology, most: int | None, seed: int) -> GoldTexts:
    """Texts of 60 to 200 words from the corpora that tune; spans of types that the ontology lacks are left out and counted."""
    texts: list[GoldText] = []
    left_out: Counter[tuple[str, str]] = Counter()
    for corpus in of_role("tuning"):
        found: list[GoldText] = []
        for file in corpus.files:
            for rows in grouped(read(corpus.name, file), corpus.name, file, seed):
                made = joined_text(corpus.name, rows, ontology, left_out)
                if len(made.text.split()) < LEAST_WORDS:
                    left_out[corpus.name, f"texts under {LEAST_WORDS} words, at the end of a file"] += 1
                elif clean_text(made.text) != made.text or "====" in made.text:
                    left_out[corpus.name, "texts with characters that acquisition would change"] += 1
                else:
                    found.append(made)
        texts += found if most is None else found[: most // len(of_role("tuning"))]
    return GoldTexts(texts, left_out)


def write_articles(texts: Sequence[GoldText], folder: Path, seed: int) -> None:
    """The drop folder: one JSON Lines file of articles."""
    rng = random.Random(stable_seed("articles", seed))
    blocks = [
        inside[start : start + NEIGHBOURS]
        for corpus in of_role("tuning")
        for inside in [[text for text in texts if text.corpus == corpus.name]]
        for start in range(0, len(inside), NEIGHBOURS)
    ]
    rng.shuffle(blocks)
    lines = []
    for place, text in enumerate(text for block in blocks for text in block):
        country = rng.choices(list(COUNTRIES), weights=list(COUNTRIES.values()))[0]
        outlet = f"{country} {rng.choice(OUTLETS)}"
        moment = START + dt.timedelta(hours=WINDOW_HOURS * (place // TEXTS_A_WINDOW), minutes=rng.randrange(60 * WINDOW_HOURS))
        lines.append(
            {
                "url": f"https://{outlet.lower().replace(' ', '-')}.example/{content_hash(text.text)[:16]}",
                "title": " ".join(text.text.split()[:TITLE_WORDS]),
                "text": text.text,
                "language": "en",
                "country": country,
                "publisher": outlet,
                "published_at": moment.isoformat(),
            }
        )
    write_text(folder / "gold.jsonl", "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))


def joined_text(corpus: str, rows: Sequence[GlinerRow], ontology: Ontology, left_out: Counter[tuple[str, str]]) -> GoldText:
    """Neighbouring sentences as one text; spans of types that the ontology lacks are counted in `left_out`."""
    text = ""
    gold: set[tuple[int, int, str]] = set()
    for row in rows:
        starts, ends = [], []
        for token in row["tokenized_text"]:
            text += " " if text else ""
            starts.append(len(text))
            text += token
            ends.append(len(text))
        for first, last, label in row["ner"]:
            kind = ontology.canonical(label)
            if kind is None:
                left_out[corpus, f"spans of `{label}`, which the ontology does not have"] += 1
            else:
                gold.add((starts[first], ends[last], kind))
    return GoldText(corpus, text, frozenset(gold))
