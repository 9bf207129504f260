"""How well and how fast pages are read: plain trafilatura, resiliparse alone, and our two tiers.

    ASKNEWS_NER_SHARED=<folder> python benchmarks/extraction.py [--rounds 3]        a minute

Truth: `html_publishers` (bodies and metadata), `html_other_scripts` and `html_latin1` (texts), `html_news_pages` (passages that must and
must not be in the text, as in trafilatura's own evaluation). Body scores are of bags of words (characters in Chinese, Japanese, Thai,
Burmese), the mean over pages. The threshold of the two tiers is chosen on every second page and reported on the others."""

import argparse
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from statistics import mean

from extraction_parts.pages import RawPage, shared_pages
from extraction_parts.readers import (
    Read,
    Reader,
    fast_trafilatura,
    ours,
    parse_time_with_offset,
    plain_resiliparse,
    plain_trafilatura,
    silence,
)

from asknews_ner.acquire.extract.dates import guessed_date
from asknews_ner.acquire.extract.words import precision_recall_f1, word_bag
from asknews_ner.recipe import load_recipe

THRESHOLDS = (0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.99)
PARAMS = load_recipe("laptop").extract
READERS: Mapping[str, Reader] = {
    "trafilatura, plain": plain_trafilatura,
    "trafilatura, fast": fast_trafilatura,
    "resiliparse, plain": plain_resiliparse,
    "ours, trafilatura only": ours(PARAMS.model_copy(update={"extractors": "trafilatura"})),
    "ours, resiliparse only": ours(PARAMS.model_copy(update={"extractors": "resiliparse"})),
    "ours, both": ours(PARAMS),
}
Answers = Mapping[str, Sequence[Read]]


def body_scores(pages: Sequence[RawPage], reads: Sequence[Read]) -> tuple[float, float, float]:
    """Mean precision, recall and F1 of the pages whose text is known."""
    scores = [precision_recall_f1(word_bag(read.text), word_bag(page.text)) for page, read in zip(pages, reads, strict=True) if page.text]
    return mean(s[0] for s in scores), mean(s[1] for s in scores), mean(s[2] for s in scores)


def choose(pages: Sequence[RawPage]) -> None:
    """What each threshold does on the choosing half, and on the other."""
    print("fast_min_agreement   choosing half: P      R      F1     fast    other half: P      R      F1     fast")
    halves = [[page for page in pages if page.half == half and page.text and page.kind != "latin-1"] for half in (0, 1)]
    for threshold in (*THRESHOLDS, None):
        cells = []
        for half in halves:
            params = PARAMS.model_copy(update={"fast_min_agreement": threshold} if threshold else {"extractors": "trafilatura"})
            reads = [ours(params)(page) for page in half]
            fast = mean(read.by == "resiliparse" for read in reads)
            cells.append("  ".join(f"{value:.3f}" for value in body_scores(half, reads)) + f"  {fast:5.0%}")
        print(f"{threshold or 'trafilatura only'!s:20}                {cells[0]}                  {cells[1]}")


def bodies(pages: Sequence[RawPage], answers: Answers) -> None:
    kinds = [("publishers, other half", "publishers", (1,)), ("publishers", "publishers", (0, 1)),
             ("other scripts", "other scripts", (0, 1)), ("latin-1", "latin-1", (0, 1))]  # fmt: skip
    print(f"\n{'body: P / R / F1':26}" + "".join(f"{label:>26}" for label, _, _ in kinds))
    for name, reads in answers.items():
        cells = []
        for _, kind, wanted in kinds:
            pairs = [(page, read) for page, read in zip(pages, reads, strict=True) if page.kind == kind and page.half in wanted]
            cells.append(" / ".join(f"{value:.3f}" for value in body_scores([p for p, _ in pairs], [r for _, r in pairs])))
        print(f"{name:26}" + "".join(f"{cell:>26}" for cell in cells))


def passages(pages: Sequence[RawPage], answers: Answers) -> None:
    """Precision: of the passages found, those that must be there; recall: of those that must be there, the ones found."""
    print(f"\n{'passages of html_news_pages':26}  precision  recall     F1")
    for name, reads in answers.items():
        counts: Counter[str] = Counter()
        for page, read in zip(pages, reads, strict=True):
            text = " ".join(read.text.split())
            for passage in page.must:
                counts["right" if " ".join(passage.split()) in text else "missed"] += 1
            counts["wrong"] += sum(" ".join(passage.split()) in text for passage in page.must_not)
        precision = counts["right"] / max(1, counts["right"] + counts["wrong"])
        recall = counts["right"] / max(1, counts["right"] + counts["missed"])
        print(f"{name:26}      {precision:.3f}   {recall:.3f}  {2 * precision * recall / max(1e-9, precision + recall):.3f}")


def metadata(pages: Sequence[RawPage], answers: Answers) -> None:
    """Titles equal in letters, days equal, and F1 of the authors' names."""
    print(f"\n{'metadata of html_publishers':26}      title        day   authors (F1 of names)")
    told = [at for at, page in enumerate(pages) if page.kind == "publishers"]
    for name, reads in answers.items():
        titles = [letters(reads[at].title) == letters(pages[at].title or "") for at in told]
        days = [reads[at].day == day_of(pages[at]) for at in told]
        authors = [names_f1(reads[at].authors, pages[at].authors or ()) for at in told if pages[at].authors]
        print(f"{name:26}  {mean(titles):9.3f}  {mean(days):9.3f}  {mean(authors):9.3f}")
    print("\ndate origin, ours, both:     pages   right day")
    reads = answers["ours, both"]
    for origin in ("json-ld", "meta", "markup", "guessed", ""):
        own = [reads[at].day == day_of(pages[at]) for at in told if reads[at].date_origin == origin]
        print(f"{origin or 'none':26}  {len(own):6}  {mean(own) if own else 0:10.3f}")
    guesses = [guessed_date(pages[at].html, pages[at].url).at for at in told]
    right = [at is not None and at.date().isoformat() == day_of(pages[n]) for n, at in zip(told, guesses, strict=True)]
    print(f"{'guessed, on all pages':26}  {sum(at is not None for at in guesses):6}  {mean(right):10.3f}")


def letters(value: str) -> str:
    return "".join(c for c in value.casefold() if c.isalnum())


def day_of(page: RawPage) -> str:
    at = parse_time_with_offset(page.date)
    return at.date().isoformat() if at else ""


def names_f1(found: Iterable[str], wanted: Iterable[str]) -> float:
    own, true = {letters(name) for name in found if name}, {letters(name) for name in wanted if name}
    return 2 * len(own & true) / (len(own) + len(true)) if own or true else 1.0


def speed(pages: Sequence[RawPage], rounds: int) -> None:
    """Pages a second of CPU time, bytes in, text and metadata out; rounds alternate, the best one counts."""
    best = dict.fromkeys(READERS, float("inf"))
    for _ in range(rounds):
        for name, reader in READERS.items():
            start = time.process_time()
            for page in pages:
                reader(page)
            best[name] = min(best[name], time.process_time() - start)
    base = best["trafilatura, plain"]
    size = sum(len(page.body) for page in pages) / len(pages) / 1000
    print(f"\n{'speed, one core':26}  pages/s   to plain trafilatura      ({len(pages)} pages, {size:.0f} kB on average)")
    for name, seconds in best.items():
        print(f"{name:26}  {len(pages) / seconds:7.1f}   {base / seconds:6.2f}")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--rounds", type=int, default=3, help="of the timing")
    chosen = arguments.parse_args()
    silence()
    pages = shared_pages()
    print(f"{len(pages)} pages: {dict(Counter(page.kind for page in pages))}")
    choose(pages)
    print(f"recipe: {PARAMS.fast_min_agreement}")
    answers = {name: [reader(page) for page in pages] for name, reader in READERS.items()}
    bodies(pages, answers)
    passages(pages, answers)
    metadata(pages, answers)
    speed([page for page in pages if page.kind == "publishers"], chosen.rounds)


if __name__ == "__main__":
    main()
