"""Scores of each size of model: whether they are current, what they say, the tables made of them, and the forgetting gate."""

from pathlib import Path

from asknews_ner.evaluate.tables.comma_separated import comma_separated
from asknews_ner.evaluate.tables.gate import GateResult, forgetting
from asknews_ner.evaluate.tables.lay_out import ScoreTable, lay_out
from asknews_ner.evaluate.tables.markdown import markdown
from asknews_ner.evaluate.tables.size_scores import SizeScores
from asknews_ner.evaluate.tables_of_job import read_tables
from asknews_ner.factory import published
from asknews_ner.factory.models import score_stamp
from asknews_ner.factory.stamps import stamped
from asknews_ner.factory.workspace import Workspace
from asknews_ner.recipe import SIZES, Size
from asknews_ner.report.score_plot import score_png
from asknews_ner.storage.atomic import write_bytes, write_text

_STAMP = "FINGERPRINT"
_PART = "scores"


def scores_are_current(ws: Workspace, size: Size) -> bool:
    """Whether the scores were computed for the present models and test split; they are brought here, where the object store has them."""
    return published.is_current(ws, ws.scores / size, _PART, score_stamp(ws, size), lambda: scores_are_here(ws, size))


def scores_are_here(ws: Workspace, size: Size) -> bool:
    """Whether the folder on this disk holds them, published or not."""
    return stamped(ws.scores / size / _STAMP, score_stamp(ws, size))


def finish_scores(ws: Workspace, size: Size) -> None:
    """Write the tables beside the scores, mark these as those of the present models and test split, and publish them where there is an
    object store."""
    write_tables(ws, size)
    write_text(ws.scores / size / _STAMP, score_stamp(ws, size) + "\n")
    published.publish(ws, ws.scores / size, {_PART: score_stamp(ws, size)})


def read_scores(ws: Workspace, size: Size) -> SizeScores:
    """Scores and comparisons of a size; none if there are none yet."""
    tables = read_tables(ws.scores / size)
    return SizeScores(size, tables.scores, tables.comparisons)


def score_stamps(ws: Workspace) -> list[tuple[str, str]]:
    """(size, what its scores are made of) of every size that was scored; from the object store, where there is one."""
    if ws.published is not None:
        found = [(size, ws.published.manifest(f"{ws.scores.name}/{size}")) for size in SIZES]
        return [(size, manifest.stamps[_PART]) for size, manifest in found if manifest is not None]
    return [(file.parent.name, file.read_text(encoding="utf-8").strip()) for file in sorted(ws.scores.glob(f"*/{_STAMP}"))]


def all_scores(ws: Workspace) -> list[SizeScores]:
    """The scores of every size that was ever scored in this workspace, the smallest first."""
    for size in ws.recipe.sizes:
        scores_are_current(ws, size)  # brings here what another machine has scored
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
