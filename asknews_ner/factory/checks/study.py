"""Checks of the low-resource study: its scores are scores, and its grid is whole."""

from asknews_ner.factory.checks.check import Cells, Check, Figure, Finding, Severity, faults
from asknews_ner.factory.study_data import languages_of
from asknews_ner.factory.study_scores import missing_table, scores_table
from asknews_ner.factory.workspace import Workspace
from asknews_ner.low_resource.study.records import MissingCell, StudyScore


def _scored(ws: Workspace) -> list[str]:
    """Languages that have scores. All are looked at: what one run made may not contradict what another did."""
    return [code for code in languages_of(ws) if ws.tables.exists(scores_table(code))]


def _scores_are_shares(ws: Workspace, _: Cells) -> Finding:
    found, rows = [], 0
    for code in _scored(ws):
        scores = ws.tables.read(scores_table(code), StudyScore)
        rows += len(scores)
        names = [f"{code} {one.regime} {one.source} {one.size} seed {one.seed}" for one in scores]
        found += [f"{name} is there twice" for name in sorted({name for name in names if names.count(name) > 1})]
        for name, one in zip(names, scores, strict=True):
            if not all(0 <= value <= 1 for value in (one.precision, one.recall, one.f1)):
                found.append(f"{name}: precision {one.precision}, recall {one.recall}, F1 {one.f1}, which are shares from 0 to 1")
        if len({one.gold for one in scores}) > 1:
            found.append(f"{code}: trainings were scored on test splits with different numbers of entities")
    advice = "materialise study_scores of the language again"
    return faults(found, ws.recipe.checks.examples, f"{rows} scores of {len(_scored(ws))} languages", advice, [Figure("scores", rows)])


SCORES_ARE_SHARES = Check(
    "study_scores",
    "scores_are_shares",
    "Precision, recall and F1 are from 0 to 1, no training is there twice, and all of a language were scored on the same entities. ERROR: "
    "such scores were not measured.",
    Severity.ERROR,
    False,
    "",
    _scores_are_shares,
)


def _grid_is_whole(ws: Workspace, _: Cells) -> Finding:
    found, seeds = [], ws.recipe.low_resource.study.train.seeds
    for code in _scored(ws):
        missing = ws.tables.read(missing_table(code), MissingCell)
        found += [f"{code}, regime {one.regime}, source {one.source}: {one.reason}" for one in missing]
        cells: dict[tuple[str, str, int], set[int]] = {}
        for score in ws.tables.read(scores_table(code), StudyScore):
            cells.setdefault((score.regime, score.source, score.size), set()).add(score.seed)
        for (regime, source, size), of_cell in sorted(cells.items()):
            if lacking := sorted(set(seeds) - of_cell):
                found.append(f"{code} {regime} {source} {size}: no training with seed {', '.join(map(str, lacking))}")
    return faults(found, ws.recipe.checks.examples, f"nothing is missing of {len(_scored(ws))} languages", "see each reason")


GRID_IS_WHOLE = Check(
    "study_scores",
    "grid_is_whole",
    "Every source is scored in every regime, at every size that it has rows for, with every seed. WARN: a language may lack WikiANN or a "
    "related language with data; its other curves stand.",
    Severity.WARN,
    False,
    "low_resource.study.train.seeds",
    _grid_is_whole,
)
