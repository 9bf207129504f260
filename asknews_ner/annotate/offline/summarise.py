"""Extractive summaries: the lead sentence and the most central others (LexRank, Erkan & Radev 2004), in their order."""

from typing import Any

import regex

# A sentence ends at . ! ? … ؟ and closing marks, before white space and what can begin a sentence; not after an initial
# a short abbreviation such as "St." or "nr.", or a number of one or two digits ("12. Mai").
_BREAK = regex.compile(r"(?<=[\p{L}\p{N}\p{Pf}\p{Pe}\"%€][.!?…؟]|[.!?…؟][\"\p{Pf}\p{Pe}])\s+(?=[\p{Lu}\p{Lo}\p{N}\p{Pi}\p{Ps}\"¿¡–—-])")
_ABBREVIATIONS = regex.compile(
    r"(?:^|\s)(?:\p{L}|\p{N}{1,2}|Mr|Mrs|Ms|Dr|Prof|St|Sr|Sra|Nr|nr|No|bzw|ca|kl|dr|inż|ул|им|тыс|млн|млрд|грн|руб|д-р|проф|вул)\.$"
)
_MIN_WORDS = 4  # shorter "sentences" are bylines and headings


def sentences(text: str) -> list[str]:
    """Sentences of a text, in order. Line breaks end a sentence too."""
    found: list[str] = []
    for line in text.split("\n"):
        parts: list[str] = []
        for part in _BREAK.split(line):
            if parts and _ABBREVIATIONS.search(parts[-1]):
                parts[-1] = f"{parts[-1]} {part}"
            elif part.strip():
                parts.append(part.strip())
        found.extend(parts)
    return found


def summarise(text: str, count: int) -> str:
    """At most `count` sentences of the text: the first, and those most like the rest. Deterministic."""
    everything = sentences(text)
    candidates = [sentence for sentence in everything if len(sentence.split()) >= _MIN_WORDS] or everything
    if len(candidates) <= count:
        return " ".join(candidates)
    ranks = _centrality(candidates)
    others = sorted(range(1, len(candidates)), key=lambda index: (-ranks[index], index))[: count - 1]
    return " ".join(candidates[index] for index in sorted([0, *others]))


def _centrality(candidates: list[str]) -> list[float]:
    """PageRank over the cosine similarities of TF-IDF vectors, rounded so that ties break by position on every machine."""
    import networkx as nx
    from sklearn.feature_extraction.text import TfidfVectorizer

    try:
        vectors = TfidfVectorizer(token_pattern=r"(?u)\b\w{3,}\b", sublinear_tf=True).fit_transform(candidates)  # noqa: S106
    except ValueError:  # no word of three letters in the whole text: all sentences are equally central
        return [0.0] * len(candidates)
    similar: Any = (vectors @ vectors.T).toarray()
    similar[similar < 0.05] = 0.0
    ranks = nx.pagerank(nx.from_numpy_array(similar), alpha=0.85, tol=1e-8)
    return [round(ranks[index], 6) for index in range(len(candidates))]
