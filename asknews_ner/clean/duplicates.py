"""Copies over all countries and languages: syndicated texts and lightly edited ones. One of each stays.

MinHash over word shingles finds candidates, their exact Jaccard similarity decides."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from asknews_ner.batches.mapper import HERE, Batch, Mapper, in_groups
from asknews_ner.recipe import DuplicateParams
from asknews_ner.records import Article, DuplicateVerdict, Outcome, Reason, Rejected, chronological, rejection

STAGE = "duplicates"
Hashes = NDArray[np.uint64]
_LOW_BITS = np.uint64(0xFFFFFFFF)  # MinHash permutes 32-bit numbers
_WORD = re.compile(r"\w+")
_SEED = 1
_TOGETHER = 200  # articles of one batch: half a second's work, a megabyte of texts


class DuplicateReject(Reason):
    """Why an article can leave here."""

    COPY = "an earlier article has the same words"
    NEAR_COPY = "an earlier article has nearly the same words"


def find_duplicates(
    articles: Sequence[Article], params: DuplicateParams, mapper: Mapper = HERE
) -> tuple[Outcome[Article], list[DuplicateVerdict]]:
    """(articles that stay and those that go, one verdict for every article).

    Articles are taken in order of time (undated ones last) and id; each is compared with the originals before it, so
    that a chain of small edits cannot merge two different texts. Source: production checks of the paper's authors
    (republished items: search for the original). Hashes and sketches are made in batches by `mapper`; the order of time decides here."""
    from datasketch import MinHash, MinHashLSH

    # For recall: exact similarity decides afterwards, and datasketch's own bands lose a third of the copies near the threshold.
    bands = (params.permutations // params.band_rows, params.band_rows)
    index = MinHashLSH(num_perm=params.permutations, params=bands)
    blank = MinHash(num_perm=params.permutations, seed=_SEED, hashfunc=int)
    shingles: dict[str, Hashes] = {}
    kept: list[Article] = []
    rejected: list[Rejected] = []
    copies: dict[str, tuple[str, float]] = {}
    in_time = sorted(articles, key=chronological)
    for article, (own, values) in zip(in_time, _sketches(in_time, params, mapper), strict=True):
        sketch = blank.copy()
        sketch.hashvalues = values
        candidates = [(_similarity(own, shingles[key]), key) for key in index.query(sketch)]
        best, original = max(candidates, default=(0.0, ""))
        if best >= params.min_similarity:
            copies[article.article_id] = (original, best)
            reason = DuplicateReject.COPY if best == 1 else DuplicateReject.NEAR_COPY
            rejected.append(rejection(article, STAGE, reason, f"similarity {best:.2f} to {original}"))
        else:
            kept.append(article)
            shingles[article.article_id] = own
            index.insert(article.article_id, sketch)
    originals = {original for original, _ in copies.values()}
    verdicts = [_verdict(article.article_id, copies, originals) for article in sorted(articles, key=lambda a: a.article_id)]
    return Outcome(len(articles), kept, rejected), verdicts


@dataclass(frozen=True, slots=True)
class SketchTexts:
    """Column `text` → `hashes` of the text's shingles (64 bits each, sorted) and `sketch`, the values of its MinHash."""

    params: DuplicateParams
    on_gpu: bool = False

    def __call__(self, rows: pa.Table, /) -> pa.Table:
        """Each text alone."""
        from datasketch import MinHash

        blank = MinHash(num_perm=self.params.permutations, seed=_SEED, hashfunc=int)
        hashes, sketches = [], []
        for text in rows["text"].to_pylist():
            hashes.append(_hashes(word_shingles(text, self.params.shingle_words)))
            sketch = blank.copy()
            sketch.update_batch(hashes[-1] & _LOW_BITS)
            sketches.append(sketch.hashvalues)
        numbers = pa.list_(pa.uint64())
        return pa.table({"hashes": pa.array(hashes, numbers), "sketch": pa.array(sketches, numbers)})


def _sketches(articles: Sequence[Article], params: DuplicateParams, mapper: Mapper) -> Iterator[tuple[Hashes, Hashes]]:
    """(hashes of the shingles, values of the MinHash) of each article."""
    batches = (
        Batch(f"copies, from {together[0].article_id}", pa.table({"text": pa.array([row.text for row in together], pa.string())}))
        for together in in_groups(articles, _TOGETHER)
    )
    for made in mapper.map(SketchTexts(params), batches):
        for own, values in zip(made["hashes"], made["sketch"], strict=True):
            # Copies: views would keep the whole batch in memory for one original in it.
            yield np.array(own.values), np.array(values.values)


def _verdict(article_id: str, copies: dict[str, tuple[str, float]], originals: set[str]) -> DuplicateVerdict:
    if article_id in copies:
        original, similar = copies[article_id]
        return DuplicateVerdict(article_id, original, False, "copy" if similar == 1 else "near_copy", similar)
    return DuplicateVerdict(article_id, article_id, True, "original" if article_id in originals else "unique", 1.0)


def word_shingles(text: str, size: int) -> frozenset[str]:
    """Runs of `size` case-folded words; the whole text if it is shorter."""
    words = _WORD.findall(text.casefold())
    if len(words) <= size:
        return frozenset([" ".join(words)])
    return frozenset(" ".join(words[i : i + size]) for i in range(len(words) - size + 1))


def _hashes(shingles: Iterable[str]) -> Hashes:
    """Eight bytes a shingle, sorted: sets of texts, kept for every original, would take twenty times as much memory. Two shingles
    have the same hash once in 2^64."""
    digests = b"".join(hashlib.sha1(shingle.encode(), usedforsecurity=False).digest()[:8] for shingle in shingles)
    return np.unique(np.frombuffer(digests, dtype="<u8"))


def _similarity(one: Hashes, other: Hashes) -> float:
    """As `similarity`, of hashes."""
    common = np.intersect1d(one, other, assume_unique=True).size
    return float(common / (one.size + other.size - common))


def similarity(one: frozenset[str], other: frozenset[str]) -> float:
    """Jaccard similarity of two sets, from 0 to 1."""
    union = len(one | other)
    return len(one & other) / union if union else 1.0
