"""The study's data by language as tables: human sentences of each split, and WikiANN's as the control."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from asknews_ner.factory.workspace import Workspace
from asknews_ner.fingerprints import fingerprint
from asknews_ner.low_resource.errors import HumanDataError
from asknews_ner.low_resource.language_data import LanguageData, read_language, read_wikiann
from asknews_ner.low_resource.languages import TargetLanguage, study_languages
from asknews_ner.low_resource.places import SPLITS, Split
from asknews_ner.low_resource.records import TaggedSentence
from asknews_ner.low_resource.study.records import HUMAN, WIKIANN, DataNote
from asknews_ner.recipe import RecipeError

_VERSION = "1"


@dataclass(frozen=True, slots=True)
class DataDone:
    """What a refresh put into the tables: sentences by split, the notes, and the stamp."""

    place: str
    rows: Mapping[str, int]
    notes: tuple[str, ...]
    fingerprint: str


def languages_of(ws: Workspace) -> Mapping[str, TargetLanguage]:
    """All languages of the workspace's recipe, by code."""
    return study_languages(ws.recipe.low_resource.study.languages)


def language_in(ws: Workspace, code: str) -> TargetLanguage:
    """One of them. Raises RecipeError naming the known ones."""
    known = languages_of(ws)
    if code not in known:
        raise RecipeError(
            f"{code!r} is no language of the low-resource study; known are {', '.join(known)}: add it under low_resource.study.languages"
        )
    return known[code]


def data_table(source: str, language: str, split: Split) -> str:
    """The table of a split; `source` is human or wikiann."""
    return f"{source}_sentences/{language}/{split}"


def notes_table(source: str, language: str) -> str:
    """The table of what is to be known of a language's data."""
    return f"study_notes/{language}/{source}"


def refresh_human(ws: Workspace, folder: Path, code: str) -> DataDone:
    """Read a language's human data into its tables. Raises HumanDataError where there is none, or it cannot be read."""
    language = language_in(ws, code)
    data = read_language(folder, language, ws.recipe.low_resource.study.human_hub)
    if not data.train:
        raise HumanDataError(f"{data.place}: no training sentences of {language.name}")
    return _write(ws, HUMAN, data)


def refresh_wikiann(ws: Workspace, folder: Path, code: str) -> DataDone:
    """Read WikiANN's rows of a language into its tables. A language without them gets empty tables and a note that says so."""
    language, study = language_in(ws, code), ws.recipe.low_resource.study
    data, why = None, f"no WikiANN rows of {language.name} in {folder}"
    if not study.wikiann:
        why = "WikiANN is switched off (low_resource.study.wikiann)"
    else:
        try:
            data = read_wikiann(folder, language, study.human_hub)
        except HumanDataError as error:
            why = f"WikiANN's rows of {language.name} cannot be had: {error}"
    if data is None:
        data = LanguageData(code, "", (), (), (), (f"{why}; the study goes on without this control",))
    return _write(ws, WIKIANN, data)


def read_split(ws: Workspace, source: str, code: str, split: Split) -> list[TaggedSentence]:
    """The sentences of a split; none if the table was not made, or the language lacks it."""
    return ws.tables.read(data_table(source, code, split), TaggedSentence)


def _write(ws: Workspace, source: str, data: LanguageData) -> DataDone:
    by_split = {"train": data.train, "validation": data.validation, "test": data.test}
    rows = {split: [[row.tokens, row.tags] for row in by_split[split]] for split in SPLITS}
    stamp = fingerprint("study data", _VERSION, source, data.language, rows)
    notes = [DataNote(data.language, source, data.place, note) for note in data.notes]
    ws.tables.write(notes_table(source, data.language), DataNote, notes, stamp)
    for split in SPLITS:
        table = data_table(source, data.language, split)
        if ws.tables.fingerprint(table) != stamp:
            ws.tables.write(table, TaggedSentence, by_split[split], stamp)
    return DataDone(data.place, {split: len(found) for split, found in by_split.items()}, data.notes, stamp)
