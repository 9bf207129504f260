"""All rules together: the entities of one text."""

from asknews_ner.annotate.offline.arabic import arabic_names
from asknews_ner.annotate.offline.figures import figures
from asknews_ner.annotate.offline.names import names
from asknews_ner.records import EntityMention


def entities(text: str, language: str) -> list[EntityMention]:
    """Entities in the order of the text. A figure inside a name belongs to the name ("Data Act 2024")."""
    named = arabic_names(text) if language == "ar" else names(text, language)
    spans = list(named)
    for start, end, label in figures(text, language):
        if all(end <= other_start or other_end <= start for other_start, other_end, _ in named):
            spans.append((start, end, label))
    mentions = [EntityMention(text[start:end], label) for start, end, label in sorted(spans)]
    return list(dict.fromkeys(mentions))  # one mention a surface and type: alignment marks every occurrence
