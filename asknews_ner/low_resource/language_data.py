"""The human data of a language: its splits, found in a folder or on the hub, with what was left out and where counts differ."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from asknews_ner.dataset.bio import mend, type_of
from asknews_ner.evaluate.benchmarks.benchmark import BenchmarkError
from asknews_ner.evaluate.benchmarks.hub import HubPlace, read_hub
from asknews_ner.low_resource.errors import HumanDataError
from asknews_ner.low_resource.human import read_human
from asknews_ner.low_resource.human_json import tags_of_row
from asknews_ner.low_resource.languages import TargetLanguage, tags_of
from asknews_ner.low_resource.places import (
    HUMAN_LAYOUTS,
    SPLITS,
    WIKIANN_LAYOUTS,
    Split,
    SplitFiles,
    config_of,
    expected_places,
    find_split_files,
)
from asknews_ner.low_resource.records import HumanSet, TaggedSentence

_WIKIANN = "unimelb-nlp/wikiann"
_WIKIANN_TYPES = ("PER", "ORG", "LOC")
_CONVERTED = "refs/convert/parquet"  # the hub's own copy of data sets that come as programs, which are not run here


@dataclass(frozen=True, slots=True)
class LanguageData:
    """Human sentences of one language by split; validation and test may be empty where only training data is asked for."""

    language: Annotated[str, "code"]
    place: Annotated[str, "where it was read"]
    train: Annotated[tuple[TaggedSentence, ...], "in the order of the source"]
    validation: Annotated[tuple[TaggedSentence, ...], "in the order of the source"]
    test: Annotated[tuple[TaggedSentence, ...], "in the order of the source"]
    notes: Annotated[tuple[str, ...], "what was mended or left out, and where counts differ from the published ones"]


def read_language(folder: Path | None, language: TargetLanguage, hub: bool) -> LanguageData:
    """The human data of a language. `hub`: fetch it from there if it is not in the folder.

    Raises HumanDataError if there is none, or a file cannot be read."""
    data = _read(folder, language, tags_of(language.types), hub, HUMAN_LAYOUTS)
    if data is None:
        raise HumanDataError(
            f"no human-labelled sentences for {language.code!r} ({language.name}) in {folder}; looked for "
            f"{expected_places(language, HUMAN_LAYOUTS)}: put them there, set ASKNEWS_NER_HUMAN_DATA to the folder, or let them be fetched "
            f"({language.human_data}) with low_resource.study.human_hub"
        )
    return data


def read_wikiann(folder: Path | None, language: TargetLanguage, hub: bool) -> LanguageData | None:
    """WikiANN's rows of a language, silver labels of three types; None where there are none."""
    return _read(folder, language, tags_of(_WIKIANN_TYPES), hub, WIKIANN_LAYOUTS)


def restricted(sentences: Sequence[TaggedSentence], types: Sequence[str]) -> tuple[list[TaggedSentence], Counter[str]]:
    """(the sentences with the entities of these types alone, entities left out by type)."""
    left_out = Counter(type_of(tag) for row in sentences for tag in mend(row.tags)[0] if tag.startswith("B-") and type_of(tag) not in types)
    return [TaggedSentence(row.tokens, tuple(tag if type_of(tag) in types else "O" for tag in row.tags)) for row in sentences], left_out


def _read(
    folder: Path | None, language: TargetLanguage, tags: Sequence[str], hub: bool, layouts: Mapping[str, Sequence[str]]
) -> LanguageData | None:
    files = find_split_files(folder, language, layouts) if folder is not None and folder.is_dir() else None
    if files is not None:
        sets = {split: _file(path, files, tags) for split, path in files.files.items()}
        place = f"{folder}, {files.layout}"
    elif hub:
        sets, place = _fetched(language, tags, layouts)
    else:
        return None
    notes = [*_lost(sets), *(_differing(language, sets) if layouts is HUMAN_LAYOUTS else [])]
    by_split = {split: one.sentences for split, one in sets.items()}
    return LanguageData(
        language.code, place, by_split.get("train", ()), by_split.get("validation", ()), by_split.get("test", ()), tuple(notes)
    )


def _file(path: Path, files: SplitFiles, tags: Sequence[str]) -> HumanSet:
    if path.suffix != ".parquet":
        return read_human(path, tags)
    return _from_hub(HubPlace(name=str(path.parent), splits={"it": _hub_split(path)}, tokens="tokens", tags="ner_tags"), "it", tags)


def _hub_split(path: Path) -> str:
    return path.name.partition("-")[0]


def _fetched(language: TargetLanguage, tags: Sequence[str], layouts: Mapping[str, Sequence[str]]) -> tuple[dict[Split, HumanSet], str]:
    name, config, revision = language.human_data.partition(":")[0], config_of(language), _CONVERTED
    if layouts is WIKIANN_LAYOUTS:
        name, config, revision = _WIKIANN, language.identifier_code, ""
    splits: dict[str, str] = {split: split for split in SPLITS}
    place = HubPlace(name=name, config=config, revision=revision or None, splits=splits, tokens="tokens", tags="ner_tags")
    return {split: _from_hub(place, split, tags) for split in SPLITS}, f"hub, {name} {config}"


def _from_hub(place: HubPlace, split: str, tags: Sequence[str]) -> HumanSet:
    try:
        rows, mended = read_hub(place, split, {})
    except BenchmarkError as error:
        raise HumanDataError(str(error)) from error
    sentences: list[TaggedSentence] = []
    dropped: list[str] = []
    for row in rows:
        found, left_out = tags_of_row(row, tags)
        sentences.append(TaggedSentence(tuple(row["tokenized_text"]), tuple(found)))
        dropped.extend(left_out)
    return HumanSet(tuple(sentences), mended, 0, tuple(dropped))


def _lost(sets: Mapping[Split, HumanSet]) -> list[str]:
    notes = []
    for split, one in sets.items():
        if one.mended_tags:
            notes.append(f"{split}: {one.mended_tags} I tags that began an entity were made B")
        if one.dropped:
            by_type = ", ".join(f"{count} {name}" for name, count in Counter(one.dropped).most_common())
            notes.append(f"{split}: {len(one.dropped)} entities of other types, or inside others, were left out ({by_type})")
    return notes


def _differing(language: TargetLanguage, sets: Mapping[Split, HumanSet]) -> list[str]:
    """Splits that hold another number of sentences than published, and splits that are missing."""
    notes = []
    for place, split in enumerate(SPLITS):
        if split not in sets:
            notes.append(f"{split}: there is no such split")
        elif language.published is not None and len(sets[split].sentences) != language.published[place]:
            notes.append(f"{split}: {len(sets[split].sentences)} sentences, published are {language.published[place]}")
    return notes
