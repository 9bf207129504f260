"""The recorded replies of the low-resource study (Kamath and Vajjala 2025) through our parser, beside the study's own counts.

    ASKNEWS_NER_SHARED=<folder> python benchmarks/study_replies.py

`study`: sentences that the study used. `ours`: ours under its definition (as many tags as tokens, known tags, before any
deduplication). `strict`: what our filters keep of them (no copies, no other language, whole tags). `one tag short`: sentences whose last
token is punctuation and that lack exactly one tag, most probably its; they are not counted, since nothing proves which tag is missing.
Below: all reasons for which datapoints are not usable, by model."""

import gzip
import os
import unicodedata
from collections import Counter
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


def main() -> None:
    study = Path(os.environ["ASKNEWS_NER_SHARED"]) / "data" / "lowres_study"
    params = load_recipe("laptop").low_resource.filter
    form = "{:<24} {:<5} {:>8} {:>8} {:>8} {:>7} {:>8} {:>14}"
    print(form.format("model", "lang.", "replies", "study", "ours", "ratio", "strict", "one tag short"))
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
            short = sum(map(one_tag_short, parsed.kept))
            row = Counter(replies=len(replies), study=theirs, ours=usable_to_the_study(kept), strict=len(kept.kept), short=short)
            reasons.update(rejected.reason for rejected in (*parsed.rejected, *kept.rejected))
            sums.update(row)
            print(_line(form, folder.name, language.code, row))
        print(_line(form, folder.name, "all", sums))
        print(f"  not usable, or not kept: {', '.join(f'{reason} {count:,}' for reason, count in reasons.most_common())}")


def _line(form: str, model: str, language: str, row: Counter[str]) -> str:
    ratio = f"{row['ours'] / row['study']:.3f}"
    return form.format(model, language, row["replies"], row["study"], row["ours"], ratio, row["strict"], row["short"])


if __name__ == "__main__":
    main()
