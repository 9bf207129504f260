"""How well and how fast near-copies are found: as the pipeline does it, and the obvious alternatives.

    ASKNEWS_NER_SHARED=<folder> python benchmarks/near_duplicates.py [--planted 40] [--real 800]        a few minutes

(a) Planted: of real articles in the twelve languages, copies of known kinds. Recall: copies linked to their own original; precision: of
all links, those that are right. (b) Real: pairs among the shared news whose words are nearly the same. Truth: the exact Jaccard
similarity of all pairs of a language's articles, at the recipe's threshold; what is measured is what the approximation loses.
Each text is compared with the originals before it, as `clean/duplicates.py` does. rensa is compared where it is installed."""

import argparse
import importlib.util
import os
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from asknews_ner.clean.duplicates import find_duplicates, similarity, word_shingles
from asknews_ner.recipe import LANGUAGES, load_recipe
from asknews_ner.records import Article

SEED, WORDS, SIMHASH_AGREEMENT = 20240220, 80, 0.9
PARAMS = load_recipe("laptop").duplicates
Links = list[int]
Engine = Callable[[Sequence[str]], Links]
"""Texts → for each the number of the earlier original it is a copy of, or -1."""


def ours(texts: Sequence[str]) -> Links:
    """The pipeline's own function."""
    articles = [article(number, text) for number, text in enumerate(texts)]
    _, verdicts = find_duplicates(articles, PARAMS)
    return [-1 if verdict.is_original else int(verdict.group_id) for verdict in verdicts]


def article(number: int, text: str) -> Article:
    return Article(
        article_id=f"{number:08d}", url="", content_hash="", title="", text=text, language="en", language_origin="declared", country="ZZ",
        country_origin="unknown", publisher="", published_at=None, fetched_at=None, licence="", robots="unknown", robots_evidence="",
        notes=(), source="",
    )  # fmt: skip


def datasketch_alone(texts: Sequence[str]) -> Links:
    """MinHash candidates taken for copies, without the check of their exact similarity."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=PARAMS.min_similarity, num_perm=PARAMS.permutations)
    links = []
    for number, text in enumerate(texts):
        sketch = MinHash(num_perm=PARAMS.permutations, seed=1)
        sketch.update_batch([shingle.encode() for shingle in word_shingles(text, PARAMS.shingle_words)])
        found = index.query(sketch)
        links.append(min(found) if found else -1)
        if not found:
            index.insert(number, sketch)
    return links


def rensa_checked(texts: Sequence[str]) -> Links:
    """rensa's sketches and index, candidates checked as ours are."""
    from rensa import RMinHash, RMinHashLSH  # type: ignore[import-not-found]

    index = RMinHashLSH(threshold=PARAMS.min_similarity, num_perm=PARAMS.permutations, num_bands=32)
    own: dict[int, frozenset[str]] = {}
    links = []
    for number, text in enumerate(texts):
        shingles = word_shingles(text, PARAMS.shingle_words)
        sketch = RMinHash(num_perm=PARAMS.permutations, seed=1)
        sketch.update(list(shingles))
        best = max(((similarity(shingles, own[key]), key) for key in index.query(sketch)), default=(0.0, -1))
        links.append(best[1] if best[0] >= PARAMS.min_similarity else -1)
        if links[-1] < 0:
            own[number] = shingles
            index.insert(number, sketch)
    return links


def simhash(texts: Sequence[str]) -> Links:
    """trafilatura's 64-bit fingerprints, compared with all originals."""
    from trafilatura.deduplication import Simhash

    originals: dict[int, int] = {}
    links = []
    for number, text in enumerate(texts):
        own = Simhash(text).hash
        best = min(((own ^ other).bit_count(), key) for key, other in originals.items()) if originals else (64, -1)
        links.append(best[1] if 1 - best[0] / 64 >= SIMHASH_AGREEMENT else -1)
        if links[-1] < 0:
            originals[number] = own
    return links


def same_words(texts: Sequence[str]) -> Links:
    """Only copies whose words are all the same."""
    seen: dict[str, int] = {}
    links = []
    for number, text in enumerate(texts):
        key = " ".join(re.findall(r"\w+", text.casefold()))
        links.append(seen.get(key, -1))
        seen.setdefault(key, number)
    return links


def engines() -> Mapping[str, Engine]:
    found: dict[str, Engine] = {"ours (datasketch, checked)": ours, "datasketch, unchecked": datasketch_alone}
    if importlib.util.find_spec("rensa"):
        found["rensa, checked"] = rensa_checked
    return {**found, "simhash (trafilatura)": simhash, "same words": same_words}


def edits(text: str, others: Sequence[str], draw: random.Random) -> Mapping[str, str]:
    """A copy of each kind."""
    words = text.split()
    vocabulary = draw.choice(others).split()

    def replaced(share: float) -> str:
        return " ".join(draw.choice(vocabulary) if draw.random() < share else word for word in words)

    return {
        "same words, other blanks": "\n".join(words),
        "dateline and credit added": f"SALTMERE (Northern Wire) - {text}\nNorthern Wire, all dispatches of the day at a glance",
        "2 % of words replaced": replaced(0.02),
        "5 % of words replaced": replaced(0.05),
        "last 20 % cut": " ".join(words[: int(0.8 * len(words))]),
        "last half cut": " ".join(words[: len(words) // 2]),
    }


def news(most: int) -> Mapping[str, Sequence[str]]:
    folder = Path(os.environ["ASKNEWS_NER_SHARED"]) / "data" / "news"
    found = {}
    for language in LANGUAGES:
        frame = pd.read_parquet(folder / f"articles_{language}.parquet")
        frame = frame[frame.text.str.count(r"\S+") >= WORDS]
        found[language] = list(frame.sample(min(most, len(frame)), random_state=SEED).text)
    return found


def planted(most: int) -> None:
    """Originals first, then all copies in a drawn order, so that no engine is helped by what stands near."""
    draw = random.Random(SEED)
    originals = [text for texts in news(most).values() for text in texts]
    copies = [(kind, source, copy) for source, text in enumerate(originals) for kind, copy in edits(text, originals, draw).items()]
    names = list(dict.fromkeys(kind for kind, _, _ in copies))
    draw.shuffle(copies)
    texts = [*originals, *(copy for _, _, copy in copies)]
    of = [*range(len(originals)), *(source for _, source, _ in copies)]
    kinds = [*[""] * len(originals), *(kind for kind, _, _ in copies)]
    print(f"(a) planted: {len(originals)} originals, {len(copies)} copies\n{'':28}  precision  recall by kind")
    print(f"{'':28}             " + "  ".join(names))
    for engine, link in engines().items():
        links = link(texts)
        made = [number for number, target in enumerate(links) if target >= 0]
        right = [number for number in made if of[links[number]] == of[number]]
        found = Counter(kinds[number] for number in right)
        recall = [found[name] / len(originals) for name in names]
        cells = "  ".join(f"{value:>{len(name)}.3f}" for name, value in zip(names, recall, strict=True))
        print(f"{engine:28}  {len(right) / max(1, len(made)):9.4f}  {cells}")


def exact_pairs(texts: Sequence[str]) -> Mapping[tuple[int, int], float]:
    """All pairs at or over the threshold with their similarity, by way of the shingles they share."""
    sets = [word_shingles(text, PARAMS.shingle_words) for text in texts]
    holders: dict[str, list[int]] = defaultdict(list)
    common: Counter[tuple[int, int]] = Counter()
    for number, own in enumerate(sets):
        for shingle in own:
            common.update((other, number) for other in holders[shingle])
            holders[shingle].append(number)
    pairs = {}
    for (one, other), shared in common.items():
        union = len(sets[one]) + len(sets[other]) - shared
        if shared / union >= PARAMS.min_similarity:
            pairs[one, other] = shared / union
    return pairs


def real(most: int) -> None:
    texts = news(most)
    truth = {language: exact_pairs(own) for language, own in texts.items()}
    counts = {language: len(pairs) for language, pairs in truth.items() if pairs}
    print(f"\n(b) real: {sum(map(len, texts.values()))} articles, pairs at {PARAMS.min_similarity} and over: {counts}")
    print(f"{'':28}  links  precision  recall    (of the articles with an earlier near-copy, those linked to one)")
    for engine, link in engines().items():
        made = right = wanted = found = 0
        for language, own in texts.items():
            links = link(own)
            copies = {later for _, later in truth[language]}
            made += sum(target >= 0 for target in links)
            right += sum((target, number) in truth[language] for number, target in enumerate(links) if target >= 0)
            wanted += len(copies)
            found += sum(links[number] >= 0 for number in copies)
        print(f"{engine:28}  {made:5}  {right / max(1, made):9.3f}  {found / max(1, wanted):6.3f}")


def speed(most: int) -> None:
    texts = [text for own in news(most).values() for text in own]
    print(f"\n(c) speed: {len(texts)} articles, one core{'':12}articles/s   to ours")
    base = 0.0
    for engine, link in engines().items():
        start = time.process_time()
        link(texts)
        rate = len(texts) / (time.process_time() - start)
        base = base or rate
        print(f"{engine:28}                      {rate:10.0f}  {rate / base:8.2f}")


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--planted", type=int, default=40, help="originals of each language")
    arguments.add_argument("--real", type=int, default=800, help="at most so many articles of each language")
    chosen = arguments.parse_args()
    planted(chosen.planted)
    real(chosen.real)
    speed(chosen.real // 4)


if __name__ == "__main__":
    main()
