"""The recorded replies of the low-resource study (Kamath and Vajjala 2025) through our parser, beside the study's own counts.

    ASKNEWS_NER_SHARED=<folder> python benchmarks/study_replies.py [--show 30]

Yields: `study`, sentences that the study used; `ours`, ours under its definition (as many tags as tokens, known tags, before any
deduplication); `kept`, what our filters keep of them; `same`, the share of these that are the study's token for token and tag for tag;
`theirs mended`, theirs with letters or tags mended; `extra`, rows that the study did not have. `near` and `mould`: shares of the kept
rows that nearly repeat an earlier one, or are an earlier one with other names. `1 short`: sentences whose last token is punctuation and
that lack exactly one tag. They could be mended if it were the punctuation's; `capitals` says why they are not: the share of entities
(dates left out) that begin with a capital letter, in whole sentences and in these. It falls, so in many of them the missing tag is
another one, and all tags behind it stand on the wrong words.

Tag confusion: names whose type is known (human sentences where the shared data has them, CLDR's names of countries as LOC), by the tag
that the model gave their first word, before anything is mended. An I tag there began an entity: the model took its integer for another.

`--show`: so many of the extra rows, drawn at random with a seed, to be read by eye."""

import argparse
import os
import random
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from asknews_ner.acquire.language import packaged_identifier
from asknews_ner.low_resource.filters import usable_to_the_study
from asknews_ner.low_resource.human import read_human
from asknews_ner.low_resource.languages import TargetLanguage, language_of
from asknews_ner.low_resource.lexicon import country_lexicon, human_lexicon, known_in
from asknews_ner.low_resource.records import GeneratedSentence, TaggedSentence
from asknews_ner.low_resource.similar import near_duplicates, same_but_for_names
from asknews_ner.low_resource.study_rows import StudyRows, read_study_rows
from asknews_ner.recipe import load_recipe

_FORM = "{:<22} {:<5} {:>7} {:>7} {:>7} {:>6} {:>7} {:>6} {:>13} {:>6} {:>6} {:>6} {:>8} {:>10}"
_HEAD = "model|lang.|replies|study|ours|ratio|kept|same|theirs mended|extra|near|mould|1 short|capitals"
_SEVERAL = 3
_KINDS = ("right type", "another type", "not marked", "begun by an I tag")
_SPLITS = ("train", "validation", "test")


def one_tag_short(row: GeneratedSentence) -> bool:
    """Whether the final punctuation's tag is the one that is missing, as far as one can see."""
    return len(row.tokens) == len(row.tags) + 1 and all(unicodedata.category(sign).startswith("P") for sign in row.tokens[-1])


def capitals(rows: Iterable[GeneratedSentence]) -> str:
    """Share of entities that begin with a capital letter; nothing where the script has none."""
    firsts = [
        token[:1] for row in rows for token, tag in zip(row.tokens, row.tags, strict=False) if tag.startswith("B-") and "DATE" not in tag
    ]
    cased = [letter for letter in firsts if letter.lower() != letter.upper()]
    return f"{sum(letter.isupper() for letter in cased) / len(cased):.2f}" if len(cased) > len(firsts) / 2 else "–"


def human_rows(study: Path, language: TargetLanguage) -> list[TaggedSentence]:
    """The human sentences that the shared data has in the study's own form."""
    files = [study / "gold_uner" / language.code / f"{split}.jsonl.gz" for split in _SPLITS]
    return [row for file in files if file.is_file() for row in read_human(file, language.tags).sentences]


def confusion(rows: Sequence[GeneratedSentence], language: TargetLanguage, human: Sequence[TaggedSentence]) -> Counter[tuple[str, str]]:
    """Mentions of known names by (known type, tag of the first word)."""
    lexicon = country_lexicon(language.identifier_code, "LOC") | human_lexicon(human, load_recipe("laptop").low_resource.audit)
    whole = [row for row in rows if len(row.tokens) == len(row.tags)]
    return Counter((one.type, row.tags[one.start]) for row in whole for one in known_in(row, lexicon))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--show", type=int, default=0, metavar="N", help="print so many of the extra rows")
    show = parser.parse_args().show
    study = Path(os.environ["ASKNEWS_NER_SHARED"]) / "data" / "lowres_study"
    params = load_recipe("laptop").low_resource
    extra: list[tuple[str, GeneratedSentence]] = []
    tables: list[str] = []
    print(_FORM.format(*_HEAD.split("|")))
    for folder in sorted((study / "raw_outputs").iterdir()):
        sums, reasons, why, tags = Counter[str](), Counter[str](), Counter[str](), Counter[tuple[str, str]]()
        for file in sorted(folder.glob("*.jsonl.gz")):
            language = language_of(file.name.removesuffix(".jsonl.gz"))
            human = human_rows(study, language)
            rows = read_study_rows(study, folder.name, language, human, params.filter, packaged_identifier())
            known = [row for row in rows.parsed.kept if set(row.tags) <= set(language.tags)]
            short = [row for row in known if one_tag_short(row)]
            counts = _counts(rows, len(short), params.yields.near_duplicate_ngrams, params.yields.near_duplicate_similarity)
            whole = [row for row in known if len(row.tokens) == len(row.tags)]
            print(_line(folder.name, language.code, counts, f"{capitals(whole)} {capitals(short)}"))
            sums.update(counts)
            reasons.update(row.reason for row in (*rows.parsed.rejected, *rows.usable.rejected))
            why.update(rows.why_extra)
            found = confusion(known, language, human)
            tags.update(found)
            tables += [_confusion_line(folder.name, language.code, found), _of_calls(known, language)]
            extra += [(folder.name, row) for row in rows.ours_extra]
        print(_line(folder.name, "all", sums))
        tables += [
            f"{folder.name}, not usable or not kept: {_listed(reasons)}",
            f"{folder.name}, extra rows by what was mended: {_listed(why)}",
        ]
        tables += [f"{folder.name}, {line}" for line in _confused(tags)]
    print("\n" + "\n".join(tables))
    for model, row in random.Random(1).sample(extra, min(show, len(extra))):
        shown = " ".join(token if tag == "O" else f"{token}/{tag}" for token, tag in zip(row.tokens, row.tags, strict=True))
        print(f"{model} {row.sentence_id} {row.notes}\n  {shown}")


def _counts(rows: StudyRows, short: int, ngrams: int, similarity: float) -> Counter[str]:
    kept = rows.usable.kept
    return Counter(
        replies=rows.replies,
        study=rows.released,
        ours=usable_to_the_study(rows.usable),
        kept=len(kept),
        same=rows.unchanged,
        mended=len(rows.theirs) - rows.unchanged,
        extra=len(rows.ours_extra),
        near=len(near_duplicates(kept, ngrams, similarity)),
        mould=len(same_but_for_names(kept)),
        short=short,
    )


def _line(model: str, language: str, row: Counter[str], of_capitals: str = "") -> str:
    shares = [
        f"{row[name] / max(1, row[of]):.3f}" for name, of in (("ours", "study"), ("same", "kept"), ("near", "kept"), ("mould", "kept"))
    ]
    numbers = (row["replies"], row["study"], row["ours"], shares[0], row["kept"], shares[1], row["mended"], row["extra"], *shares[2:])
    return _FORM.format(model, language, *numbers, row["short"], of_capitals)


def _confused(tags: Counter[tuple[str, str]]) -> list[str]:
    """One line a known type: shares of the tags, the most frequent first."""
    lines = []
    for name in sorted({known for known, _ in tags}):
        own = Counter({tag: count for (known, tag), count in tags.items() if known == name})
        shares = ", ".join(f"{tag} {count / own.total():.1%}" for tag, count in own.most_common())
        lines.append(f"known {name} ({own.total():,} mentions): {shares}")
    return lines


def _confusion_line(model: str, language: str, tags: Counter[tuple[str, str]]) -> str:
    """One line a model and language: known names by what became of them, whatever their type."""
    kinds = Counter[str]()
    for (known, tag), count in tags.items():
        kinds["not marked" if tag == "O" else "right type" if tag[2:] == known else "another type"] += count
        kinds["begun by an I tag"] += count * tag.startswith("I-")
    shares = [f"{kind} {kinds[kind] / max(1, tags.total()):.1%}" for kind in _KINDS]
    return f"{model}, {language}, {tags.total():,} known names: {', '.join(shares)}"


def _of_calls(rows: Sequence[GeneratedSentence], language: TargetLanguage) -> str:
    """Whether a call keeps to one tag for all countries: then it is the integer that was misunderstood, not the country."""
    lexicon, calls = country_lexicon(language.identifier_code, "LOC"), dict[int, Counter[str]]()
    for row in rows:
        if len(row.tokens) == len(row.tags):
            calls.setdefault(row.call, Counter()).update(row.tags[one.start] for one in known_in(row, lexicon))
    several = [tags for tags in calls.values() if tags.total() >= _SEVERAL]
    most = Counter(tags.most_common(1)[0][0] for tags in several)
    one_tag = sum(len(tags) == 1 for tags in several)
    return f"  {len(several)} calls with {_SEVERAL} countries or more, {one_tag} with one tag for all; most frequent tag: {_listed(most)}"


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.most_common()) or "none"


if __name__ == "__main__":
    main()
