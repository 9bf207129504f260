"""The program's work over made rows: every cell, again from where it was broken off, and cells that cannot be made."""

import json

import pytest

from asknews_ner.low_resource.records import TaggedSentence
from asknews_ner.low_resource.study.cell_files import cell_file
from asknews_ner.low_resource.study.encoder_learner import EncoderLearner
from asknews_ner.low_resource.study.gliner_learner import GlinerLearner
from asknews_ner.low_resource.study.job import StudyJob, read_job, write_job
from asknews_ner.low_resource.study.run import StudyRun
from asknews_ner.recipe import load_recipe
from asknews_ner.storage.tables import TableStore
from asknews_ner_tests.low_resource.study.made import sentences, train_params
from asknews_ner_tests.train import tiny

pytestmark = pytest.mark.slow
TUNE = load_recipe("laptop").tune.model_copy(update={"epochs": 1, "max_length": 64, "freeze_word_embeddings": False})


def make_job(folder, sources, related=(), human_validation=(), **changes):
    tables = TableStore(folder / "tables")

    def put(name, rows):
        tables.write(name, TaggedSentence, rows, name)
        return str(tables.path(name))

    return StudyJob(
        language="da",
        types=("PER", "LOC"),
        folder=str(folder / "study"),
        sources={name: put(name, rows) for name, rows in sources.items()},
        validation=put("validation", human_validation) if human_validation else "",
        test=put("test", sentences(25, seed=9)),
        related_language="sv" if related else "",
        related=put("related", related) if related else "",
        no_related="" if related else "no related language has data",
        params=train_params(**changes),
        tune=TUNE,
        threads=1,
    )


def run(job):
    said = []
    StudyRun(job).run(lambda result, was_there: said.append((result.score, was_there)))
    return said


def test_every_cell_is_made_once_and_a_broken_run_goes_on(tmp_path):
    job = make_job(tmp_path, {"human": sentences(24), "m": sentences(12, seed=3)}, related=sentences(30, seed=4))
    write_job(job, tmp_path / "job.json")
    assert read_job(tmp_path / "job.json") == job
    said = run(job)
    # human: 10, 20; m: 10 and all of its 12; in two regimes with two seeds; and the related model's point at 0 for each seed
    assert len(said) == 2 * 2 * 4 + 2
    assert not any(was_there for _, was_there in said)
    assert {score.size for score, _ in said if score.source == "m"} == {10, 12}
    assert all(score.validation_rows == score.size // 5 for score, _ in said if score.size)
    assert all(0 <= score.f1 <= 1 and score.gold == said[0][0].gold > 10 for score, _ in said)
    assert max(score.f1 for score, _ in said) > 0.5  # five names of people and places are learnt at once
    files = {path: path.read_bytes() for path in (tmp_path / "study").rglob("*.json")}
    gone = cell_file(tmp_path / "study", "related/human/00020-2")
    gone.unlink()
    again = run(job)
    assert [(score.regime, score.source, score.size, score.seed) for score, was_there in again if not was_there] == [
        ("related", "human", 20, 2)
    ]
    assert {score for score, _ in again} == {score for score, _ in said}
    assert json.loads(gone.read_text())["counts"] == json.loads(files[gone])["counts"]
    more = job.model_copy(update={"params": job.params.model_copy(update={"seeds": (1,), "sizes": (10,)})})
    assert all(was_there for _, was_there in run(more))  # a smaller grid is a part of it
    other = more.model_copy(update={"params": more.params.model_copy(update={"epochs": 1})})
    assert [score.size for score, was_there in run(other) if was_there] == [0]  # the related model alone is what it was


def test_what_cannot_be_made_is_named_and_the_rest_goes_on(tmp_path):
    job = make_job(tmp_path, {"human": sentences(12), "m": sentences(9), "n": [TaggedSentence(("a",), ("O",))] * 10}, seeds=(1,))
    planned, missing = StudyRun(job).plan()
    assert {(one.regime, one.source) for one in missing} == {("all", "m"), ("related", "all")}
    assert any("9 rows, at least 10" in one.reason for one in missing)
    assert {cell.source for cell in planned} == {"human", "n"}
    scores = {score.source: score for score, _ in run(job)}
    assert scores["n"].f1 == 0.0  # rows without an entity teach to find none


def test_human_validation_is_used_and_asked_for(tmp_path):
    asked = make_job(tmp_path, {"human": sentences(12)}, seeds=(1,), sizes=(10,), validation="human")
    planned, missing = StudyRun(asked).plan()
    assert not planned
    assert any("no human validation split" in one.reason for one in missing)
    validation = sentences(30, seed=5)
    given = make_job(tmp_path, {"human": sentences(12)}, human_validation=validation, seeds=(1,), sizes=(10,), validation="human")
    ((score, _),) = run(given)
    assert (score.validation, score.validation_rows) == ("human", 10)


def test_any_encoder_goes_on_from_a_related_language(tmp_path):
    """A random BERT of two layers: what is trained on rows of one type goes on with rows of two, in the same classes."""
    params = train_params(encoder=str(tiny.backbone(tmp_path / "bert")), learning_rate=5e-3, head_learning_rate=5e-3, batch_size=4)
    learner = EncoderLearner(params, ("PER", "LOC"))
    people = [TaggedSentence(row.tokens, tuple(tag if tag == "B-PER" else "O" for tag in row.tags)) for row in sentences(16)]
    first = learner.train(people[:8], people[:2], 1, 1, None)
    (tmp_path / "related").mkdir()
    first.save(tmp_path / "related")
    rows = sentences(6, seed=7)
    zero_shot = learner.train([], [], 1, 0, tmp_path / "related")
    assert zero_shot.tag(rows) == first.tag(rows)
    trained = learner.train(sentences(8), sentences(4, seed=2), 1, 2, tmp_path / "related")
    assert trained.course.epochs == 2
    assert 1 <= trained.course.best_epoch <= 2
    assert {tag for row in trained.tag(rows) for tag in row} <= {"O", "B-PER", "I-PER", "B-LOC", "I-LOC"}
    assert [len(tags) for tags in trained.tag(rows)] == [len(row.tokens) for row in rows]


def test_gliner_learns_the_same_rows_by_the_words_of_their_types(tmp_path):
    from asknews_ner.train.gliner.model import save_model

    (tmp_path / "base").mkdir()
    save_model(tiny.model(tiny.backbone(tmp_path / "bert")), tmp_path / "base")
    learner = GlinerLearner(train_params(gliner=str(tmp_path / "base")), ("PER", "LOC"), TUNE)
    rows = sentences(5, seed=7)
    assert learner.train([], [], 1, 0, None).course.epochs == 0
    trained = learner.train(sentences(12), sentences(4, seed=2), 1, 1, None)
    assert trained.course.validation_f1 is not None
    tags = trained.tag(rows)
    assert [len(one) for one in tags] == [len(row.tokens) for row in rows]
    assert {tag for row in tags for tag in row} <= {"O", "B-PER", "I-PER", "B-LOC", "I-LOC"}
