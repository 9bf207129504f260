"""Scores of each size of model: whether they are current, what they say, the tables made of them, and the forgetting gate."""

from pathlib import Path

from asknews_ner.evaluate.tables.comma_separated import comma_separated
from asknews_ner.evaluate.tables.gate import GateResult, forgetting
from asknews_ner.evaluate.tables.lay_out import ScoreTable, lay_out
from asknews_ner.evaluate.tables.markdown import markdown
from asknews_ner.evaluate.tables.size_scores import SizeScores
from asknews_ner.evaluate.tables_of_job import read_tables
from asknews_ner.factory.models import score_stamp
from asknews_ner.factory.stamps import stamped
from asknews_ner.factory.workspace import Workspace
from asknews_ner.recipe import SIZES, Size
from asknews_ner.report.score_plot import score_png
from asknews_ner.storage.atomic import write_bytes, write_text

_STAMP = "FINGERPRINT"


def scores_are_current(ws: Workspace, size: Size) -> bool:
    """Whether the scores were computed for the present models and test split."""
    return stamped(ws.scores / size / _STAMP, score_stamp(ws, size))


def finish_scores(ws: Workspace, size: Size) -> None:
    """Write the tables beside the scores, then mark these as those of the present models and test split."""
    write_tables(ws, size)
    write_text(ws.scores / size / _STAMP, score_stamp(ws, size) + "\n")


def read_scores(ws: Workspace, size: Size) -> SizeScores:
    """Scores and comparisons of a size; none if there are none yet."""
    tables = read_tables(ws.scores / size)
    return SizeScores(size, tables.scores, tables.comparisons)


def all_scores(ws: Workspace) -> list[SizeScores]:
    """The scores of every size that was ever scored in this workspace, the smallest first."""
    found = [read_scores(ws, size) for size in SIZES]
    return [one for one in found if one.scores]


def score_tables(ws: Workspace, size: Size) -> list[ScoreTable]:
    """The paper's tables and that of the other benchmarks."""
    return lay_out(read_scores(ws, size))


def write_tables(ws: Workspace, size: Size) -> Path:
    """`scores/<size>/tables.md`, `tables.csv` and `scores.png`; returns the folder."""
    folder, tables = ws.scores / size, score_tables(ws, size)
    write_text(folder / "tables.md", f"# Recipe {ws.recipe.name}, size {size}\n\n{markdown(tables, '##')}\n")
    write_text(folder / "tables.csv", comma_separated(tables))
    write_bytes(folder / "scores.png", score_png(tables, f"recipe {ws.recipe.name}, size {size}"))
    return folder


def gate(ws: Workspace, size: Size) -> GateResult:
    """What the forgetting gate says of the present scores. Raises ValueError where they are those of other models."""
    if not scores_are_current(ws, size):
        raise ValueError(f"the scores of size {size} are not those of the present models; materialise benchmark_scores again")
    return forgetting(read_scores(ws, size), ws.recipe.evaluate.gate)
