"""Checks for failure signatures: topics that hold nothing together, types that are confused, validation that stands still."""

from collections import Counter
from pathlib import Path
from statistics import median

from asknews_ner.dataset.review.confusion import EXTRA, TypeConfusion, type_confusions
from asknews_ner.dataset.types.ambiguous import ambiguous_words
from asknews_ner.diversify.clustering.cohesion import silhouette
from asknews_ner.factory.checks.check import Cells, Check, Finding, Severity
from asknews_ner.factory.checks.watched import Watched, finding, watch
from asknews_ner.factory.review_stages import reviewed_texts
from asknews_ner.factory.workspace import Workspace
from asknews_ner.recipe import ValidationLimits
from asknews_ner.records import DatasetExample, SummaryVector, Topic, TopicMember
from asknews_ner.train.curve import Curve, read_curve


def watched_topics(ws: Workspace) -> list[Watched]:
    """Silhouette, the biggest topic, and persistence."""
    limits = ws.recipe.checks.topics
    members, topics = ws.tables.read("topic_members", TopicMember), ws.tables.read("topics", Topic)
    enough = len(members) >= ws.recipe.checks.judge_from_rows
    vectors = {row.article_id: row.vector for row in ws.tables.read_all("summary_vectors", SummaryVector)}
    mean, of = silhouette(members, vectors, limits.silhouette_articles, ws.recipe.seed)
    biggest = max((row.size for row in topics), default=0) / len(members) if members else None
    known = [row.persistence for row in topics if row.persistence is not None]
    return [
        watch("silhouette", mean, "at least", ("checks.topics.min_silhouette", limits.min_silhouette), f"{of} articles in topics", enough),
        watch(
            "share of the biggest topic", biggest, "at most", ("checks.topics.max_topic_share", limits.max_topic_share),
            f"{len(members)} articles", enough,
        ),
        watch(
            "median persistence", median(known) if known else None, "at least", ("checks.topics.min_persistence", limits.min_persistence),
            f"{len(known)} topics", enough,
        ),
    ]  # fmt: skip


def _topics_hold(ws: Workspace, _: Cells) -> Finding:
    return finding(watched_topics(ws), "look at the topic map; take longer windows, more articles or another encoder")


TOPICS_HOLD_TOGETHER = Check(
    "topics",
    "topics_hold_together",
    "Articles are nearer to their own topic than to the next, no topic swallows the rest, and topics outlive their splitting. ERROR: such "
    "topics are none, and a sample that is even over them is even over nothing.",
    Severity.ERROR,
    False,
    "checks.topics",
    _topics_hold,
)


def watched_words(ws: Workspace) -> list[Watched]:
    """Words that bear several types in the dataset."""
    limits, found = ws.recipe.checks.labels, ambiguous_words(ws.tables.read("dataset_examples", DatasetExample))
    enough = found.repeated >= ws.recipe.checks.judge_from_rows
    first = f"{found.rows[0].words}: {', '.join(found.rows[0].by_type)}" if found.rows else "all words have one type"
    widest = max(found.rows, key=lambda row: row.types, default=None)
    return [
        watch(
            "share of spans with another type than most of their words", found.share if found.repeated else None, "at most",
            ("checks.labels.max_ambiguous_share", limits.max_ambiguous_share), f"{found.others} of {found.repeated} spans, {first}", enough,
        ),
        watch(
            "most types of the same words", float(found.most_types) if found.repeated else None, "at most",
            ("checks.labels.max_types_of_words", limits.max_types_of_words),
            f"{widest.words}: {', '.join(widest.by_type)}" if widest else "", enough,
        ),
    ]  # fmt: skip


def _words_have_one_type(ws: Workspace, _: Cells) -> Finding:
    return finding(watched_words(ws), "see ambiguous_words in the report `checks`: define these types against each other in the ontology")


WORDS_HAVE_ONE_TYPE = Check(
    "dataset_examples",
    "words_have_one_type",
    "The same words mostly bear the same type. ERROR: an annotator that takes one type for another teaches the model to do so. Names may "
    "have two meanings, which the thresholds allow.",
    Severity.ERROR,
    False,
    "checks.labels.max_ambiguous_share, max_types_of_words",
    _words_have_one_type,
)


def watched_people(ws: Workspace) -> list[Watched]:
    """The pair of types that each annotator confuses most, by the people's verdicts."""
    return confused(type_confusions(reviewed_texts(ws)), ws.recipe.checks.labels.max_type_confusion, ws.recipe.checks.judge_from_rows)


def confused(rows: list[TypeConfusion], most: float, judge_from: int) -> list[Watched]:
    """Of each annotator the type of the people's that it gives one other type most often: by share, of types with `judge_from` spans."""
    limit, figure = ("checks.labels.max_type_confusion", most), "largest confusion of two types"
    found = []
    for name in sorted({row.annotator for row in rows}):
        human: Counter[str] = Counter()
        taken: Counter[tuple[str, str]] = Counter()
        for row in rows:
            if row.annotator == name and row.kind != EXTRA:
                human[row.human] += row.spans
                if row.marked and row.marked != row.human:
                    taken[row.human, row.marked] += row.spans
        shares = {pair: count / human[pair[0]] for pair, count in taken.items() if human[pair[0]] >= judge_from}
        enough = any(count >= judge_from for count in human.values())
        worst = min(shares, key=lambda pair: (-shares[pair], pair), default=None)
        if worst:
            note = f"{name} takes {worst[0]} for {worst[1]}: {taken[worst]} of {human[worst[0]]} spans"
        else:
            note = f"{name}: none" if enough else f"{name}: no type has {judge_from} spans of people yet"
        found.append(watch(figure, shares[worst] if worst else 0.0, "at most", limit, note, enough))
    return found or [watch(figure, None, "at most", limit, "no verdicts yet")]


def _types_agree(ws: Workspace, _: Cells) -> Finding:
    return finding(watched_people(ws), "see type_confusions in the report `checks`, and say the difference in the prompt or the ontology")


TYPES_AGREE_WITH_PEOPLE = Check(
    "annotator_scores",
    "types_agree_with_people",
    "No annotator gives a type of the people's one other type too often. ERROR: the labels of that type are wrong in all texts that nobody "
    "reviewed. Passes where nobody reviewed yet.",
    Severity.ERROR,
    False,
    "checks.labels.max_type_confusion",
    _types_agree,
)

_VALIDATION = "checks.validation"


def watched_validation(curve: Curve, limits: ValidationLimits) -> list[Watched]:
    """Of a learning curve: the place of its best evaluation, the evaluations after it, and the fall since."""
    evaluated, best = curve.evaluated, curve.best
    place = evaluated.index(best) + 1 if best is not None else None
    enough = len(evaluated) >= limits.judge_from
    note = f"{len(evaluated)} evaluations" + ("" if enough else f", judged from {limits.judge_from} on")
    note += ", the last is the best: more epochs may help" if place == len(evaluated) and place else ""
    scores = [point.eval_f1 for point in evaluated if point.eval_f1 is not None]
    fall = max(scores) - scores[-1] if scores else None
    after = None if place is None else float(len(evaluated) - place)
    return [
        watch("place of the best evaluation", None if place is None else float(place), "at least", (_VALIDATION, 2), note, enough),
        watch("evaluations after the best", after, "at most", (f"{_VALIDATION}.patience", limits.patience), note, enough),
        watch("fall of the validation F1 since", fall, "at most", (f"{_VALIDATION}.max_fall", limits.max_fall), note, enough),
    ]


def validation_finding(folder: Path, limits: ValidationLimits) -> Finding:
    """What the curve of the model in this folder shows."""
    return finding(watched_validation(read_curve(folder), limits), "look at the learning curve: other rates, fewer epochs or more examples")
