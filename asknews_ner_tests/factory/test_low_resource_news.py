"""Which articles ground the calls of a language, out of planted tables."""

from asknews_ner.factory.low_resource_news import news_of
from asknews_ner.factory.workspace import Workspace
from asknews_ner.recipe import Recipe
from asknews_ner.records import Article, DuplicateVerdict, Topic, TopicMember
from asknews_ner.storage.tables import Partition
from asknews_ner_tests.conftest import article


def planted(root, recipe: Recipe) -> Workspace:
    """Two Danish articles of Denmark and a copy, one Danish of Sweden, two of Nigeria in English, one of Kenya."""
    ground = recipe.low_resource.generate.ground.model_copy(update={"characters": 26})
    generate = recipe.low_resource.generate.model_copy(update={"ground": ground})
    low_resource = recipe.low_resource.model_copy(update={"generate": generate})
    ws = Workspace(root=root / "laptop", articles=root, recipe=recipe.model_copy(update={"low_resource": low_resource}))
    cells = {
        ("DK", "da"): ("dk1", "dk2", "copy"),
        ("SE", "da"): ("se1",),
        ("NG", "en"): ("ng1", "ng2"),
        ("KE", "en"): ("ke1",),
        ("DK", "de"): (),
    }
    for (country, language), names in cells.items():
        rows = [
            article(article_id=name, title="Sne", text="Der faldt megen sne i Ribe.", country=country, language=language) for name in names
        ]
        ws.tables.write("clean_articles", Article, rows, "planted", Partition(country, language))
    verdicts = [DuplicateVerdict(name, "dk1", name != "copy", "copy", 1.0) for names in cells.values() for name in names]
    ws.tables.write("duplicates", DuplicateVerdict, verdicts, "planted")
    topics = [
        Topic(key, "w", key, f"name of {key}", category, "m", 2, 1, 1, "dk1", None) for key, category in (("t1", "Weather"), ("t2", ""))
    ]
    ws.tables.write("topics", Topic, topics, "planted")
    members = [TopicMember(name, "w", topic, "clustered", 1.0, "DK", "da") for name, topic in (("dk1", "t1"), ("dk2", "t2"), ("se1", ""))]
    ws.tables.write("topic_members", TopicMember, members, "planted")
    return ws


def test_articles_in_the_language_come_first_wherever_they_are_from(tmp_path, recipe):
    found = news_of(planted(tmp_path, recipe), "da")
    assert [(row.article_id, row.topic) for row in found] == [("dk1", "name of t1"), ("dk2", ""), ("se1", "")]
    assert {row.text for row in found} == {"Sne\nDer faldt megen sne"}, "cut at a blank"


def test_without_any_those_of_the_countries_are_taken_in_any_language(tmp_path, recipe):
    ws = planted(tmp_path, recipe)
    assert [row.article_id for row in news_of(ws, "yo")] == ["ng1", "ng2"]
    assert [row.article_id for row in news_of(ws, "sw")] == ["ke1"]
    assert news_of(ws, "kn") == []
    assert news_of(Workspace(root=tmp_path / "empty", articles=tmp_path, recipe=recipe), "da") == []
