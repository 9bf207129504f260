"""What a dataset of the pipeline does to a model, on real gold: base, tuned and a control, on ten benchmarks that none of them saw.

    ASKNEWS_NER_SHARED=<folder> python benchmarks/real_learning.py --work <folder> [--size full]

Base: GLiNER on the packaged MiniLM, trained on the training files of three corpora and on the project's template sentences.
Tuning data: the passages of two other gold-labelled corpora as articles, through the whole pipeline (only the language model is played:
it gives the passage back as its summary, and the gold as its labels). Tuned: the base trained on the pipeline's training split, the
best epoch by its validation split. Control: the base given as many further steps, at the same rates, on texts of the same length from
its own corpora. Test: ten other corpora; no family of texts serves two purposes, and a sentence of which training holds more than half
is removed. Thresholds are chosen for each model on dev files of the base's corpora and the pipeline's validation split.

Everything is seeded, and kept in --work by what it was made of: a killed run goes on where it was. No model made here is published."""

import argparse
import sys
from collections import Counter
from pathlib import Path

from real_learning_parts import tables, training
from real_learning_parts.articles import GoldTexts, gold_texts
from real_learning_parts.corpora import CORPORA, long_mixture, mixture, of_role, read
from real_learning_parts.factory_run import label_fidelity, ledger_lines, make_dataset
from real_learning_parts.overlap import runs_of
from real_learning_parts.settings import SEED, SIZES, Settings
from real_learning_parts.testing import TestSet, dev_scores, dev_sets, predictions, test_sets

from asknews_ner.dataset.types.ontology import load_ontology
from asknews_ner.factory.workspace import Workspace
from asknews_ner.records import DatasetExample
from asknews_ner.storage.atomic import write_text
from asknews_ner.train.rows import GlinerRow, rows_of, types_of


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, required=True, help="folder for models, dataset and predictions")
    parser.add_argument("--size", choices=sorted(SIZES), default="full", help="`quick` only shows that it runs")
    given = parser.parse_args()
    lines = run(given.work, SIZES[given.size])
    write_text(given.work / f"report_{given.size}.md", "\n".join(lines) + "\n")
    sys.stdout.write("\n".join(lines) + "\n")


def run(work: Path, settings: Settings) -> list[str]:
    """All of it; the lines of the report."""
    gold = gold_texts(load_ontology("ontology_v2.yaml"), settings.tuning_texts, SEED)
    ws = make_dataset(gold.texts, work / f"dataset_{settings.tuning_texts or 'all'}", SEED)
    examples = ws.tables.read("dataset_examples", DatasetExample)
    splits = {name: rows_of([row for row in examples if row.split == name]) for name in ("train", "validation", "test")}
    base_rows = mixture(settings.template_rows, settings.base_most_words, SEED)
    control_rows = long_mixture("train", settings.template_rows, len(splits["train"]), SEED)
    control_validation = long_mixture("dev", 0, len(splits["validation"]), SEED)

    base = training.base_model(work, base_rows, settings)
    folders = {
        tables.BASE: base,
        tables.CONTROL: training.further(work, tables.CONTROL, base, control_rows, control_validation, settings),
        tables.TUNED: training.further(work, tables.TUNED, base, splits["train"], splits["validation"], settings),
    }
    seen = [*base_rows, *control_rows, *(row for corpus in of_role("base") for file in corpus.files for row in read(corpus.name, file))]
    seen += [{"tokenized_text": text.text.split(), "ner": []} for text in gold.texts]
    tests = test_sets(runs_of(seen, settings.run_words), settings)
    own = TestSet(
        "pipeline test split", splits["test"], types_of([row for rows in splits.values() for row in rows]), 0, len(splits["test"])
    )
    dev = dev_sets(splits["validation"], settings)
    predicted = {name: predictions(work, folder, [*dev, *tests, own], settings) for name, folder in folders.items()}
    curves = {name: dev_scores(dev, found, settings.thresholds) for name, found in predicted.items()}
    models = tables.Models(predicted, {name: max(curve, key=curve.__getitem__) for name, curve in curves.items()})

    trained = [
        tables.Trained("base", tables.mentions_of_rows(base_rows)),
        tables.Trained("tuning", tables.mentions_of_rows(splits["train"])),
    ]
    return [
        *_data_lines(gold, ws, splits),
        *_training_lines(folders),
        "\n### Thresholds: mean micro-F1 over the dev sets\n",
        "| model | " + " | ".join(map(str, settings.thresholds)) + " | chosen |",
        "| --- |" + " ---: |" * (len(settings.thresholds) + 1),
        *(
            f"| {name} | " + " | ".join(f"{value:.3f}" for value in curve.values()) + f" | {models.thresholds[name]} |"
            for name, curve in curves.items()
        ),
        "\n### Label overlap: types of each set by name in the base's training and in the tuning data, and familiarity\n",
        *tables.overlap_lines([*tests, own], trained, ws.encoder, ws.recipe.leakage.familiarity_mentions, settings.max_words),
        "\n### Micro-F1 [95 %], full label lists, each model at its own threshold\n",
        *tables.score_lines(tests, models, settings),
        tables.mean_line(tests, models, settings),
        *tables.score_lines([own], models, settings)[2:],
        f"\n### The same at {settings.paper_threshold}\n",
        *tables.score_lines(tests, models, settings, settings.paper_threshold),
        tables.mean_line(tests, models, settings, settings.paper_threshold),
        "\n### By whether the tuning data names the type, all test sets\n",
        *tables.seen_lines(tests, models, trained[1], settings),
        "\n### Dev sets: what is kept and what is forgotten\n",
        *tables.score_lines(dev, models, settings),
        "\n### Reading, by the paired intervals\n",
        *tables.reading(tests, models, settings),
    ]


def _data_lines(gold: GoldTexts, ws: Workspace, splits: dict[str, list[GlinerRow]]) -> list[str]:
    of, made, both = label_fidelity(ws, gold.texts)
    sources = ", ".join(f"{corpus} {count}" for corpus, count in sorted(Counter(text.corpus for text in gold.texts).items()))
    return [
        "### Corpora\n\n| corpus | for | files | licence | texts |\n| --- | --- | --- | --- | --- |",
        *(f"| {one.name} | {one.role} | {', '.join(one.files)} | {one.licence} | {one.what} |" for one in CORPORA),
        f"\n### The pipeline's dataset\n\n{len(gold.texts)} articles from gold passages: {sources}.",
        *(f"Left out of {corpus}: {count} {what}." for (corpus, what), count in sorted(gold.left_out.items())),
        "\n| stage | in | kept | reasons |\n| --- | ---: | ---: | --- |",
        *ledger_lines(ws),
        f"\nLabels of the examples against gold: {both} of {of} gold spans kept ({both / of:.2%}); {made - both} further spans, where a "
        "listed entity occurs again without gold.",
        *(f"{name}: {len(rows)} texts, {dict(sorted(tables.mentions_of_rows(rows).items()))}." for name, rows in splits.items()),
    ]


def _training_lines(folders: dict[str, Path]) -> list[str]:
    lines = ["\n### Training\n\n| model | rows | steps | CPU seconds | validation loss by epoch |\n| --- | ---: | ---: | ---: | --- |"]
    for name, folder in folders.items():
        facts = training.facts_of(folder)
        losses = [f"{entry['eval_loss']:.1f}" for entry in facts["history"] if "eval_loss" in entry]
        lines.append(f"| {name} | {facts['rows']} | {facts['steps']} | {facts['cpu_seconds']:.0f} | {', '.join(losses) or '–'} |")
    return lines


if __name__ == "__main__":
    main()
