"""The study's grid of a language: its job, whether it is done, and its scores as a table."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from asknews_ner.factory.generated_models import remembered
from asknews_ner.factory.low_resource_stage import table_of
from asknews_ner.factory.study_data import data_table, language_in, languages_of, notes_table, read_split, refresh_human
from asknews_ner.factory.workspace import Workspace
from asknews_ner.fingerprints import fingerprint
from asknews_ner.low_resource.errors import HumanDataError
from asknews_ner.low_resource.language_data import restricted
from asknews_ner.low_resource.languages import TargetLanguage
from asknews_ner.low_resource.records import GeneratedSentence, TaggedSentence
from asknews_ner.low_resource.study.cell_files import CellResult, cell_file, read_cell
from asknews_ner.low_resource.study.job import StudyJob
from asknews_ner.low_resource.study.records import HUMAN, WIKIANN, DataNote, MissingCell, StudyScore
from asknews_ner.low_resource.study.run import StudyRun
from asknews_ner.low_resource.study.transfer import similarities

_RELATED = "related"


@dataclass(frozen=True, slots=True)
class Related:
    """The language whose human data trains the model first; an empty code where there is none, then `why` says so."""

    code: str
    why: str


def study_folder(ws: Workspace) -> Path:
    """Where the cells of all languages lie."""
    return ws.root / "low_resource"


def job_file(ws: Workspace, language: str) -> Path:
    """Where the job of a language is put."""
    return ws.provenance / "jobs" / f"low_resource-{language}.json"


def scores_table(language: str) -> str:
    """The table of a language's scores."""
    return f"study_scores/{language}"


def missing_table(language: str) -> str:
    """The table of what could not be made of a language's grid."""
    return f"study_missing/{language}"


def study_job(ws: Workspace, folder: Path, code: str, threads: int = 0) -> StudyJob:
    """The job of a language, its rows as tables that the program reads. `folder`: of all human data.

    Raises HumanDataError where the language has no human training or test rows in its tables."""
    language = language_in(ws, code)
    for split in ("train", "test"):
        if not read_split(ws, HUMAN, code, split):
            raise HumanDataError(
                f"{language.name}: the table {data_table(HUMAN, code, split)} holds no sentences; materialise human_sentences of {code} "
                "first, with data that has training and test sentences"
            )
    related = find_related(ws, folder, language)
    rows = {HUMAN: data_table(HUMAN, code, "train"), **_generated(ws, code)}
    if ws.tables.row_count(data_table(WIKIANN, code, "train")):
        rows[WIKIANN] = data_table(WIKIANN, code, "train")
    return StudyJob(
        language=code,
        types=language.types,
        folder=str(study_folder(ws) / code),
        sources={source: _place(ws, table) for source, table in rows.items()},
        validation=_place(ws, data_table(HUMAN, code, "validation")) if read_split(ws, HUMAN, code, "validation") else "",
        test=_place(ws, data_table(HUMAN, code, "test")),
        related_language=related.code,
        related=_related_rows(ws, language, related) if related.code else "",
        no_related=related.why,
        params=ws.recipe.low_resource.study.train,
        tune=ws.recipe.tune,
        threads=threads,
    )


def find_related(ws: Workspace, folder: Path, language: TargetLanguage) -> Related:
    """The related language by the recipe's rule, its human data in the tables. None, and why, where it is not named or has no data."""
    if "related" not in ws.recipe.low_resource.study.train.regimes:
        return Related("", "the recipe does not train on related languages (low_resource.study.train.regimes)")
    if ws.recipe.low_resource.study.transfer.choose == "measured":
        return _most_similar(ws, folder, language)
    if not language.related:
        return Related("", f"{language.name} names no related language (low_resource.study.languages.{language.code}.related)")
    try:
        refresh_human(ws, folder, language.related)
    except HumanDataError as error:
        return Related("", f"{language.name} is to start from {language.related}, and its data is missing: {error}")
    return Related(language.related, "named by the recipe")


def finish_study(ws: Workspace, job: StudyJob) -> list[CellResult]:
    """Finished cells into the table of scores, missing parts into theirs; returns the cells with their counts."""
    results, missing = results_of(job)
    stamp = fingerprint("study scores", [result.stamp for result in results], [str(one) for one in missing])
    ws.tables.write(missing_table(job.language), MissingCell, missing, stamp)
    ws.tables.write(scores_table(job.language), StudyScore, [result.score for result in results], stamp)
    return results


def results_of(job: StudyJob) -> tuple[list[CellResult], list[MissingCell]]:
    """(cells that are finished and made of the job's rows, what is missing; unfinished cells among it)."""
    run = StudyRun(job)
    planned, missing = run.plan()
    found = {cell: read_cell(cell_file(run.folder, cell.name)) for cell in planned}
    results = [result for cell, result in found.items() if result is not None and result.stamp == run.stamp(cell)]
    if len(results) < len(planned):
        reason = f"{len(planned) - len(results)} of {len(planned)} trainings are not done; materialise study_scores again"
        missing = [*missing, MissingCell(job.language, "all", "all", reason)]
    return results, missing


def _generated(ws: Workspace, code: str) -> Mapping[str, str]:
    """Table of rows by LLM: the generated sentences, a source for each model that wrote some."""
    by_model: dict[str, list[TaggedSentence]] = {}
    asked_last = ws.tables.read(table_of(code), GeneratedSentence)
    models = {row.annotator for row in asked_last}
    earlier = [row for model, rows in remembered(ws, code).items() if model not in models for row in rows]
    for row in (*asked_last, *earlier):
        by_model.setdefault(row.annotator.replace("/", "--"), []).append(TaggedSentence(row.tokens, row.tags))
    for model, rows in by_model.items():
        stamp = fingerprint("rows of a model", [[row.tokens, row.tags] for row in rows])
        ws.tables.write(_rows_table(code, model), TaggedSentence, rows, stamp)
    return {model: _rows_table(code, model) for model in by_model}


def _related_rows(ws: Workspace, language: TargetLanguage, related: Related) -> str:
    """The related language's training rows with the target's types alone."""
    code = related.code
    rows, left_out = restricted(read_split(ws, HUMAN, code, "train"), language.types)
    stamp = fingerprint("related rows", code, related.why, ws.tables.digest(data_table(HUMAN, code, "train")), language.types)
    ws.tables.write(_rows_table(language.code, _RELATED), TaggedSentence, rows, stamp)
    words = ", ".join(f"{count} {name}" for name, count in left_out.most_common()) or "none"
    own = f"{len(rows)} training sentences of {code}, {related.why}; entities left out of other types than the target's: {words}"
    theirs = [row.note for row in ws.tables.read(notes_table(HUMAN, code), DataNote)]
    ws.tables.write(
        notes_table(_RELATED, language.code), DataNote, [DataNote(language.code, _RELATED, code, note) for note in (own, *theirs)], stamp
    )
    return _place(ws, _rows_table(language.code, _RELATED))


def _most_similar(ws: Workspace, folder: Path, language: TargetLanguage) -> Related:
    candidates, without = {}, []
    for code in sorted(set(languages_of(ws)) - {language.code}):
        try:
            refresh_human(ws, folder, code)
        except HumanDataError:  # no data, or none that can be read: its own asset says which
            without.append(code)
        else:
            candidates[code] = read_split(ws, HUMAN, code, "train")
    found = similarities(read_split(ws, HUMAN, language.code, "train"), candidates, ws.recipe.low_resource.study.transfer)
    unheard = f"; without data: {', '.join(without)}" if without else ""
    if not found:
        return Related("", f"no other language has human data in {folder}, so that none can be the related one{unheard}")
    shown = ", ".join(f"{one.language} {one.score:.3f}" for one in found[:5])
    return Related(found[0].language, f"the most similar of {len(found)} ({shown}{unheard})")


def _rows_table(code: str, source: str) -> str:
    return f"study_rows/{code}/{source}"


def _place(ws: Workspace, table: str) -> str:
    """The table's file on this disk."""
    file = ws.tables.file(table)
    if file is None:
        raise HumanDataError(f"the table {table} is not there; materialise the asset that makes it again")
    return str(file)
