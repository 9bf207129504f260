"""Texts, labels and Label Studio exports for the tests of the review."""

import copy

from asknews_ner.dataset.machine import machine_labels
from asknews_ner.dataset.review.files import ReviewFile
from asknews_ner.dataset.review.label_studio import tasks
from asknews_ner.dataset.review.queue import Candidate, queue
from asknews_ner.dataset.review.verdicts import read_verdicts
from asknews_ner.dataset.types.ontology import load_ontology
from asknews_ner.recipe import load_recipe
from asknews_ner.records import EntityLabels, EntityMention, Summary

RECIPE = load_recipe("laptop")
ONTOLOGY = load_ontology(RECIPE.dataset.ontology)
TEXTS = {
    "https://a.example/en": ("en", "GB", "Ada Kemp left Oslo for the Harbour Board of Tarnwick on Monday evening.", ["Ada Kemp:person", "Oslo:location"]),
    "https://a.example/emoji": ("en", "GB", "🚀🚀 Ada Kemp 👩‍👩‍👧 left Oslo for Tarnwick 📉 on Monday evening, they said.", ["Ada Kemp:person", "Oslo:location"]),
    "https://a.example/ar": ("ar", "EG", "قالت ليلى حداد في القاهرة إن بنك النيل 🏦 سيفتح فرعا جديدا يوم الاثنين في دمشق.", ["ليلى حداد:person", "دمشق:location"]),
    "https://a.example/sv": ("sv", "SE", "Lena Åström besökte Göteborg på måndagen\nför att träffa  styrelsen för hamnen där.", ["Lena Åström:person", "Göteborg:location"]),
}  # fmt: skip
ANA, BEN, CLEO = 11, 12, 13


def labels(key, annotator="offline", names=None):
    language, country, text, own = TEXTS[key]
    mentions = tuple(EntityMention(*name.split(":")) for name in (own if names is None else names))
    return EntityLabels(key, "h", annotator, "f", text, language, mentions, country, language)


def machine(key, *others, names=None):
    return machine_labels(labels(key, names=names), others, ONTOLOGY, RECIPE.dataset, 0.5)


def summary(key):
    language, country, text, _ = TEXTS[key]
    return Summary(key, "h", "offline", "f", "A title", text, language, False, 0, country, language, None)


SUMMARIES = {key: summary(key) for key in TEXTS}
MACHINE = {key: machine(key) for key in TEXTS}


def exported_tasks():
    """All texts as tasks, as `review export` writes them."""
    params = RECIPE.review.model_copy(update={"stratified": len(TEXTS)})
    rows = queue([Candidate(text, (), None) for text in MACHINE.values()], {}, params, RECIPE.seed)
    return tasks(rows, MACHINE, SUMMARIES)


def annotation(number, result, who=ANA, **changes):
    return {
        "id": number,
        "completed_by": who,
        "was_cancelled": False,
        "lead_time": 12.5,
        "created_at": "2026-11-02T10:00:00.000000Z",
        "updated_at": f"2026-11-02T10:{number:02}:00.000000Z",
        "result": result,
        **changes,
    }


def submitted(who=ANA):
    """The export of a project in which somebody submitted every prediction as it was."""
    found = []
    for number, task in enumerate(exported_tasks(), start=1):
        result = copy.deepcopy(task["predictions"][0]["result"])
        found.append({"id": number, **copy.deepcopy(task), "annotations": [annotation(number, result, who)], "drafts": []})
    return found


def of(tasks_, key):
    """The task of an article."""
    return next(task for task in tasks_ if task["data"]["article_id"] == key)


def region(whole, surface, label, **value):
    """A region as the editor stores it, at the first place of its text."""
    start = whole.index(surface)
    inside = {"start": start, "end": start + len(surface), "text": surface, "labels": [label], **value}
    return {"id": f"r{start}", "from_name": "label", "to_name": "text", "type": "labels", "value": inside}


def dropping():
    value = {"choices": ["drop this text"]}
    return {"id": "c", "from_name": "verdict", "to_name": "text", "type": "choices", "value": value}


def read(*files, **changes):
    review = RECIPE.review.model_copy(update=changes)
    given = [ReviewFile(f"{number}.json", tasks_) for number, tasks_ in enumerate(files)]
    return read_verdicts(given, SUMMARIES, ONTOLOGY, RECIPE.dataset, review)


def verdicts_of(key, *by, **changes):
    """Verdicts on one text: each of `by` is (who, list of "surface:label", or None for drop)."""
    task = {**of(submitted(), key), "annotations": []}
    for number, (who, names) in enumerate(by, start=1):
        result = [dropping()] if names is None else [region(TEXTS[key][2], *name.split(":")) for name in names]
        task["annotations"].append(annotation(number, result, who))
    return read([task], **changes).outcome.kept


def surfaces(verdict):
    text = TEXTS[verdict.article_id][2]
    return [(text[span.start : span.end], span.label) for span in verdict.spans]
