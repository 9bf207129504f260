"""How well topics hold together, and how far they are what people would group."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from asknews_ner.fingerprints import stable_seed
from asknews_ner.records import TopicMember


@dataclass(frozen=True, slots=True)
class GroupAgreement:
    """Two groupings of the same articles. All measures are 1 for the same groups."""

    one: Annotated[str, "`topics` (noise: groups of one), `stories` (topics linked over windows), or a file of people's groups"]
    other: Annotated[str, "a file of people's groups"]
    articles: Annotated[int, "articles that both grouped"]
    groups_one: Annotated[int, "groups of the first"]
    groups_other: Annotated[int, "groups of the other"]
    ari: Annotated[float, "adjusted Rand index: 0 is what chance gives (Hubert and Arabie 1985)"]
    homogeneity: Annotated[float, "1 if each group of the first holds articles of one group of the other (Rosenberg and Hirschberg 2007)"]
    completeness: Annotated[float, "1 if each group of the other lies in one group of the first"]
    v_measure: Annotated[float, "harmonic mean of the two"]
    b_cubed_precision: Annotated[float, "of an article's companions in the first, the share that are its companions in the other"]
    b_cubed_recall: Annotated[float, "of its companions in the other, the share that are with it in the first"]
    b_cubed_f1: Annotated[float, "harmonic mean of the two (Bagga and Baldwin 1998)"]


def group_agreement(one_name: str, one: Mapping[str, str], other_name: str, other: Mapping[str, str]) -> GroupAgreement | None:
    """The agreement over the articles of both (article id → group); None where there are none."""
    from sklearn.metrics import adjusted_rand_score, homogeneity_completeness_v_measure
    from sklearn.metrics.cluster import contingency_matrix

    both = sorted(one.keys() & other.keys())
    if not both:
        return None
    ours, theirs = [one[key] for key in both], [other[key] for key in both]
    homogeneity, completeness, v_measure = homogeneity_completeness_v_measure(theirs, ours)
    table = contingency_matrix(ours, theirs).astype(np.float64)
    precision = float((table**2 / table.sum(axis=1, keepdims=True)).sum() / len(both))
    recall = float((table**2 / table.sum(axis=0, keepdims=True)).sum() / len(both))
    return GroupAgreement(
        one=one_name,
        other=other_name,
        articles=len(both),
        groups_one=len(set(ours)),
        groups_other=len(set(theirs)),
        ari=round(float(adjusted_rand_score(theirs, ours)), 4),
        homogeneity=round(float(homogeneity), 4),
        completeness=round(float(completeness), 4),
        v_measure=round(float(v_measure), 4),
        b_cubed_precision=round(precision, 4),
        b_cubed_recall=round(recall, 4),
        b_cubed_f1=round(2 * precision * recall / (precision + recall), 4),
    )


def silhouette(members: Sequence[TopicMember], vectors: Mapping[str, Sequence[float]], most: int, seed: int) -> tuple[float | None, int]:
    """(mean silhouette of the articles in topics, against the other topics of their window, by cosine; how many articles that were).

    `vectors`: by article id. A window needs two topics; None where no window has them. Of a window at most `most` articles are taken, drawn
    by a seeded hash of their ids. Source: Rousseeuw 1987."""
    from sklearn.metrics import silhouette_samples

    by_window: dict[str, list[TopicMember]] = defaultdict(list)
    for member in members:
        if member.topic_id and member.article_id in vectors:
            by_window[member.window].append(member)
    values: list[float] = []
    for _, inside in sorted(by_window.items()):
        drawn = sorted(inside, key=lambda row: (stable_seed("silhouette", seed, row.article_id), row.article_id))[:most]
        topics = [row.topic_id for row in drawn]
        if 1 < len(set(topics)) < len(topics):
            matrix = np.array([vectors[row.article_id] for row in drawn], dtype=np.float64)
            values += silhouette_samples(matrix, topics, metric="cosine").tolist()
    return (float(np.mean(values)), len(values)) if values else (None, 0)
