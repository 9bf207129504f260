"""What is compared: one side's texts, as words and as vectors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from asknews_ner.clean.duplicates import word_shingles
from asknews_ner.diversify.copies import cosine_parts
from asknews_ner.diversify.embedding.encoders import Matrix
from asknews_ner.recipe import EmbedParams

Entity = tuple[str, str]
"""(case-folded words, type)"""


class Pair(NamedTuple):
    """Two texts that one measure finds too much alike, by their place on their side."""

    left: int
    right: int
    value: float


@dataclass(frozen=True)
class Vectors:
    """Unit vectors of texts, taken apart; a row of zeros stands for a text that has none.

    `dense`: float32 [texts, dimensions of the encoder]. `lexical`: float32 [texts, size], size 0 with a multilingual encoder. `known`:
    [texts], whether the encoder knows the text's language."""

    dense: Matrix
    lexical: Matrix
    known: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.dense)

    @property
    def present(self) -> NDArray[np.bool_]:
        """[texts], whether the text has a vector."""
        return np.asarray(self.dense.any(axis=1) | (self.lexical.any(axis=1) if self.lexical.shape[1] else False), dtype=np.bool_)


def vectors_of(rows: Sequence[NDArray[np.float32]], languages: Sequence[str], embed: EmbedParams) -> Vectors:
    """Stored vectors by the recipe's embedding, in the order of the texts; `languages`: of the texts."""
    # A split may be empty, and then has no width to infer.
    matrix = np.array(rows, dtype=np.float32).reshape(len(rows), -1 if len(rows) else 0)
    dense, lexical = cosine_parts(matrix, embed) if len(rows) else (matrix, matrix)
    known = [embed.untranslated == "encode" or language in embed.encoder_languages for language in languages]
    return Vectors(dense, lexical, np.array(known, dtype=np.bool_))


@dataclass(frozen=True)
class Side:
    """A split, or a benchmark's sentences. All sequences are in the order of `ids`.

    `keys`: by measure (`article`, `story`, `copies`) each text's key, empty for none. `entities`: the labelled entities of each text.
    `vectors`: None where nothing was embedded; `note` says why."""

    name: str
    ids: Sequence[str]
    tokens: Sequence[Sequence[str]]
    entities: Sequence[Sequence[Entity]] = ()
    keys: Mapping[str, Sequence[str]] = field(default_factory=dict)
    vectors: Vectors | None = None
    note: str = ""

    def shingles(self, size: int) -> list[frozenset[str]]:
        """Runs of `size` case-folded words of each text; the whole text where it is shorter."""
        return [word_shingles(" ".join(tokens), size) - {""} for tokens in self.tokens]
