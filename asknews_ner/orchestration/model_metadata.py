"""What the web UI shows of a model and its scores: learning curve, tables, plots, figures that it draws over time."""

from collections.abc import Sequence
from pathlib import Path

import dagster as dg

from asknews_ner.evaluate.tables.gate import GateResult
from asknews_ner.evaluate.tables.markdown import table_markdown
from asknews_ner.factory.scores import read_scores, score_tables
from asknews_ner.factory.workspace import Workspace
from asknews_ner.orchestration.metadata import RawMetadata
from asknews_ner.recipe import Size
from asknews_ner.records import Score
from asknews_ner.report.curve import curve_picture, curve_table
from asknews_ner.report.plots import markdown_of_png
from asknews_ner.train.curve import read_curve
from asknews_ner.train.job import BaseJob, TuneJob


def model_metadata(job: BaseJob | TuneJob) -> RawMetadata:
    """Where the model is, its learning curve as picture and table, and the figures of the weights that were kept."""
    folder = Path(job.output)
    curve = read_curve(folder)
    best = curve.best
    known = {
        "best_epoch": best.epoch if best else None,
        "best_validation_loss": best.eval_loss if best else None,
        "best_validation_f1": best.eval_f1 if best else None,
        "final_loss": curve.last("loss"),
        "samples_per_second": curve.highest("samples_per_second"),
        "memory_mb": curve.highest("memory_mb"),
    }
    return {
        "model": dg.MetadataValue.path(job.output),
        "stamp": job.stamp,
        "learning_curve": dg.MetadataValue.md(curve_picture(curve, "learning curve")),
        "curve_table": dg.MetadataValue.md(curve_table(curve)),
        **{name: value for name, value in known.items() if value is not None},
    }


def score_metadata(ws: Workspace, size: Size) -> RawMetadata:
    """The tables, each by its title (short ones are shown in line), their picture, the files, one number for each model and benchmark."""
    folder, tables = ws.scores / size, score_tables(ws, size)
    figures = {f"f1 {score.model} {score.benchmark}".replace(" ", "_"): score.f1 for score in read_scores(ws, size).overall}
    return {
        **{table.title: dg.MetadataValue.md(table_markdown(table)) for table in tables},
        "plot": dg.MetadataValue.md(markdown_of_png((folder / "scores.png").read_bytes(), "scores")),
        "files": dg.MetadataValue.path(str(folder)),
        "missing_sets": sum(len(table.missing) for table in tables),
        **figures,
    }


def overall_table(scores: Sequence[Score]) -> str:
    """One line for each set, as Markdown."""
    lines = ["| set | sentences | gold | predicted | correct | precision | recall | F1 | 95 % |", "| --- " * 9 + "|"]
    for score in scores:
        counts = f"{score.sentences} | {score.gold} | {score.predicted} | {score.correct}"
        shares = f"{score.precision:.3f} | {score.recall:.3f} | {score.f1:.3f} | {score.f1_low:.3f} to {score.f1_high:.3f}"
        lines.append(f"| {score.benchmark} | {counts} | {shares} |")
    return "\n".join(lines)


def gate_metadata(found: GateResult) -> RawMetadata:
    """Every benchmark before the gate, those that do not count with the reason."""
    return {
        "benchmarks": dg.MetadataValue.md(found.table),
        "max_fall": found.params.max_fall,
        "judged": len(found.judged),
        "fallen": len(found.fallen),
    }
