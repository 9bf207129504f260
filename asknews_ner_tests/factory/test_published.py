"""Models, scores and checkpoints in an object store (moto): another machine goes on with them, and a takedown reaches them."""

import logging
from dataclasses import replace
from pathlib import Path

import pytest

from asknews_ner.acquire.deny import DenyEntry, DenyList
from asknews_ner.factory import model_cards, models, scores
from asknews_ner.factory.checkpoints import forget_checkpoints, resumable_elsewhere
from asknews_ner.factory.phases import SizePhase
from asknews_ner.factory.takedown import Swept, sweep
from asknews_ner.factory.takedown_proof import needles, traces
from asknews_ner.storage.mirror import Mirror
from asknews_ner.storage.objects import ObjectChangedError, S3Folder
from asknews_ner.storage.published import PublishedFolders
from asknews_ner.train.loop.checkpoints import Checkpoints, checkpoint_folder
from asknews_ner_tests.factory.test_models import LAPTOP, workspace, write_model, write_scores
from asknews_ner_tests.storage.test_objects import client

__all__ = ["client"]
SIZE = "laptop"
LOG = logging.getLogger("test")


def machine(client, folder: Path):
    return replace(workspace(folder), published=PublishedFolders(S3Folder(client, "news", "out")))


def made_model(ws, job) -> None:
    folder = Path(job.output)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "training.json").write_text(f'{{"stamp": "{job.stamp}", "history": []}}')
    (folder / "model.safetensors").write_bytes(b"weights of " + job.stamp.encode())


@pytest.fixture
def finished(client, tmp_path):
    """A machine on which all models of the size were made, scored and published."""
    ws = machine(client, tmp_path / "one")
    write_model(ws, SIZE)
    tuned, control, base = (models.tune_job(ws, SIZE, control=False), models.tune_job(ws, SIZE, control=True), models.base_job(ws, SIZE))
    for job in (control, base):
        made_model(ws, job)
    for job in (tuned, control, base):
        models.publish(ws, job)
    write_scores(ws, SIZE, 0.5, 0.6)
    model_cards.refresh_card(ws, SIZE)
    return ws


def test_another_machine_finds_models_scores_and_card_and_fetches_what_it_needs(client, finished, tmp_path):
    there = machine(client, tmp_path / "two")
    assert SizePhase("models", ()).due(there) == [], "nothing is to be trained or scored"
    assert not Path(models.tune_job(there, SIZE, control=False).output).exists(), "which a look at the manifests tells"
    assert scores.score_stamps(there) == [(SIZE, scores.score_stamp(there, SIZE))]
    assert models.bring(there, models.tune_job(there, SIZE, control=False))
    assert model_cards.card_file(there, SIZE).read_bytes() == model_cards.card_file(finished, SIZE).read_bytes()
    assert scores.read_scores(there, SIZE) == scores.read_scores(finished, SIZE)
    models.bring_scored(there, SIZE)
    assert Path(models.base_job(there, SIZE).output, "model.safetensors").is_file()
    assert there.published.names() == [
        f"base_models/{Path(models.base_job(there, SIZE).output).name}",
        *(f"models/laptop/{name}" for name in ("control", "tuned")),
        "scores/laptop",
    ]


def test_another_recipe_needs_other_models_and_leaves_what_is_here(client, finished, tmp_path):
    other = LAPTOP.model_copy(update={"seed": 7})
    there = replace(machine(client, tmp_path / "two"), recipe=other)
    job = models.tune_job(there, SIZE, control=False)
    assert SizePhase("models", ()).due(there) == [SIZE]
    made_model(there, job)  # trained, and killed before it was published
    assert not models.is_current(there, job) and models.is_here(job)
    assert not models.bring(there, job) and models.is_here(job)
    models.publish(there, job)
    assert models.is_current(there, job)
    finished.published.look_again()
    assert not models.is_current(finished, models.tune_job(finished, SIZE, control=False))
    assert SizePhase("models", ()).due(finished) == [SIZE]


def test_a_card_that_is_withdrawn_leaves_the_bucket_with_it(client, finished, tmp_path):
    there = machine(client, tmp_path / "two")
    model_cards.withdraw_card(there, SIZE)
    finished.published.look_again()
    assert not model_cards.card_is_current(finished, SIZE)
    found = finished.published.manifest("models/laptop/tuned")
    assert "README.md" not in {file.path for file in found.files} and finished.published.strays() == []
    assert models.is_current(finished, models.tune_job(finished, SIZE, control=False))


def test_two_machines_that_trained_the_same_take_over_the_first_and_others_hear_it(client, tmp_path):
    one, two, three = (machine(client, tmp_path / name) for name in ("one", "two", "three"))
    three = replace(three, recipe=LAPTOP.model_copy(update={"seed": 7}))
    jobs = [models.tune_job(ws, SIZE, control=False) for ws in (one, two, three)]
    for ws, job in zip((one, two, three), jobs, strict=True):
        assert not models.is_current(ws, job)  # all of them look, then train
        made_model(ws, job)
        Path(job.output, "run.json").write_text(ws.root.parent.name)
    models.publish(one, jobs[0])
    models.publish(two, jobs[1])
    assert Path(jobs[1].output, "run.json").read_text() == "one"
    with pytest.raises(ObjectChangedError, match="published by another machine.*from other data or another recipe; theirs stands"):
        models.publish(three, jobs[2])
    assert models.is_here(jobs[2])


def checkpoint(job, step: int) -> None:
    """As the training program leaves one: weights and state, the best weights beside it."""

    def fill(folder):
        (folder / "model.safetensors").write_text(f"weights of step {step}")

    folder = checkpoint_folder(Path(job.output), job.stamp)
    folder.mkdir(parents=True, exist_ok=True)
    Checkpoints(folder).save(step, step, fill, fill)


def test_a_training_that_was_broken_off_goes_on_elsewhere(client, tmp_path):
    one, two = machine(client, tmp_path / "one"), machine(client, tmp_path / "two")
    job = models.tune_job(one, SIZE, control=False)

    def broken_off():
        with resumable_elsewhere(one, job, LOG):
            checkpoint(job, 10)
            checkpoint(job, 20)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken_off()
    there = models.tune_job(two, SIZE, control=False)
    folder = checkpoint_folder(Path(there.output), there.stamp)
    with resumable_elsewhere(two, there, LOG):
        assert Checkpoints(folder).latest() == folder / "checkpoint-20"
        assert (folder / "best-20" / "model.safetensors").read_text() == "weights of step 20"
        checkpoint(there, 30)
    one.published.look_again()
    with resumable_elsewhere(one, job, LOG):
        assert Checkpoints(checkpoint_folder(Path(job.output), job.stamp)).latest_step() == 30
        checkpoint(job, 40)
    two.published.look_again()
    checkpoint(there, 50)  # this machine is further by now: what it has stays
    with resumable_elsewhere(two, there, LOG):
        assert Checkpoints(folder).latest_step() == 50
    assert dict(two.published.manifest(f"checkpoints/models/laptop/tuned/{job.stamp[:16]}").stamps) == {"step": "50"}
    assert forget_checkpoints(two, there) == 3 and two.published.names() == []


def test_a_checkpoint_that_cannot_be_sent_stops_no_training(client, tmp_path, monkeypatch, caplog):
    ws = machine(client, tmp_path / "one")
    job = models.tune_job(ws, SIZE, control=False)
    monkeypatch.setattr(client, "put_object", lambda **_: client.list_objects_v2(Bucket="gone"))
    with resumable_elsewhere(ws, job, LOG):
        checkpoint(job, 10)
    assert "the checkpoint of step 10 was not sent" in caplog.text


def denied_article(ws) -> str:
    """An article in the drop folder that the deny list means; returns a sentence of it."""
    said = "A sentence that nobody else in the world has written, about a harbour."
    ws.articles.mkdir(parents=True, exist_ok=True)
    line = '{"url": "https://no.example/1", "title": "Harbour", "text": "%s", "language": "en", "country": "GB", "publisher": "No"}\n'
    (ws.articles / "a.jsonl").write_text(line % said)
    deny = DenyList().with_entry(DenyEntry(publisher="No", reason="asked", since="2026-11-20"))
    ws.deny_file.parent.mkdir(parents=True, exist_ok=True)
    ws.deny_file.write_text(deny.as_yaml())
    return said


def test_the_proof_looks_into_the_bucket_and_a_sweep_removes_what_readers_do_not_see(client, tmp_path):
    client.put_bucket_versioning(Bucket="news", VersioningConfiguration={"Status": "Enabled"})
    ws = machine(client, tmp_path / "one")
    ws = replace(ws, articles=tmp_path / "in", tables_mirror=Mirror(S3Folder(client, "news", "tables"), ws.root / "tables"))
    said = denied_article(ws)
    count, wanted = needles(ws)
    assert count == 1 and said in wanted
    release, elsewhere = ws.releases / "1.0.0", tmp_path / "elsewhere"
    for folder in (release, elsewhere):
        folder.mkdir(parents=True)
        (folder / "train.json").write_text(said)
    ws.published.publish("releases/1.0.0", release, {"release": "1"})
    ws.published.publish("dataset", elsewhere, {"dataset": "1"})
    client.put_object(Bucket="news", Key="tables/articles/part.bin", Body=said.encode())
    client.put_object(Bucket="news", Key="out/logs/a.err", Body=said.encode())
    assert {trace.place.split("/files/")[0] for trace in traces(ws, wanted)} == {
        str(release / "train.json"),
        "s3://news/out/dataset",
        "s3://news/out/releases/1.0.0",
        "s3://news/tables/articles/part.bin",
    }
    # The next run makes table and dataset without it; the bucket's old versions still have it.
    client.put_object(Bucket="news", Key="tables/articles/part.bin", Body=b"without")
    (elsewhere / "train.json").write_text("without")
    ws.published.publish("dataset", elsewhere, {"dataset": "2"})
    left = {trace.place.split("?")[0].split("/files/")[0] for trace in traces(ws, wanted)}
    assert left == {
        str(release / "train.json"),
        "s3://news/out/dataset",
        "s3://news/out/releases/1.0.0",
        "s3://news/tables/articles/part.bin",
    }
    done = sweep(ws, ["1.0.0"])
    assert (done.releases, done.strays) == (2, 0) and done.versions >= 4
    assert traces(ws, wanted) == [] and not release.exists()
    assert ws.published.names() == ["dataset"]
    assert sweep(ws) == Swept(0, 0, 0)
