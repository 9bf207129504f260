"""The study's curves by language, and its page over all languages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from asknews_ner.factory.generated_models import yields_table
from asknews_ner.factory.study_data import languages_of, notes_table
from asknews_ner.factory.study_scores import missing_table, scores_table
from asknews_ner.factory.workspace import Workspace
from asknews_ner.low_resource.study.answer import Answer, answers, sentence
from asknews_ner.low_resource.study.cell_files import CellResult
from asknews_ner.low_resource.study.curves import points
from asknews_ner.low_resource.study.records import CurvePoint, DataNote, MissingCell, Yield
from asknews_ner.low_resource.study.released import released_points, released_wikiann
from asknews_ner.report.low_resource_page import StudyPage, study_page
from asknews_ner.storage.atomic import write_text

PAGE = "low_resource.html"


@dataclass(frozen=True, slots=True)
class Curves:
    """What a language's scores show."""

    points: Sequence[CurvePoint]
    answers: Sequence[Answer]
    sentence: str


def curves_table(language: str) -> str:
    """The table of a language's points."""
    return f"study_curves/{language}"


def answers_table(language: str) -> str:
    """The table of a language's answers, one a source."""
    return f"study_answers/{language}"


def refresh_curves(ws: Workspace, code: str, results: Sequence[CellResult]) -> Curves:
    """Points, answers and the sentence of a language, from its finished cells."""
    params, seed = ws.recipe.low_resource.study.report, ws.recipe.seed
    found, judged = points(results, params, seed), answers(results, params, seed)
    stamp = ws.tables.fingerprint(scores_table(code)) or ""
    ws.tables.write(answers_table(code), Answer, judged, stamp)
    ws.tables.write(curves_table(code), CurvePoint, found, stamp)
    return Curves(found, judged, words_of(names_of(ws)[code], judged))


def words_of(name: str, judged: Sequence[Answer]) -> str:
    """The sentence, or that there is nothing to judge yet."""
    return sentence(name, judged) if judged else f"{name}: no source of synthetic rows has been scored yet."


def names_of(ws: Workspace) -> Mapping[str, str]:
    """Names of the target languages, by code."""
    return {code: language.name for code, language in languages_of(ws).items() if language.is_target}


def reference_points(results: str) -> list[CurvePoint]:
    """The study's released scores. `results`: the folder of its CSV files; empty: none are drawn. Raises ReleasedScoresError."""
    return released_points(Path(results)) if results else []


def yields_of(ws: Workspace, code: str) -> list[Yield]:
    """What generation gave for a language, model by model; nothing where nobody was asked."""
    return ws.tables.read(yields_table(code), Yield)


def refresh_study_report(ws: Workspace, results: str) -> Path:
    """Write the page of all languages that have curves; returns its path."""
    names = names_of(ws)
    scored = [code for code in names if ws.tables.exists(curves_table(code))]
    reference = reference_points(results)
    page = StudyPage(
        names={code: names[code] for code in scored},
        points=[row for code in scored for row in ws.tables.read(curves_table(code), CurvePoint)],
        reference=[point for point in reference if point.language in scored],
        reference_table=[point for point in (released_wikiann(Path(results)) if results else []) if point.language in scored],
        answers=[row for code in scored for row in ws.tables.read(answers_table(code), Answer)],
        yields=[row for code in scored for row in yields_of(ws, code)],
        missing=[row for code in scored for row in ws.tables.read(missing_table(code), MissingCell)],
        notes=[_words(row, names) for code in scored for data in ("human", "wikiann", "related") for row in _notes(ws, code, data)],
        params=ws.recipe.low_resource.study,
    )
    path = ws.report / PAGE
    write_text(path, study_page(page))
    return path


def _notes(ws: Workspace, code: str, data: str) -> list[DataNote]:
    return ws.tables.read(notes_table(data, code), DataNote)


def _words(row: DataNote, names: Mapping[str, str]) -> str:
    place = f" ({row.place})" if row.place else ""
    return f"{names.get(row.language, row.language)}, {row.data} data{place}: {row.note}"
