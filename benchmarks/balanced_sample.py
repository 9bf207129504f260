"""The balanced sample against a random one and one that is even over topics only, on a pool skewed 80 % to three countries.

    python benchmarks/balanced_sample.py        planted pool, fixed seed; prints countries before and after, limits, gap and seconds

6,000 articles of 60 countries, 12 languages, 480 publishers and 200 topics of very unequal size; 600 are chosen by each rule.
"""

import datetime as dt
import hashlib
import sys
import time
from collections import Counter

import numpy as np

from asknews_ner.diversify.sampling.sample import Candidate, draw
from asknews_ner.diversify.spread.measures import spread
from asknews_ner.recipe import SampleParams, load_recipe

SEED, POOL, COUNTRIES, TOPICS = 20240220, 6000, 60, 200
BASE = load_recipe("archive").sample.model_copy(update={"size": 600, "noise_share": 0.0, "per_topic": 10})
LIMITS = {"per_country": 12, "per_language": 48, "per_publisher": 2}


def pool() -> list[Candidate]:
    rng = np.random.default_rng(SEED)
    shares = np.array([0.35, 0.25, 0.20] + [0.2 / (COUNTRIES - 3)] * (COUNTRIES - 3))
    sizes = 1 / np.arange(1, TOPICS + 1) ** 0.8
    found = []
    for number in range(POOL):
        country = int(rng.choice(COUNTRIES, p=shares))
        language = country * 7 % 12 if rng.random() < 0.8 else int(rng.integers(12))
        topic = int(rng.choice(TOPICS, p=sizes / sizes.sum()))
        at = dt.datetime(2026, 3, 2, tzinfo=dt.UTC) + dt.timedelta(minutes=int(rng.integers(10_000)))
        publisher = f"{country}-{rng.integers(8)}"
        found.append(Candidate(f"{number:05d}", f"t{topic:03d}", "w", f"c{country:02d}", f"l{language:02d}", publisher, at))
    return found


def main() -> None:
    candidates = pool()
    by_id = {one.article_id: one for one in candidates}
    only_topics = dict.fromkeys(type(BASE.even).model_fields, 0.0) | {"topic": 1.0}
    rules: dict[str, SampleParams] = {
        "random": BASE.model_copy(update={"method": "random"}),
        "even over topics only": BASE.model_copy(update={"even": BASE.even.model_copy(update=only_topics)}),
        "balanced (the recipe's)": BASE,
        "balanced, with limits": BASE.model_copy(update=LIMITS),
    }
    supply = Counter(one.country for one in candidates)
    before = spread(supply)
    sys.stdout.write(f"{'pool':24} {before.rows:5} articles: {before.effective_groups:5.1f} effective countries, Gini {before.gini:.3f}\n")
    for name, params in rules.items():
        started = time.perf_counter()
        outcome, solution = draw(candidates, params, SEED)
        seconds = time.perf_counter() - started
        again, _ = draw(list(reversed(candidates)), params, SEED)
        digests = {hashlib.sha256(repr(one.kept).encode()).hexdigest() for one in (outcome, again)}
        taken = [by_id[row.article_id] for row in outcome.kept]
        after = spread(Counter(one.country for one in taken), supply)
        groups = {"country": "country", "language": "language", "publisher": "publisher", "topic": "topic_id"}
        most = {of: max(Counter(getattr(one, field) for one in taken).values()) for of, field in groups.items()}
        gap = "" if solution.gap is None else f"; gap {solution.gap:.4%}, {seconds:.1f} s"
        sys.stdout.write(
            f"{name:24} {after.rows:5} articles: {after.effective_groups:5.1f} effective countries, Gini {after.gini:.3f}; most of one "
            f"{', '.join(f'{of} {count}' for of, count in most.items())}{gap}; same bytes in another order: {len(digests) == 1}\n"
        )


if __name__ == "__main__":
    main()
