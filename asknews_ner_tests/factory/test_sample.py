"""The shipped sample: its form, every planted fault's fate, and what the stages make of it."""

import json
import re
from collections import Counter, defaultdict

import pytest

from asknews_ner.factory import pipeline
from asknews_ner.factory.ledger import read_ledger
from asknews_ner.orchestration.settings import sample_folder
from asknews_ner.recipe import LANGUAGES
from asknews_ner.records import Article, DatasetExample, DuplicateVerdict, Rejected, Summary, Topic, TopicMember
from asknews_ner.storage.tables import reject_table
from asknews_ner_tests.conftest import refresh_articles_to_dataset


def rejects(ws):
    found = {}
    for stage in ("arrivals", "articles", "clean_articles", "duplicates", "summaries"):
        for row in [*ws.tables.read(reject_table(stage), Rejected), *ws.tables.read_all(reject_table(stage), Rejected)]:
            found[row.key] = (row.stage, row.reason)
    return found


def test_the_sample_is_as_big_and_as_broad_as_promised(manifest):
    stories = [row for row in manifest if row["story"]]
    assert len(stories) >= 240
    assert {row["language"] for row in stories} == set(LANGUAGES)
    assert len({row["country"] for row in stories} - {"ZZ"}) >= 30
    by_story = defaultdict(list)
    for row in stories:
        by_story[row["story"]].append(row)
    buckets = Counter(story.split("-")[0] for story in by_story)
    assert len(buckets) >= 6
    assert min(buckets.values()) >= 6
    for story, rows in by_story.items():
        dated = [row for row in rows if row["dated"]]
        assert len(dated) >= 6, story
        assert len({row["country"] for row in dated} - {"ZZ"}) >= 3, story
        assert len({row["language"] for row in dated}) >= 4, story


def test_texts_are_of_the_promised_length():
    for path in sample_folder().glob("bucket_*.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            assert 60 <= len(row["text"].split()) <= 250, row["url"]
            assert re.match(r"https://[a-z0-9.-]+\.example/", row["url"])


def test_every_row_meets_the_fate_in_the_manifest(sample_ws, manifest):
    lost = rejects(sample_ws)
    kept = {row.article_id: row for row in sample_ws.tables.read_all("summaries", Summary)}
    articles = {row.article_id: row for row in sample_ws.tables.read_all("articles", Article)}
    for row in manifest:
        if row["fate"] == "rejected":
            assert lost.get(row["key"]) == (row["stage"], row["reason"]), row
        else:
            assert row["key"] in kept, row
            article = articles[row["key"]]
            assert (article.language, article.country) == (row["language"], row["country"]), row
            assert (article.published_at is not None) == row["dated"], row
            assert bool(article.notes) == bool(row["fault"]), row
    assert len(kept) + len(lost) == len(manifest)


def test_planted_faults_are_of_all_kinds(manifest):
    reasons = {row["reason"] for row in manifest if row["fate"] == "rejected"}
    assert reasons == {
        "NO_TEXT", "UNREADABLE_ROW", "LANGUAGE_NOT_ACCEPTED", "ID_SEEN_BEFORE", "SAME_CONTENT", "TOO_SHORT", "BOILERPLATE", "REPEATED_LINES",
        "BROKEN_ENCODING", "COPY", "NEAR_COPY",
    }  # fmt: skip
    mended = [row["fault"].split()[0] for row in manifest if row["fate"] == "kept" and row["fault"]]
    assert set(mended) == {"declared", "date", "country"}


def test_topics_span_countries_and_follow_the_stories(sample_ws, manifest):
    topics = sample_ws.tables.read("topics", Topic)
    assert sum(topic.countries >= 3 for topic in topics) >= 30
    assert sum(topic.languages >= 3 for topic in topics) >= 30
    story = {row["key"]: row["story"] for row in manifest}
    members = [row for row in sample_ws.tables.read("topic_members", TopicMember) if row.topic_id]
    by_topic = defaultdict(Counter)
    for row in members:
        by_topic[row.topic_id][story[row.article_id]] += 1
    pure = sum(counts.most_common(1)[0][1] for counts in by_topic.values())
    assert pure / len(members) > 0.95
    assert len(members) > 0.8 * len(sample_ws.tables.read("topic_members", TopicMember))
    assert all(topic.name and topic.named_by == "offline" for topic in topics)


def test_the_ledger_adds_up_at_every_stage(sample_ws):
    ledger = read_ledger(sample_ws)
    assert ledger.faults == []
    assert ledger.total("arrivals")[0] == 278
    assert ledger.total("duplicates")[2] == sum(not row.is_original for row in sample_ws.tables.read("duplicates", DuplicateVerdict))
    seen, kept, rejected = ledger.total("sample")
    assert (kept, seen) == (sample_ws.recipe.sample.size, kept + rejected)


def test_a_lost_row_would_be_noticed(sample_ws, tmp_path):
    import shutil
    from dataclasses import replace

    copy = replace(sample_ws, root=tmp_path / "copy")
    shutil.copytree(sample_ws.root, copy.root)
    cell = next(cell for cell in copy.tables.partitions("summaries") if copy.tables.row_count("summaries", cell))
    rows = copy.tables.read("summaries", Summary, cell)
    copy.tables.write("summaries", Summary, rows[1:], "x", cell)
    assert any(fault.startswith(f"summaries, {cell.country}") for fault in read_ledger(copy).faults)


def test_a_second_pass_computes_nothing(sample_ws):
    assert sum(refresh_articles_to_dataset(sample_ws).values()) == 0


def test_a_new_recipe_value_recomputes_only_what_it_shapes(sample_ws, tmp_path):
    import shutil
    from dataclasses import replace

    recipe = sample_ws.recipe
    other = recipe.model_copy(update={"sample": recipe.sample.model_copy(update={"size": 60})})
    copy = replace(sample_ws, root=tmp_path / "copy", recipe=other)
    shutil.copytree(sample_ws.root, copy.root)
    shutil.copy(sample_ws.memo.place, copy.memo.place)
    computed = refresh_articles_to_dataset(copy)
    made = {stage for stage, count in computed.items() if count}
    due = {"sample", "distribution", "ner_examples", "dataset_examples", "type_counts", "leakage"}
    assert due <= made <= due | {"entity_labels"}
    left_out = copy.tables.row_count("rejects/dataset_examples")
    assert len(copy.tables.read("dataset_examples", DatasetExample)) + left_out == 60


def test_a_new_article_touches_its_cell_and_not_its_neighbours(sample_ws, tmp_path):
    """One Swedish article more: Swedish cells change, the bytes of Sweden's other languages stay."""
    import shutil
    from dataclasses import replace

    from asknews_ner.storage.tables import Partition

    folder = tmp_path / "articles"
    shutil.copytree(sample_folder(), folder)
    text = (
        "Kommunen bygger en ny simhall vid torget, meddelade nämnden på fredagen. Hallen kostar 84 miljoner kronor och får åtta banor. "
        "Enligt planen ska den stå färdig om två år, och under tiden hänvisas skolorna till badhuset i grannstaden."
    )
    (folder / "new.jsonl").write_text(
        json.dumps({"url": "https://ny.example/simhall", "title": "Ny simhall", "text": text, "language": "sv", "country": "SE"}) + "\n"
    )
    copy = replace(sample_ws, root=tmp_path / "copy", articles=folder)
    shutil.copytree(sample_ws.root, copy.root)
    before = {cell: copy.tables.path("clean_articles", cell).read_bytes() for cell in copy.tables.partitions("clean_articles")}
    assert pipeline.ARRIVALS.refresh(copy, None).computed == 272
    changed = set()
    for cell in before:
        for stage in (pipeline.ARTICLES, pipeline.CLEAN_ARTICLES):
            stage.refresh(copy, cell)
        if copy.tables.path("clean_articles", cell).read_bytes() != before[cell]:
            changed.add(cell)
    assert changed == {Partition("SE", "sv")}


def test_removed_files_empty_their_cells(sample_ws, tmp_path):
    from dataclasses import replace

    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "one.jsonl").write_bytes((sample_folder() / "bucket_1.jsonl").read_bytes())
    ws = replace(sample_ws, root=tmp_path / "w" / "r", articles=folder)
    assert pipeline.ARRIVALS.refresh(ws, None).kept == 42
    (folder / "one.jsonl").write_text((folder / "one.jsonl").read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    assert pipeline.ARRIVALS.refresh(ws, None).kept == 1
    assert sum(ws.tables.row_count("arrivals", cell) for cell in ws.tables.partitions("arrivals")) == 1


def test_a_partitioned_stage_wants_a_cell(sample_ws):
    with pytest.raises(ValueError, match="cell by cell"):
        pipeline.ARTICLES.refresh(sample_ws, None)
