"""Releasing a workspace: from its tables to a folder that others can use, and back to the replies."""

import datetime as dt
import json
from dataclasses import replace

import pyarrow.parquet as pq
import pytest

from asknews_ner.dataset.release.errors import ReleaseError
from asknews_ner.factory import outputs
from asknews_ner.factory.releases import frozen, release
from asknews_ner.records import Article, EntityLabels, ExampleLineage, ReleasedExample, ReplyClock, Summary
from asknews_ner.storage.schema import from_arrow

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def released(sample_ws, tmp_path_factory):
    outputs.refresh_release(sample_ws)
    place, is_new = release(sample_ws, tmp_path_factory.mktemp("releases"), "2026.3.2", [], NOON)
    assert is_new
    return place


def rows_of(record, path):
    return from_arrow(record, pq.ParquetFile(path).read())


def test_the_sample_s_release_leads_from_every_example_to_its_article_and_replies(sample_ws, released):
    articles = {row.article_id: row for row in sample_ws.tables.read_all("articles", Article)}
    summaries = {row.article_id: row for row in sample_ws.tables.read_all("summaries", Summary)}
    labels = {row.article_id: row for row in sample_ws.tables.read_all("entity_labels", EntityLabels)}
    examples = [row for path in sorted((released / "data").glob("*.parquet")) for row in rows_of(ReleasedExample, path)]
    lineage = {row.article_id: row for row in rows_of(ExampleLineage, released / "lineage" / "examples.parquet")}
    clocks = {row.reply: row for row in rows_of(ReplyClock, released / "provenance" / "replies.parquet")}
    assert len(examples) == len(lineage) >= 100
    for example in examples:
        way, article = lineage[example.article_id], articles[example.article_id]
        assert (way.url, way.source, way.content_hash) == (article.article_id, article.source, article.content_hash)
        assert example.text == summaries[example.article_id].summary
        assert example.publisher == article.publisher
        (label,) = way.labels
        stored = sample_ws.replies.get_many([way.summary.reply, label.reply])
        said = json.loads(stored[way.summary.reply].text)
        assert said["summary"].strip() == example.text
        named = [(entity["text"], entity["type"]) for entity in json.loads(stored[label.reply].text)["entities"]]
        assert named == [(mention.text, mention.label) for mention in labels[example.article_id].entities]
        assert clocks[label.reply].article_id == example.article_id and clocks[label.reply].stored_at.tzinfo is not None


def test_the_sample_s_release_opens_with_datasets_and_croissant(sample_ws, released, tmp_path):
    import datasets
    import mlcroissant as mlc

    published = json.loads((released / "dataset_splits.json").read_text(encoding="utf-8"))
    opened = datasets.load_dataset(str(released), cache_dir=str(tmp_path))
    assert {split: rows["article_id"][:] for split, rows in opened.items()} == {
        split: [record["metadata"]["articleId"] for record in records] for split, records in published.items()
    }
    metadata = mlc.Dataset(jsonld=str(released / "croissant.json"))
    assert not metadata.metadata.issues.errors
    assert len(list(metadata.records("examples"))) == sum(map(len, published.values()))


def test_the_same_workspace_gives_the_same_bytes_again(sample_ws, released, tmp_path):
    place, is_new = release(sample_ws, tmp_path, "2026.3.2", [], NOON + dt.timedelta(days=1))
    assert is_new
    names = sorted(path.relative_to(released).as_posix() for path in released.rglob("*") if path.is_file())
    assert names == sorted(path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file())
    apart = [name for name in names if (released / name).read_bytes() != (place / name).read_bytes()]
    assert apart == ["provenance/release.json"]
    assert release(sample_ws, released.parent, "2026.3.2", [], NOON) == (released, False)


def test_without_a_version_a_release_is_called_after_its_content(sample_ws, tmp_path):
    outputs.refresh_release(sample_ws)
    place, _ = release(sample_ws, tmp_path, None, [], NOON)
    stamp = (place / "FINGERPRINT").read_text().strip()
    assert place.name == f"0.0.0-{stamp[:12]}"
    assert release(sample_ws, tmp_path, None, [], NOON) == (place, False)


def test_a_machine_without_the_replies_takes_a_release_as_it_is_and_makes_none(sample_ws, released, tmp_path):
    elsewhere = replace(sample_ws, replies_url=f"sqlite:///{tmp_path / 'replies.sqlite'}")
    assert release(elsewhere, released.parent, released.name, [], NOON) == (released, False)
    with pytest.raises(ReleaseError, match="ASKNEWS_NER_REPLIES_URL"):
        release(elsewhere, tmp_path / "releases", "1.0.0", [], NOON)
    assert not (tmp_path / "releases").exists()


def test_only_a_dataset_that_its_tables_still_make_is_released(sample_ws, tmp_path):
    with pytest.raises(ReleaseError, match="there is no dataset at"):
        frozen(replace(sample_ws, root=tmp_path))
    outputs.refresh_release(sample_ws)
    # A model that the environment names does not matter: the dataset says which recipe made it.
    other = replace(sample_ws, recipe=sample_ws.recipe.with_model("m"))
    assert frozen(other).recipe == sample_ws.recipe
    (sample_ws.dataset / "FINGERPRINT").write_text("older\n")
    try:
        with pytest.raises(ReleaseError, match="the tables have changed since"):
            frozen(sample_ws)
    finally:
        outputs.refresh_release(sample_ws)


@pytest.mark.slow
def test_gliner_trains_on_the_paper_form_as_it_is(released, recipe, tmp_path):
    """The records go from the file into GLiNER's own collator and trainer; no code of ours stands between."""
    from gliner.training import Trainer, TrainingArguments

    from asknews_ner.train.gliner.model import new_model

    published = json.loads((released / "dataset_splits.json").read_text(encoding="utf-8"))
    model = new_model(recipe.base_model("laptop"), max_types=25, max_length=384, seed=1)
    before = model.state_dict()["model.span_rep_layer.span_rep_layer.project_start.0.weight"].clone()
    arguments = TrainingArguments(
        output_dir=str(tmp_path),
        max_steps=2,
        per_device_train_batch_size=2,
        learning_rate=1e-4,
        others_lr=1e-4,
        use_cpu=True,
        save_strategy="no",
        report_to="none",
        logging_steps=1,
        remove_unused_columns=False,
    )
    trainer = Trainer(
        model=model,
        args=arguments,
        train_dataset=published["train"],
        data_collator=model._create_data_collator(),
        processing_class=model.data_processor.transformer_tokenizer,
    )
    trainer.train()
    losses = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
    assert trainer.state.global_step == 2 and len(losses) == 2 and all(0 < loss < 1e7 for loss in losses)
    after = model.state_dict()["model.span_rep_layer.span_rep_layer.project_start.0.weight"]
    assert not before.equal(after)
