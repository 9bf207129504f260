"""Summaries → unit vectors, each computed once and stored by content."""

from collections import deque
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from asknews_ner.annotate.annotator import Progress
from asknews_ner.batches.mapper import HERE, Batch, Mapper
from asknews_ner.diversify.embedding.encoders import Encoder, Matrix
from asknews_ner.diversify.embedding.lexical import VERSION, lexical_vectors
from asknews_ner.fingerprints import fingerprint, source_mark
from asknews_ner.recipe import EmbedParams
from asknews_ner.records import Article, Summary, SummaryVector
from asknews_ner.storage.memo import Memo

STAGE = "summary_vectors"
_CHUNK = 256
"""Texts per commit. Chunks follow the rows' order, so that a run that was killed forms the same batches again: a float's last
bits depend on its batch."""


def vector_name(params: EmbedParams, encoder: Encoder) -> str:
    """What made a vector: encoder, and the lexical part with its weight."""
    if params.untranslated == "encode":
        return encoder.name
    return f"{encoder.name}+{VERSION}({params.lexical_dimensions}x{params.lexical_weight})"


@dataclass(frozen=True, slots=True)
class EmbedTexts:
    """Texts and their languages → vectors, and whether each text was too long to be read whole. Weights are loaded where it runs."""

    params: EmbedParams
    encoder: Encoder
    on_gpu: bool = True

    def __call__(self, rows: pa.Table, /) -> pa.Table:
        """Columns `text` and `language` → `vector` (float32) and `truncated`."""
        vectors, truncated = _compute(rows["text"].to_pylist(), rows["language"].to_pylist(), self.params, self.encoder)
        values = pa.array(np.ascontiguousarray(vectors, dtype="<f4").reshape(-1))
        return pa.table({"vector": pa.FixedSizeListArray.from_arrays(values, vectors.shape[1]), "truncated": pa.array(truncated)})


def embed(
    summaries: Sequence[Summary], params: EmbedParams, encoder: Encoder, memo: Memo, progress: Progress, mapper: Mapper = HERE
) -> tuple[list[SummaryVector], int, int]:
    """(vectors in the order of the summaries, taken from the memo, computed). Source: paper, gte-base on title and summary."""
    return next(embed_cells([summaries], params, encoder, memo, progress, mapper))


def embed_cells(
    cells: Sequence[Sequence[Summary]], params: EmbedParams, encoder: Encoder, memo: Memo, progress: Progress, mapper: Mapper = HERE
) -> Iterator[tuple[list[SummaryVector], int, int]]:
    """As `embed`, of several cells in their order. No batch has texts of two cells; those of the next cell are handed out while the one
    before is still worked on, since most cells have no more than one batch."""
    name = vector_name(params, encoder)
    cells_begun: deque[_Cell] = deque()
    under_way: set[str] = set()

    def batches() -> Iterator[Batch]:
        for summaries in cells:
            cell = _Cell(summaries, [fingerprint("vector", name, params, row.summary_language, text_of(row, params)) for row in summaries])
            cell.chunks.extend(cell.missing(memo, under_way))
            cells_begun.append(cell)
            progress(len(summaries) - sum(map(len, cell.chunks)))
            for number, chunk in enumerate(tuple(cell.chunks)):
                under_way.update(cell.keys[index] for index in chunk)
                yield cell.batch(chunk, number, params)

    def finished() -> Iterator[tuple[list[SummaryVector], int, int]]:
        while cells_begun and not cells_begun[0].chunks:
            yield cells_begun.popleft().rows(name, memo)

    for made in mapper.map(EmbedTexts(params, encoder), batches()):
        yield from finished()  # cells without a batch stand before the one that this result belongs to
        cell = cells_begun[0]
        chunk = cell.chunks.popleft()
        under_way.difference_update(cell.store(chunk, made, memo))
        progress(len(chunk))
        yield from finished()
    yield from finished()


@dataclass
class _Cell:
    """Summaries of one cell, the memo's keys of their vectors, and the chunks of them (their places) that are still to be computed."""

    summaries: Sequence[Summary]
    keys: list[str]
    chunks: deque[list[int]] = field(default_factory=deque)
    computed: int = 0

    def missing(self, memo: Memo, under_way: Container[str]) -> Iterator[list[int]]:
        """Chunks of the texts that nobody has computed or is computing; of texts that are the same the first."""
        stored = memo.known(sorted(set(self.keys)))
        first = {key: index for index, key in reversed(list(enumerate(self.keys)))}
        places = [index for index, key in enumerate(self.keys) if key not in stored and key not in under_way and first[key] == index]
        for start in range(0, len(places), _CHUNK):
            yield places[start : start + _CHUNK]

    def batch(self, chunk: list[int], number: int, params: EmbedParams) -> Batch:
        rows = [self.summaries[index] for index in chunk]
        table = pa.table({"text": [text_of(row, params) for row in rows], "language": [row.summary_language for row in rows]})
        return Batch(f"vectors of {rows[0].country}, {rows[0].language}, batch {number + 1}", table)

    def store(self, chunk: list[int], made: pa.Table, memo: Memo) -> list[str]:
        """Put what was made of a chunk into the memo; returns its keys."""
        keys = [self.keys[index] for index in chunk]
        vectors = np.asarray(made["vector"].combine_chunks().flatten(), dtype="<f4").reshape(len(chunk), -1)
        values = [bytes([cut]) + vector.tobytes() for vector, cut in zip(vectors, made["truncated"].to_pylist(), strict=True)]
        links = [(source_mark(self.summaries[index].article_id), self.keys[index]) for index in chunk]
        memo.put_many(STAGE, dict(zip(keys, values, strict=True)), links)
        self.computed += len(chunk)
        return keys

    def rows(self, name: str, memo: Memo) -> tuple[list[SummaryVector], int, int]:
        """What `embed` returns; all vectors are in the memo now, and what stands there is the truth."""
        memo.put_many(STAGE, {}, [(source_mark(row.article_id), key) for row, key in zip(self.summaries, self.keys, strict=True)])
        stored = memo.get_many(sorted(set(self.keys)))
        rows = [_row(row, name, stored[key]) for row, key in zip(self.summaries, self.keys, strict=True)]
        return rows, len(self.summaries) - self.computed, self.computed


def cosines(params: EmbedParams, encoder: Encoder) -> Callable[[Sequence[tuple[Article, Summary]]], list[float | None]]:
    """Cosine of each article and its summary; None where the encoder does not know one of the two languages."""

    def compute(pairs: Sequence[tuple[Article, Summary]]) -> list[float | None]:
        known = [
            index for index, (article, row) in enumerate(pairs) if {article.language, row.summary_language} <= set(params.encoder_languages)
        ]
        found: list[float | None] = [None] * len(pairs)
        if known:
            articles, _ = encoder.encode([f"{pairs[index][0].title}\n{pairs[index][0].text}" for index in known])
            summaries, _ = encoder.encode([text_of(pairs[index][1], params) for index in known])
            for index, value in zip(known, (articles * summaries).sum(axis=1), strict=True):
                found[index] = float(value)
        return found

    return compute


def text_of(row: Summary, params: EmbedParams) -> str:
    """The text that is embedded."""
    return f"{row.title}\n{row.summary}" if params.text == "title and summary" else row.summary


def _compute(texts: list[str], languages: list[str], params: EmbedParams, encoder: Encoder) -> tuple[Matrix, list[bool]]:
    if params.untranslated == "encode":
        return encoder.encode(texts)
    known = [index for index, language in enumerate(languages) if language in params.encoder_languages]
    dense = np.zeros((len(texts), encoder.dimensions), dtype=np.float32)
    cut = [False] * len(texts)
    if known:
        encoded, truncated = encoder.encode([texts[index] for index in known])
        dense[known] = encoded
        for index, was_cut in zip(known, truncated, strict=True):
            cut[index] = was_cut
    lexical = lexical_vectors(texts, languages, params.lexical_dimensions)
    weight = params.lexical_weight
    joined = np.concatenate([(1 - weight) ** 0.5 * dense, weight**0.5 * lexical], axis=1)
    norms = np.linalg.norm(joined, axis=1, keepdims=True)
    return np.asarray(joined / np.where(norms == 0, 1, norms), dtype=np.float32), cut


def _row(row: Summary, name: str, stored: bytes) -> SummaryVector:
    vector = np.frombuffer(stored[1:], dtype="<f4")
    return SummaryVector(
        article_id=row.article_id,
        content_hash=row.content_hash,
        encoder=name,
        vector=tuple(float(value) for value in vector),
        truncated=bool(stored[0]),
        country=row.country,
        language=row.language,
        published_at=row.published_at,
    )
