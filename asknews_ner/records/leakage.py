"""What the sides of a dataset share with each other and with benchmarks."""

from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True, slots=True)
class LeakageRow:
    """One measure of what one side has in common with another."""

    side: Annotated[str, "`validation`, `test`, or `benchmark:` and its name"]
    against: Annotated[str, "side that it is compared with: `train` or `validation`"]
    measure: Annotated[
        str, "`article`, `story`, `copies`, `ngrams`, `minhash`, `embedding`, `entities`, `surfaces`, `labels` or `familiarity`"
    ]
    blocks: Annotated[bool, "whether anything found here blocks the release"]
    threshold: Annotated[float | None, "value from which a pair counts as found; empty where there is none to choose"]
    compared: Annotated[
        int, "texts of the side that could be compared; of `entities` and `surfaces` its distinct ones, of `labels` its types"
    ]
    found: Annotated[int, "how many of these the other side has too"]
    share: Annotated[float | None, "found / compared; of `familiarity` the mean over the types; empty where nothing was compared"]
    worst: Annotated[float | None, "highest value of a pair; empty where nothing was found"]
    examples: Annotated[tuple[str, ...], "of the worst pairs the ids, of entities and types the most frequent that both have"]
    note: Annotated[str, "what could not be compared, and why; mostly empty"]


@dataclass(frozen=True, slots=True)
class Leak:
    """Two texts on different sides that have too much in common."""

    side: Annotated[str, "side of the first text"]
    against: Annotated[str, "side of the other"]
    measure: Annotated[str, "`article`, `story`, `copies`, `ngrams`, `minhash` or `embedding`"]
    article_id: Annotated[str, "the first text; of a benchmark its line, from 1"]
    other_id: Annotated[str, "the other text"]
    value: Annotated[float, "share of runs of words, Jaccard similarity or cosine; 1 for the same article, story or group of copies"]
    evidence: Annotated[str, "the longest run of words in both, or the story or group"]


@dataclass(frozen=True, slots=True)
class LabelFamiliarity:
    """How familiar a model trained on the training split is with one type of a benchmark. Source: Golde et al. 2025."""

    benchmark: Annotated[str, "`benchmark:` and its name, or `validation` or `test`"]
    label: Annotated[str, "entity type there"]
    mentions: Annotated[int, "entities of that type there"]
    in_training: Annotated[bool, "whether the training split has a type of exactly this name"]
    nearest: Annotated[str, "the training split's type with the most similar name"]
    cosine: Annotated[float, "cosine of the two names' embeddings, below zero taken as zero"]
    familiarity: Annotated[float, "similarity of the most similar training mentions, weighted by 1 / rank; from 0 to 1"]
