"""The recorded replies of the low-resource study (Kamath and Vajjala 2025) through our parser, beside the study's own counts.

    ASKNEWS_NER_SHARED=<folder> python benchmarks/study_replies.py

`study`: sentences that the study used. `ours`: ours under its definition (as many tags as tokens, known tags, before any
deduplication). `strict`: what our filters keep of them (no copies, no other language, whole tags). `one tag short`: sentences whose last
token is punctuation and that lack exactly one tag. They could be mended if it were the punctuation's; `capitals` says why they are not:
the share of entities (dates left out) that begin with a capital letter, in whole sentences and in these. It falls, so in many of them the
missing tag is another one, and all tags behind it stand on the wrong words.
Below: all reasons for which datapoints are not usable, by model."""

import gzip
import os
import unicodedata
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from asknews_ner.acquire.language import packaged_identifier
from asknews_ner.low_resource.filters import keep_usable, usable_to_the_study
from asknews_ner.low_resource.languages import language_of
from asknews_ner.low_resource.parse import parse_study_replies
from asknews_ner.low_resource.records import GeneratedSentence
from asknews_ner.low_resource.study_files import read_study_replies
from asknews_ner.recipe import load_recipe


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


def main() -> None:
    study = Path(os.environ["ASKNEWS_NER_SHARED"]) / "data" / "lowres_study"
    params = load_recipe("laptop").low_resource.filter
    form = "{:<24} {:<5} {:>8} {:>8} {:>8} {:>7} {:>8} {:>14} {:>10}"
    print(form.format("model", "lang.", "replies", "study", "ours", "ratio", "strict", "one tag short", "capitals"))
    for folder in sorted((study / "raw_outputs").iterdir()):
        sums: Counter[str] = Counter()
        reasons: Counter[str] = Counter()
        for file in sorted(folder.glob("*.jsonl.gz")):
            language = language_of(file.name.removesuffix(".jsonl.gz"))
            replies = read_study_replies(file, language.code, folder.name)
            parsed = parse_study_replies(replies, language)
            kept = keep_usable(parsed.kept, language, (), params, packaged_identifier())
            with gzip.open(study / "usable" / folder.name / file.name, "rt", encoding="utf-8") as lines:
                theirs = sum(1 for _ in lines)
            known = [sentence for sentence in parsed.kept if set(sentence.tags) <= set(language.tags)]
            damaged = [sentence for sentence in known if one_tag_short(sentence)]
            whole = [sentence for sentence in known if len(sentence.tokens) == len(sentence.tags)]
            row = Counter(replies=len(replies), study=theirs, ours=usable_to_the_study(kept), strict=len(kept.kept), short=len(damaged))
            reasons.update(rejected.reason for rejected in (*parsed.rejected, *kept.rejected))
            sums.update(row)
            print(_line(form, folder.name, language.code, row, f"{capitals(whole)} {capitals(damaged)}"))
        print(_line(form, folder.name, "all", sums))
        print(f"  not usable, or not kept: {', '.join(f'{reason} {count:,}' for reason, count in reasons.most_common())}")


def _line(form: str, model: str, language: str, row: Counter[str], of_capitals: str = "") -> str:
    ratio = f"{row['ours'] / row['study']:.3f}"
    return form.format(model, language, row["replies"], row["study"], row["ours"], ratio, row["strict"], row["short"], of_capitals)


if __name__ == "__main__":
    main()
