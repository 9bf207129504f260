"""How often the language of real news is identified rightly: one identifier against two that must agree.

    ASKNEWS_NER_SHARED=<folder> python benchmarks/language_identifiers.py [--most 200] [--lingua]        a minute

Truth: the language that each source gives its articles, in the recipe's twelve languages and in others (which must not be called one of
the twelve). On titles, and on the leads that the pipeline looks at. `--lingua` adds lingua over all its languages, where it is installed
(it takes 1.3 GB)."""

import argparse
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from asknews_ner.acquire.language import Identifier, packaged_identifier, second_identifier
from asknews_ner.acquire.normalise import clean_text
from asknews_ner.recipe import LANGUAGES

SEED = 20240220
OTHERS = ("pl", "cs", "bg", "sl", "sw", "ha", "xh", "yo", "ig", "am", "so", "sn")


@dataclass(frozen=True)
class Text:
    language: str
    title: str
    lead: str


@dataclass(frozen=True)
class Said:
    language: str
    first: str
    second: str


def texts(most: int) -> list[Text]:
    folder = Path(os.environ["ASKNEWS_NER_SHARED"]) / "data" / "news"
    found = []
    for language in (*LANGUAGES, *OTHERS):
        frame = pd.read_parquet(folder / f"articles_{language}.parquet")
        for row in frame.sample(min(most, len(frame)), random_state=SEED).itertuples():
            title = clean_text(row.title) if isinstance(row.title, str) else ""
            found.append(Text(language, title, clean_text(f"{title}\n{row.text}")))
    return found


def report(label: str, said: Sequence[Said]) -> None:
    for group, wanted in (("the twelve", LANGUAGES), ("others", OTHERS)):
        own = [row for row in said if row.language in wanted]
        agree = [row for row in own if row.first == row.second]
        differ = [row for row in own if row.second and row.first != row.second]
        right = sum(row.first == row.language for row in own) / len(own)
        right_second = sum(row.second == row.language for row in own) / len(own)
        right_both = sum(row.first == row.language for row in agree) / max(1, len(agree))
        false = [sum(answer in LANGUAGES for answer in answers) if group == "others" else 0 for answers in
                 ([row.first for row in own], [row.second for row in own], [row.first for row in agree])]  # fmt: skip
        print(
            f"{label:10} {group:10} {len(own):5}  {right:.4f}  {right_second:.4f}   {right_both:.4f} of {len(agree) / len(own):6.1%}"
            f"    {len(differ) / len(own):6.2%}: {sum(row.first == row.language for row in differ):3} / "
            f"{sum(row.second == row.language for row in differ):3} of {len(differ):3}    {false[0]} / {false[1]} / {false[2]}"
        )


def by_language(said: Sequence[Said]) -> None:
    print("\ntitles by language    texts  first   second  both agree  right then  disagree")
    for language in LANGUAGES:
        own = [row for row in said if row.language == language]
        agree = [row for row in own if row.first == row.second]
        differ = sum(row.second not in ("", row.first) for row in own)
        cells = [sum(row.first == language for row in own) / len(own), sum(row.second == language for row in own) / len(own)]
        right = sum(row.first == language for row in agree) / max(1, len(agree))
        print(f"{language:20} {len(own):6}  {cells[0]:.3f}   {cells[1]:.3f}   {len(agree) / len(own):10.3f}  {right:10.3f}  {differ:8}")


def lingua() -> Identifier:
    from lingua import LanguageDetectorBuilder

    detector = LanguageDetectorBuilder.from_all_languages().with_preloaded_language_models().build()

    def identify(text: str) -> tuple[str, float]:
        found = detector.detect_language_of(text[:1000])
        code = found.iso_code_639_1.name.lower() if found else ""
        return {"nb": "no", "nn": "no"}.get(code, code), 1.0

    return identify


def rate(identify: Identifier, sample: Sequence[str]) -> float:
    start = time.process_time()
    for text in sample:
        identify(text)
    return len(sample) / (time.process_time() - start)


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--most", type=int, default=200, help="texts of each language")
    arguments.add_argument("--lingua", action="store_true")
    chosen = arguments.parse_args()
    found = texts(chosen.most)
    seconds: dict[str, Identifier] = {"CLD2": second_identifier()}
    if chosen.lingua:
        seconds["lingua"] = lingua()
    first = packaged_identifier()
    parts: dict[str, Callable[[Text], str]] = {
        "title": lambda text: text.title,
        "300 chars": lambda text: text.lead[:300],
        "lead": lambda text: text.lead,
    }
    for name, second in seconds.items():
        print(f"\nfirst: py3langid, second: {name}")
        print(
            "text       languages  texts  first   second   both: right, share    disagree: first / second right    called one of the twelve"
        )
        for label, part in parts.items():
            said = [Said(text.language, first(part(text))[0], second(part(text))[0]) for text in found if part(text)]
            report(label, said)
            if label == "title":
                titles = said
        by_language(titles)
    leads = [text.lead for text in found]
    print(
        "\nleads a second of one core: "
        + ", ".join(f"{name} {rate(own, leads):,.0f}" for name, own in {"py3langid": first, **seconds}.items())
    )


if __name__ == "__main__":
    main()
