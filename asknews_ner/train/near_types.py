"""Entity types that are easily taken for each other: the nearest names in the space of a sentence encoder."""

from collections.abc import Mapping, Sequence


def near_types(types: Sequence[str], count: int) -> Mapping[str, Sequence[str]]:
    """For each type the `count` nearest others, nearest first (cosine of the names' vectors, packaged all-MiniLM-L6-v2; ties by name)."""
    if count == 0 or len(types) < 2:
        return {}
    from sentence_transformers import SentenceTransformer

    from asknews_ner.diversify.embedding.encoders import packaged_minilm

    names = sorted(types)
    vectors = SentenceTransformer(str(packaged_minilm()), device="cpu").encode(names, normalize_embeddings=True, show_progress_bar=False)
    cosines = (vectors @ vectors.T).round(6)
    near = {}
    for place, name in enumerate(names):
        others = [other for other in range(len(names)) if other != place]
        near[name] = [names[other] for other in sorted(others, key=lambda other: (-cosines[place][other], names[other]))[:count]]
    return near
