"""How far raters agree with one another, and the signals with the raters."""

from collections.abc import Mapping, Sequence

import numpy as np

from asknews_ner.fingerprints import stable_seed
from asknews_ner.recipe import RaterParams
from asknews_ner.report.fidelity.drift import ALL
from asknews_ner.report.fidelity.records import FidelityRating, RaterAgreement

FAULTY_BELOW = 1.5  # mean rating: half of the raters or more saw something

Rated = Mapping[str, Sequence[tuple[str, int]]]
"""(rater, rating) by article id."""


def agreement(
    ratings: Sequence[FidelityRating], risks: Mapping[str, float], params: RaterParams, confidence: float
) -> list[RaterAgreement]:
    """Over all pairs and in each language; no rows without ratings. `risks`: by article id. Source: Krippendorff 2011."""
    languages = sorted({row.language for row in ratings})
    return [
        _row(language, [row for row in ratings if language in (ALL, row.language)], risks, params, confidence)
        for language in _with_all(languages)
    ]


def alpha(rated: Rated) -> float | None:
    """Krippendorff's alpha with interval distance over pairs with two raters or more; None where nothing varies."""
    from nltk.metrics.agreement import AnnotationTask
    from nltk.metrics.distance import interval_distance

    data = [(rater, pair, rating) for pair, own in rated.items() if len(own) > 1 for rater, rating in own]
    if len({rating for _, _, rating in data}) < 2:
        return None
    return float(AnnotationTask(data, distance=interval_distance).alpha())


def auroc(faulty: Sequence[bool], risks: Sequence[float]) -> float | None:
    """Chance that a faulty pair has a higher risk than another; None where all are alike."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(faulty, risks)) if len(set(faulty)) == 2 else None


def _with_all(languages: Sequence[str]) -> list[str]:
    return [ALL, *languages] if languages else []


def _row(
    language: str, ratings: Sequence[FidelityRating], risks: Mapping[str, float], params: RaterParams, confidence: float
) -> RaterAgreement:
    rated: dict[str, list[tuple[str, int]]] = {}
    for row in sorted(ratings, key=lambda row: (row.article_id, row.rater)):
        rated.setdefault(row.article_id, []).append((row.rater, row.rating))
    pairs = list(rated)
    faulty = [sum(rating for _, rating in rated[pair]) / len(rated[pair]) < FAULTY_BELOW for pair in pairs]
    own = [risks[pair] for pair in pairs]
    random = np.random.default_rng(stable_seed("agreement", params.seed, language))
    draws = random.integers(0, len(pairs), size=(params.bootstrap_samples, len(pairs)))
    alphas = [alpha({f"{place}": rated[pairs[one]] for place, one in enumerate(draw)}) for draw in draws]
    aurocs = [auroc([faulty[one] for one in draw], [own[one] for one in draw]) for draw in draws]
    return RaterAgreement(
        language,
        len(pairs),
        len({row.rater for row in ratings}),
        len(ratings),
        *_with_interval(alpha(rated), alphas, confidence),
        sum(faulty),
        *_with_interval(auroc(faulty, own), aurocs, confidence),
    )


def _with_interval(
    value: float | None, drawn: Sequence[float | None], confidence: float
) -> tuple[float | None, float | None, float | None]:
    """(value, lower end, upper end) by percentiles; samples without a value are left out."""
    known = [one for one in drawn if one is not None]
    if value is None or not known:
        return None, None, None
    low, high = np.percentile(known, [50 * (1 - confidence), 50 * (1 + confidence)])
    return round(value, 4), round(float(low), 4), round(float(high), 4)
