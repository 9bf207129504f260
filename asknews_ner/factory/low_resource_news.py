"""News of the main pipeline that grounds generated sentences: out of its tables, where they are there."""

from asknews_ner.factory.article_stages import copies_of
from asknews_ner.factory.workspace import Workspace
from asknews_ner.low_resource.news import NewsText, countries_of
from asknews_ner.records import Article, Topic, TopicMember


def news_of(ws: Workspace, identifier_code: str) -> list[NewsText]:
    """Clean articles in a language (ISO 639-1); where there is none, those of the countries in which it is spoken, in any language.

    Copies are left out. An article that is in no topic, or in one without a name, has none. Nothing where the pipeline has made no articles
    yet."""
    params = ws.recipe.low_resource.generate.ground
    cells = ws.tables.partitions("clean_articles")
    own = [cell for cell in cells if cell.language == identifier_code and ws.tables.row_count("clean_articles", cell)]
    countries = countries_of(identifier_code)
    chosen = own or [cell for cell in cells if cell.country in countries]
    copies, topics = copies_of(ws), _topics(ws)
    return [
        NewsText(row.article_id, _beginning(row, params.characters), topics.get(row.article_id, ""))
        for cell in chosen
        for row in ws.tables.read("clean_articles", Article, cell)
        if row.article_id not in copies
    ]


def _topics(ws: Workspace) -> dict[str, str]:
    """Names of topics by article, where a language model gave them: without one they are words of several languages."""
    names = {topic.topic_id: topic.name for topic in ws.tables.read("topics", Topic) if topic.category}
    return {row.article_id: names[row.topic_id] for row in ws.tables.read("topic_members", TopicMember) if row.topic_id in names}


def _beginning(row: Article, characters: int) -> str:
    """Title and text, cut at the last blank within the limit."""
    text = f"{row.title}\n{row.text}".strip()
    return text if len(text) <= characters else text[:characters].rsplit(maxsplit=1)[0]
