"""Summaries → unit vectors, each computed once and stored by content."""

from collections.abc import Callable, Sequence

import numpy as np

from asknews_ner.annotate.annotator import Progress
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


def embed(
    summaries: Sequence[Summary], params: EmbedParams, encoder: Encoder, memo: Memo, progress: Progress
) -> tuple[list[SummaryVector], int, int]:
    """(vectors in the order of the summaries, taken from the memo, computed). Source: paper, gte-base on title and summary."""
    name = vector_name(params, encoder)
    keys = [fingerprint("vector", name, params, row.summary_language, text_of(row, params)) for row in summaries]
    stored = memo.get_many(sorted(set(keys)))
    missing = [index for index, key in enumerate(keys) if key not in stored]
    memo.put_many(STAGE, {}, [(source_mark(row.article_id), key) for row, key in zip(summaries, keys, strict=True) if key in stored])
    progress(len(summaries) - len(missing))
    for start in range(0, len(missing), _CHUNK):
        chunk = missing[start : start + _CHUNK]
        vectors, truncated = _compute([summaries[index] for index in chunk], params, encoder)
        fresh = {
            keys[index]: bytes([cut]) + vector.astype("<f4").tobytes() for index, vector, cut in zip(chunk, vectors, truncated, strict=True)
        }
        memo.put_many(STAGE, fresh, [(source_mark(summaries[index].article_id), keys[index]) for index in chunk])
        stored.update(fresh)
        progress(len(chunk))
    rows = [_row(row, name, stored[key]) for row, key in zip(summaries, keys, strict=True)]
    return rows, len(summaries) - len(missing), len(missing)


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


def _compute(rows: Sequence[Summary], params: EmbedParams, encoder: Encoder) -> tuple[Matrix, list[bool]]:
    texts = [text_of(row, params) for row in rows]
    if params.untranslated == "encode":
        return encoder.encode(texts)
    known = [index for index, row in enumerate(rows) if row.summary_language in params.encoder_languages]
    dense = np.zeros((len(rows), encoder.dimensions), dtype=np.float32)
    cut = [False] * len(rows)
    if known:
        encoded, truncated = encoder.encode([texts[index] for index in known])
        dense[known] = encoded
        for index, was_cut in zip(known, truncated, strict=True):
            cut[index] = was_cut
    lexical = lexical_vectors(texts, [row.summary_language for row in rows], params.lexical_dimensions)
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
