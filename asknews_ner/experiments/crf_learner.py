"""A conditional random field over hand-made features, as a learner: the family that needs no network (CRFsuite, L-BFGS)."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asknews_ner.low_resource.study.learner import Course, Rows, Trained
from asknews_ner.recipe import CrfParams

_AFFIX = 3  # characters of the longest prefix and suffix: more are mostly whole words


@dataclass(frozen=True, slots=True)
class CrfLearner:
    """`epochs` is the most iterations of L-BFGS. Validation rows train as well: nothing is picked by them."""

    params: CrfParams

    def train(self, rows: Rows, validation: Rows, seed: int, epochs: int, start: Path | None) -> Trained:
        """See Learner. L-BFGS starts from zero weights, so that the seed changes nothing but which rows there are."""
        from sklearn_crfsuite import CRF

        everything = [*rows, *validation]
        crf = CRF(
            algorithm="lbfgs", c1=self.params.c1, c2=self.params.c2, max_iterations=epochs, min_freq=self.params.least_count,
            all_possible_transitions=True,
        )  # fmt: skip
        crf.fit([features(row.tokens) for row in everything], [list(row.tags) for row in everything])
        return _Crf(crf, Course())


@dataclass(frozen=True, slots=True)
class _Crf:
    crf: Any
    course: Course

    def tag(self, rows: Rows) -> list[list[str]]:
        return [[str(tag) for tag in tags] for tags in self.crf.predict([features(row.tokens) for row in rows])]

    def save(self, folder: Path) -> None:
        """CRFsuite's own file: no pickle."""
        Path(folder, "model.crfsuite").write_bytes(Path(self.crf.modelfile.name).read_bytes())


def features(tokens: Sequence[str]) -> list[list[str]]:
    """Each word by itself, its ends and its shape, and the same of its two neighbours."""
    own = [_of_word(token) for token in tokens]
    edges = [["edge"], *own, ["edge"]]
    return [
        [*edges[place], *(f"-{name}" for name in edges[place - 1]), *(f"+{name}" for name in edges[place + 1])]
        for place in range(1, len(tokens) + 1)
    ]


def _of_word(token: str) -> list[str]:
    folded = token.casefold()
    ends = [f"p={folded[:size]}" for size in range(1, _AFFIX + 1)] + [f"s={folded[-size:]}" for size in range(1, _AFFIX + 1)]
    return [f"w={folded}", *ends, f"shape={_shape(token)}"]


def _shape(token: str) -> str:
    """Unicode categories of the letters, runs of one made short: `Lu Ll` for `Berlin`."""
    found: list[str] = []
    for character in token:
        category = unicodedata.category(character)
        if not found or found[-1] != category:
            found.append(category)
    return "".join(found)
