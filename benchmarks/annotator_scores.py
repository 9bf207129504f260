"""The offline annotator against the project benchmark's human marks, through the review: tasks out, an export of the marks in, scores.

    python benchmarks/annotator_scores.py

192 sentences in 12 languages, marked by the project's authors. The offline annotator labels them, they become review tasks, one reviewer
"submits" the authors' marks in place of the pre-annotations, and the export is read back. Prints precision, recall, F1 and kappa by
language, the best and the worst types, and F1 by how uncertain the queue found the sentences."""

import json
import re
from importlib import resources

from asknews_ner.annotate.offline.rules import entities
from asknews_ner.dataset.machine import machine_labels
from asknews_ner.dataset.review.compare import Reviewed, annotator_scores, review_agreement
from asknews_ner.dataset.review.files import ReviewFile
from asknews_ner.dataset.review.gold import settle
from asknews_ner.dataset.review.label_studio import tasks
from asknews_ner.dataset.review.queue import Candidate, queue
from asknews_ner.dataset.review.verdicts import read_verdicts
from asknews_ner.dataset.types.ontology import load_ontology
from asknews_ner.recipe import load_recipe
from asknews_ner.records import AnnotatorScore, EntityLabels, ReviewTask, Summary

RECIPE = load_recipe("laptop")
ONTOLOGY = load_ontology(RECIPE.dataset.ontology)
_MARK = re.compile(r"\[\[(.+?)\|(.+?)\]\]")


def marked(text: str) -> tuple[str, list[tuple[int, int, str]]]:
    """The plain text and its marks."""
    plain, marks, position = "", [], 0
    for mark in _MARK.finditer(text):
        plain += text[position : mark.start()]
        marks.append((len(plain), len(plain) + len(mark.group(1)), mark.group(2)))
        plain, position = plain + mark.group(1), mark.end()
    return plain + text[position:], marks


def line(what: str, row: AnnotatorScore, kappa: float | None) -> str:
    numbers = [f"{value:.3f}" if value is not None else "–" for value in (row.precision, row.recall, row.f1, kappa)]
    return f"| {what} | {row.texts} | {row.human} | {row.marked} | {row.correct} | " + " | ".join(numbers) + " |"


def main() -> None:
    lines = resources.files("asknews_ner.evaluate").joinpath("project_benchmark.jsonl").read_text(encoding="utf-8").splitlines()
    summaries, texts, human = {}, {}, {}
    for number, row in enumerate(map(json.loads, lines)):
        key, language = f"https://benchmark.example/{number}", row["language"]
        text, human[key] = marked(row["marked"])
        labels = EntityLabels(key, "h", "offline", "f", text, language, tuple(entities(text, language)), "ZZ", language)
        texts[key] = machine_labels(labels, (), ONTOLOGY, RECIPE.dataset, RECIPE.annotate.consensus_share)
        summaries[key] = Summary(key, "h", "benchmark", "f", "", text, language, False, 0, "ZZ", language, None)
    params = RECIPE.review.model_copy(update={"stratified": len(texts), "uncertain": 0})
    rows = queue([Candidate(text, (), None) for text in texts.values()], {}, params, RECIPE.seed)
    exported = []
    for task in tasks(rows, texts, summaries):
        data = task["data"]
        result = [
            {"from_name": "label", "to_name": "text", "type": "labels",
             "value": {"start": start, "end": end, "text": data["text"][start:end], "labels": [label]}}
            for start, end, label in human[data["article_id"]]
        ]  # fmt: skip
        exported.append({**task, "annotations": [{"id": 1, "completed_by": 1, "was_cancelled": False, "result": result}]})
    read = read_verdicts([ReviewFile("export.json", json.loads(json.dumps(exported)))], summaries, ONTOLOGY, RECIPE.dataset, RECIPE.review)
    marks = sum(len(own) for own in human.values())
    kept = sum(len(row.spans) for row in read.outcome.kept)
    print(f"{len(read.outcome.kept)} verdicts, {kept} of {marks} marks kept, {len(read.lost)} lost, {len(read.flags)} notes\n")
    reviewed = []
    for verdict in read.outcome.kept:
        gold = settle([verdict], texts[verdict.article_id].words, texts[verdict.article_id].spans, RECIPE.review.ties)
        assert gold is not None
        reviewed.append(Reviewed(texts[verdict.article_id], [verdict], gold))
    scores = annotator_scores(reviewed)
    kappas = {(row.language, row.type): row.kappa for row in review_agreement(reviewed)}
    print("| | sentences | human | offline | both | precision | recall | F1 | kappa |\n| --- |" + " ---: |" * 8)
    for row in [row for row in scores if row.type == "all"]:
        print(line(row.language, row, kappas[row.language, row.type]))
    by_type = sorted(
        (row for row in scores if row.language == "all" and row.type != "all" and row.human >= 20), key=lambda row: -(row.f1 or 0)
    )
    for row in [*by_type[:3], *by_type[-3:]]:
        print(line(row.type, row, kappas[row.language, row.type]))
    _by_uncertainty(rows, reviewed)


def _by_uncertainty(rows: list[ReviewTask], reviewed: list[Reviewed]) -> None:
    by_key = {one.text.row.article_id: one for one in reviewed}
    print("\n| uncertainty | sentences | F1 of offline |\n| --- | ---: | ---: |")
    for name, part in (("0", [row for row in rows if not row.score]), ("above 0", [row for row in rows if row.score])):
        found = annotator_scores([by_key[row.article_id] for row in part])
        print(f"| {name} | {len(part)} | {found[0].f1:.3f} |")


if __name__ == "__main__":
    main()
