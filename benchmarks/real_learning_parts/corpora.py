"""Which corpora serve what. A corpus serves one purpose only: its other files are left alone, so that no family stands on two sides."""

import gzip
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass

from benchmark_passages import shared

from asknews_ner.fingerprints import stable_seed
from asknews_ner.train.own_data.templates import sentences, with_shown_types
from asknews_ner.train.rows import GlinerRow

LEAST_WORDS, MOST_WORDS = 60, 200
"""Words of a text made of neighbouring sentences: enough for the pipeline's rules of length, and what a summary of the paper has."""

Role = str
"""`base`, `tuning` or `test`."""


@dataclass(frozen=True)
class Corpus:
    """One corpus: what it is for, its files that are used, its licence (data/README.md of the shared folder)."""

    name: str
    role: Role
    files: tuple[str, ...]
    licence: str
    what: str


CORPORA = (
    Corpus("broad_twitter", "base", ("train", "dev"), "CC BY 4.0", "tweets"),
    Corpus("bc5cdr", "base", ("train", "dev"), "CC BY 4.0", "biomedical abstracts"),
    Corpus("bionlp13cg", "base", ("train", "dev"), "CC BY-SA 3.0", "cancer genetics abstracts"),
    Corpus("wikigold", "tuning", ("test",), "CC BY 4.0", "Wikipedia"),
    Corpus("wnut17", "tuning", ("train", "dev", "test"), "CC BY 4.0", "social media"),
    Corpus("crossner_ai", "test", ("test",), "MIT; CC BY-SA", "Wikipedia on AI"),
    Corpus("crossner_music", "test", ("test",), "MIT; CC BY-SA", "Wikipedia on music"),
    Corpus("crossner_science", "test", ("test",), "MIT; CC BY-SA", "Wikipedia on science"),
    Corpus("anatem", "test", ("test",), "CC BY 4.0", "biomedical abstracts"),
    Corpus("bc2gm", "test", ("test",), "CC BY 4.0", "biomedical abstracts"),
    Corpus("mit_movie", "test", ("test",), "none stated", "questions about films"),
    Corpus("sec_filings", "test", ("test",), "CC BY 3.0", "loan agreements"),
    Corpus("wikiann_en", "test", ("test",), "none stated; CC BY-SA", "Wikipedia, silver"),
    Corpus("wikineural_en", "test", ("test",), "CC BY-NC-SA 4.0", "Wikipedia, silver"),
    Corpus("masakhaner2_pcm", "test", ("test",), "CC BY-NC 4.0", "news in Nigerian Pidgin"),
)
"""Sets under a non-commercial licence only measure; no weight is trained on them."""


def of_role(role: Role) -> list[Corpus]:
    """The corpora of one role, in the order of the list."""
    return [corpus for corpus in CORPORA if corpus.role == role]


def read(corpus: str, file: str) -> list[GlinerRow]:
    """All rows of one file, in its order."""
    with gzip.open(shared() / "benchmarks" / corpus / f"{file}.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [{"tokenized_text": row["tokenized_text"], "ner": row["ner"]} for row in rows]


def drawn(rows: Sequence[GlinerRow], most: int, *seed: object) -> list[GlinerRow]:
    """At most so many rows, drawn with a seed and kept in order."""
    if len(rows) <= most:
        return list(rows)
    places = random.Random(stable_seed(*seed)).sample(range(len(rows)), most)
    return [rows[place] for place in sorted(places)]


def mixture(template_rows: int, most_words: int, seed: int) -> list[GlinerRow]:
    """What the base learns from, shuffled: the training files, and English sentences from the project's own templates.

    Longer rows than `most_words` stay out: every batch is padded to its longest row. Each row is asked for types of its own corpus only:
    what another corpus calls by a type stands here unlabelled."""
    rows: list[GlinerRow] = []
    for corpus in of_role("base"):
        short = [row for row in read(corpus.name, "train") if len(row["tokenized_text"]) <= most_words]
        rows += with_shown_types(short, seed)
    rows += with_shown_types(sentences(template_rows, seed, held_out=False, languages=("en",)), seed)
    random.Random(stable_seed("mixture", seed)).shuffle(rows)
    return rows


def grouped(rows: Sequence[GlinerRow], *seed: object) -> list[list[GlinerRow]]:
    """Neighbouring rows, until a drawn number of words is reached; no group is longer than MOST_WORDS if no row is."""
    rng = random.Random(stable_seed("texts", *seed))
    groups: list[list[GlinerRow]] = [[]]
    words, wanted = 0, rng.randint(LEAST_WORDS + 20, MOST_WORDS - 40)
    for row in rows:
        length = len(row["tokenized_text"])
        if words >= wanted or (words >= LEAST_WORDS and words + length > MOST_WORDS):
            groups.append([])
            words, wanted = 0, rng.randint(LEAST_WORDS + 20, MOST_WORDS - 40)
        groups[-1].append(row)
        words += length
    return [group for group in groups if group]


def joined(rows: Sequence[GlinerRow]) -> GlinerRow:
    """One row of several."""
    tokens: list[str] = []
    spans: list[list[int | str]] = []
    for row in rows:
        spans += [[first + len(tokens), last + len(tokens), label] for first, last, label in row["ner"]]
        tokens += row["tokenized_text"]
    return {"tokenized_text": tokens, "ner": spans}


def long_mixture(file: str, template_rows: int, most: int, seed: int) -> list[GlinerRow]:
    """The base's mixture again, from its `train` or `dev` files, as texts of the length that the pipeline's texts have."""
    sources = {corpus.name: read(corpus.name, file) for corpus in of_role("base")}
    sources["templates"] = sentences(template_rows, seed + 1, held_out=False, languages=("en",))
    rows: list[GlinerRow] = []
    for name, source in sources.items():
        rows += with_shown_types([joined(group) for group in grouped(source, name, file, seed)], seed)
    random.Random(stable_seed("long mixture", file, seed)).shuffle(rows)
    return rows[:most]
