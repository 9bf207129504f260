"""Copies after translation: one wire text in several countries and languages, found in summaries and their vectors.

Two signals must agree, the cosine of the vectors and the words: the cosine alone is as high (0.9 on real news) between two reports
of one event. Summaries in one language are compared by shingles, those in two by the order of their names and numbers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from asknews_ner.clean.duplicates import word_shingles
from asknews_ner.diversify.embedding.encoders import Matrix
from asknews_ner.diversify.embedding.lexical import anchors
from asknews_ner.recipe import CopyParams, EmbedParams
from asknews_ner.records import CopyVerdict, Reason, Summary, SummaryVector, chronological

_TILE = 1024
"""Rows compared at once: bounds memory (a tile of cosines takes 4 MB) and shapes nothing."""


class CopyReject(Reason):
    """Why an article is not sampled because of another."""

    TRANSLATED_COPY = "another article of the sample pool tells the same in nearly the same words"


@dataclass(frozen=True, slots=True)
class Story:
    """One article as it is compared: its summary and that summary's vector."""

    summary: Summary
    vector: SummaryVector


@dataclass(frozen=True, slots=True)
class _Match:
    """What ties a story to an elected one."""

    elected: Story
    cosine: float
    shared_words: float | None
    names_in_order: int | None

    @property
    def rank(self) -> tuple[float, float]:
        """The nearest vector first, then the most in common."""
        return self.cosine, self.shared_words or self.names_in_order or 0


def find_copies(stories: Sequence[Story], params: CopyParams, embed: EmbedParams) -> list[CopyVerdict]:
    """One verdict for every story, sorted by article id; nothing leaves here.

    Stories are taken in order of time (undated ones last) and id, and each is compared with the elected ones before it: a chain of
    small changes does not merge two different texts, and the order of the rows does not matter. Cost: cosines of all pairs that are
    at most `max_hours` apart, as matrix products (n · w · d multiplications for n stories, w of them within the hours, d
    dimensions); Python looks only at pairs above the cosine."""
    ordered = sorted(stories, key=lambda story: chronological(story.summary))
    matches: dict[int, _Match] = {}
    words = _Words(ordered, params.shingle_words)
    for index, candidates in _candidates(ordered, params, embed):
        found = [_match(words, index, other, cosine, params) for other, cosine in candidates if other not in matches]
        agreeing = [match for match in found if match is not None]
        if agreeing:  # of equals the earliest: max takes the first
            matches[index] = max(agreeing, key=lambda match: match.rank)
    elected = {match.elected.summary.article_id for match in matches.values()}
    verdicts = [_verdict(story, matches.get(index), elected) for index, story in enumerate(ordered)]
    return sorted(verdicts, key=lambda verdict: verdict.article_id)


def cosine_parts(vectors: Matrix, embed: EmbedParams) -> tuple[Matrix, Matrix]:
    """(the encoder's part, the lexical part), each float32 [rows, its dimensions] with rows of length 1, or 0 where there is nothing.

    Taken apart because the weights of the two in a whole vector depend on whether the encoder knew the text's language."""
    from sklearn.preprocessing import normalize

    border = vectors.shape[1] - embed.lexical_dimensions
    dense, lexical = vectors[:, :border], vectors[:, border:]
    return normalize(dense), normalize(lexical) if lexical.shape[1] else lexical  # scikit-learn refuses no columns


def _candidates(ordered: Sequence[Story], params: CopyParams, embed: EmbedParams) -> Iterator[tuple[int, list[tuple[int, float]]]]:
    """(index, earlier stories near in vector and time with their cosine), for the stories that have any, in order."""
    if not ordered:
        return
    dense, lexical = cosine_parts(np.array([story.vector.vector for story in ordered], dtype=np.float32), embed)
    knows = np.array([embed.untranslated == "encode" or story.summary.summary_language in embed.encoder_languages for story in ordered])
    hours = np.array([when.timestamp() / 3600 if (when := story.summary.published_at) else np.nan for story in ordered])
    for start in range(0, len(ordered), _TILE):
        rows = slice(start, min(start + _TILE, len(ordered)))
        near: dict[int, list[tuple[int, float]]] = {}
        for before in range(0, start + 1, _TILE):
            columns = slice(before, min(before + _TILE, len(ordered)))
            if not np.isnan(hours[rows][-1]) and hours[rows][0] - hours[columns][-1] > params.max_hours:
                continue  # in order of time: nothing in the two tiles is near enough; undated ones (nan, last) meet all
            cosines = _cosines(dense, lexical, knows, rows, columns)
            least = np.where(knows[rows, None] & knows[None, columns], params.min_cosine, params.min_cosine_lexical)
            apart = np.abs(hours[rows, None] - hours[None, columns])
            close = (cosines >= least) & ~(apart > params.max_hours)
            for row, column in zip(*np.nonzero(close), strict=True):
                if before + column < start + row:
                    near.setdefault(int(start + row), []).append((int(before + column), float(cosines[row, column])))
        yield from sorted(near.items())


def _cosines(dense: Matrix, lexical: Matrix, knows: NDArray[np.bool_], rows: slice, columns: slice) -> NDArray[np.float64]:
    """The encoder's cosine where it knows both texts, else the lexical one; rounded, so that the last bits of a float decide nothing."""
    both = knows[rows, None] & knows[None, columns]
    chosen: Matrix = np.where(both, dense[rows] @ dense[columns].T, lexical[rows] @ lexical[columns].T)
    return np.asarray(np.round(chosen.astype(np.float64), 4), dtype=np.float64)


class _Words:
    """Shingles and anchors of the stories, each made once and only for stories that are a candidate."""

    def __init__(self, stories: Sequence[Story], shingle_words: int) -> None:
        self.stories = stories
        self._size = shingle_words
        self._shingles: dict[int, frozenset[str]] = {}
        self._anchors: dict[int, list[str]] = {}

    def shingles(self, index: int) -> frozenset[str]:
        if index not in self._shingles:
            self._shingles[index] = word_shingles(_text(self.stories[index].summary), self._size)
        return self._shingles[index]

    def anchors(self, index: int) -> list[str]:
        if index not in self._anchors:
            row = self.stories[index].summary
            self._anchors[index] = anchors(_text(row), row.summary_language)
        return self._anchors[index]


def _text(row: Summary) -> str:
    return f"{row.title}\n{row.summary}"


def _match(words: _Words, index: int, other: int, cosine: float, params: CopyParams) -> _Match | None:
    story, earlier = words.stories[index].summary, words.stories[other].summary
    if story.summary_language != earlier.summary_language:
        names = in_order(words.anchors(index), words.anchors(other))
        return _Match(words.stories[other], cosine, None, names) if names >= params.min_names_in_order else None
    shared = round(shared_share(words.shingles(index), words.shingles(other)), 4)
    least = params.min_shared_words if story.language == earlier.language else params.min_shared_translated
    return _Match(words.stories[other], cosine, shared, None) if shared >= least else None


def shared_share(one: frozenset[str], other: frozenset[str]) -> float:
    """Share of the smaller set that the other has, from 0 to 1: an extract of a text is in it as a whole."""
    return len(one & other) / max(1, min(len(one), len(other)))


def in_order(one: Sequence[str], other: Sequence[str]) -> int:
    """Length of the longest common subsequence: reports of one event share names too, a translation has them in the same order."""
    common = {*one} & {*other}
    short, long = sorted(([name for name in text if name in common] for text in (one, other)), key=len)
    best = [0] * (len(long) + 1)
    for name in short:
        row = [0]
        for column, against in enumerate(long):
            row.append(best[column] + 1 if name == against else max(best[column + 1], row[-1]))
        best = row
    return best[-1]


def _verdict(story: Story, match: _Match | None, elected: set[str]) -> CopyVerdict:
    row = story.summary
    original = row if match is None else match.elected.summary
    dated = row.published_at is not None and original.published_at is not None
    return CopyVerdict(
        article_id=row.article_id,
        elected=original.article_id,
        is_elected=match is None,
        kind="copy" if match else "elected" if row.article_id in elected else "unique",
        cosine=match.cosine if match else None,
        shared_words=match.shared_words if match else None,
        names_in_order=match.names_in_order if match else None,
        hours=(row.published_at - original.published_at).total_seconds() / 3600 if dated else None,  # type: ignore[operator]
        country=row.country,
        language=row.language,
        elected_country=original.country,
        elected_language=original.language,
    )


def evidence(copy: CopyVerdict) -> str:
    """Why an article is a copy, in short."""
    words = f"shared words {copy.shared_words:.2f}" if copy.shared_words is not None else f"{copy.names_in_order} names in the same order"
    return f"cosine {copy.cosine:.2f}, {words}"
