"""Alignment against naive aligners on human gold: surfaces and types of a passage are given in shuffled order, exact spans are wanted.

    ASKNEWS_NER_SHARED=<folder> python benchmarks/alignment.py            five sets in five scripts, all test passages with entities
    ASKNEWS_NER_SHARED=<folder> python benchmarks/alignment.py edits      the edit budget: misspelt surfaces found, foreign ones too

Naive: `find` marks the first place of each surface; `regex` marks every match of the escaped surface between word boundaries, case aside;
`windows` marks every window of words that equals the surface's words in lower case, as GLiNER's data recipe does (facts: papers.md).
Two lists are fed: every entity once (what the labelling prompt asks for) and every mention. F1 is over exact (start, end, type); speed is
passages a second of CPU time, the best of three rounds: `find` and `regex` make no words, ours and `windows` do. What ours misses or
adds is counted by its cause."""

import random
import re
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence

from benchmark_passages import Gold, passages
from gliner.data_processing.tokenizer import WhitespaceTokenSplitter

from asknews_ner.dataset.alignment.align import align
from asknews_ner.recipe import load_recipe
from asknews_ner.records import EntityMention

SETS = {"wikigold": "Latin", "ner_uk": "Cyrillic", "ilner_hindi": "Devanagari", "masakhaner1_amh": "Ethiopic", "ilner_urdu": "Arabic"}
PARAMS = load_recipe("laptop").dataset.model_copy(update={"max_span_words": 100})  # the width is the model's limit, not the aligner's
GLINER = WhitespaceTokenSplitter()
SEED = 20240220
Aligner = Callable[[str, Sequence[EntityMention]], set[tuple[int, int, str]]]


class Given:
    def canonical(self, label: str) -> str | None:
        return label


def ours(**changes: object) -> Aligner:
    params = PARAMS.model_copy(update=changes)

    def run(text: str, mentions: Sequence[EntityMention]) -> set[tuple[int, int, str]]:
        made = align(text, mentions, Given(), params)
        return {(made.words[span.start].start, made.words[span.end].end, span.label) for span in made.spans}

    return run


def find(text: str, mentions: Sequence[EntityMention]) -> set[tuple[int, int, str]]:
    places = ((text.find(mention.text), mention) for mention in mentions)
    return {(start, start + len(mention.text), mention.label) for start, mention in places if start >= 0}


def by_regex(text: str, mentions: Sequence[EntityMention]) -> set[tuple[int, int, str]]:
    return {
        (match.start(), match.end(), mention.label)
        for mention in mentions
        for match in re.finditer(rf"\b{re.escape(mention.text)}\b", text, re.IGNORECASE)
    }


def windows(text: str, mentions: Sequence[EntityMention]) -> set[tuple[int, int, str]]:
    words = list(GLINER(text))
    lower = [word.lower() for word, _, _ in words]
    found = set()
    for mention in mentions:
        wanted = [word.lower() for word, _, _ in GLINER(mention.text)]
        for first in range(len(words) - len(wanted) + 1):
            if lower[first : first + len(wanted)] == wanted:
                found.add((words[first][1], words[first + len(wanted) - 1][2], mention.label))
    return found


def lists(rows: Sequence[tuple[str, Gold]], every_mention: bool) -> list[list[EntityMention]]:
    draw = random.Random(SEED)
    found = []
    for text, gold in rows:
        named = [(text[start:end], kind) for start, end, kind in sorted(gold)]
        chosen = named if every_mention else sorted(set(named))
        draw.shuffle(chosen)
        found.append([EntityMention(surface, kind) for surface, kind in chosen])
    return found


def measured(run: Aligner, rows: Sequence[tuple[str, Gold]], fed: Sequence[list[EntityMention]]) -> tuple[float, float, Counter[str]]:
    """(F1, passages a second, causes of what is missing or too many)."""
    best, found = 0.0, []
    for _ in range(3):
        re.purge()
        started = time.process_time()
        found = [run(text, mentions) for (text, _), mentions in zip(rows, fed, strict=True)]
        best = max(best, len(rows) / (time.process_time() - started))
    right = sum(len(spans & gold) for spans, (_, gold) in zip(found, rows, strict=True))
    total = sum(len(spans) + len(gold) for spans, (_, gold) in zip(found, rows, strict=True))
    causes: Counter[str] = Counter()
    for spans, (_, gold) in zip(found, rows, strict=True):
        causes.update(cause(one, spans, gold) for one in spans ^ gold)
    return 2 * right / total, best, causes


def cause(one: tuple[int, int, str], spans: set[tuple[int, int, str]], gold: Gold) -> str:
    start, end, _ = one
    side = "too many" if one in spans else "missing"
    other = gold if one in spans else spans
    if any((a, b) == (start, end) for a, b, _ in other):
        return f"{side}: another type"
    if any(a < end and start < b for a, b, _ in other):
        return f"{side}: overlaps"
    return f"{side}: elsewhere"


def main() -> None:
    print("F1 x 100: find, regex, windows; ours: all, first, as labelled. Speed of ours (all) over that of regex and of windows")
    for name, script in SETS.items():
        rows = [row for row in passages(name) if row[1]]
        print(f"{name}, {script}, {len(rows)} passages, {sum(len(gold) for _, gold in rows)} entities")
        for every_mention in (False, True):
            fed = lists(rows, every_mention)
            naive = [measured(run, rows, fed) for run in (find, by_regex, windows)]
            own = [measured(ours(occurrences=policy), rows, fed) for policy in ("all", "first", "as_labelled")]
            figures = "  ".join(f"{100 * f1:6.2f}" for f1, _, _ in [*naive, *own])
            ratios = ", ".join(f"{own[0][1] / naive[other][1]:.2f}" for other in (1, 2))
            policy, residue = ("as labelled", own[2][2]) if every_mention else ("all", own[0][2])
            print(f"  {'every mention' if every_mention else 'every entity once':<18} {figures}   {own[0][1]:6.0f} a second, {ratios}")
            print(f"  {'':<18} residue of `{policy}`: {dict(sorted(residue.items()))}")


def misspelt(surface: str, draw: random.Random) -> str:
    """One letter dropped, doubled, swapped with the next, or without its accents."""
    place = draw.randrange(1, len(surface) - 1)
    plain = unicodedata.normalize("NFC", "".join(c for c in unicodedata.normalize("NFD", surface) if not unicodedata.combining(c)))
    swapped = surface[:place] + surface[place + 1] + surface[place] + surface[place + 2 :]
    choices = [surface[:place] + surface[place + 1 :], surface[:place] + surface[place] + surface[place:], swapped, plain]
    return draw.choice([choice for choice in choices if choice != surface])


def edits() -> None:
    print("set              budget   misspelt found at the right place   surfaces of other passages found")
    for name in SETS:
        rows = [row for row in passages(name) if row[1]]
        for budget in (0.0, 0.1, 0.15, 0.2):
            draw, run = random.Random(SEED), ours(max_edits=budget)
            right = tried = false = foreign = 0
            for number, (text, gold) in enumerate(rows):
                start, end, kind = draw.choice(sorted(gold))
                if end - start >= 4:
                    tried += 1
                    spans = run(text, [EntityMention(misspelt(text[start:end], draw), kind)])
                    right += any((a, b) == (start, end) for a, b, _ in spans)
                other, other_gold = rows[(number + 1) % len(rows)]
                start, end, kind = draw.choice(sorted(other_gold))
                if other[start:end].casefold() not in text.casefold():
                    foreign += 1
                    false += bool(run(text, [EntityMention(other[start:end], kind)]))
            print(f"{name:<16} {budget:<8} {right} of {tried} ({right / tried:.1%})   {false} of {foreign} ({false / foreign:.2%})")


if __name__ == "__main__":
    edits() if sys.argv[1:] == ["edits"] else main()
