"""Copies over all countries and languages: syndicated texts and lightly edited ones. One of each stays.

MinHash over word shingles finds candidates, their exact Jaccard similarity decides."""

import re
from collections.abc import Sequence

from asknews_ner.recipe import DuplicateParams
from asknews_ner.records import Article, DuplicateVerdict, Outcome, Reason, Rejected, chronological, rejection

STAGE = "duplicates"
_WORD = re.compile(r"\w+")


class DuplicateReject(Reason):
    """Why an article can leave here."""

    COPY = "an earlier article has the same words"
    NEAR_COPY = "an earlier article has nearly the same words"


def find_duplicates(articles: Sequence[Article], params: DuplicateParams) -> tuple[Outcome[Article], list[DuplicateVerdict]]:
    """(articles that stay and those that go, one verdict for every article).

    Articles are taken in order of time (undated ones last) and id; each is compared with the originals before it, so
    that a chain of small edits cannot merge two different texts. Source: production checks of the paper's authors
    (republished items: search for the original)."""
    from datasketch import MinHash, MinHashLSH

    # For recall: exact similarity decides afterwards, and datasketch's own bands lose a third of the copies near the threshold.
    bands = (params.permutations // params.band_rows, params.band_rows)
    index = MinHashLSH(num_perm=params.permutations, params=bands)
    shingles: dict[str, frozenset[str]] = {}
    kept: list[Article] = []
    rejected: list[Rejected] = []
    copies: dict[str, tuple[str, float]] = {}
    for article in sorted(articles, key=chronological):
        own = word_shingles(article.text, params.shingle_words)
        sketch = MinHash(num_perm=params.permutations, seed=1)
        sketch.update_batch([shingle.encode() for shingle in own])
        candidates = [(similarity(own, shingles[key]), key) for key in index.query(sketch)]
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


def similarity(one: frozenset[str], other: frozenset[str]) -> float:
    """Jaccard similarity of two sets, from 0 to 1."""
    union = len(one | other)
    return len(one & other) / union if union else 1.0
