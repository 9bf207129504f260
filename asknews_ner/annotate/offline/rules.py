"""All rules together: the entities of one text."""

from asknews_ner.annotate.offline.arabic import arabic_names
from asknews_ner.annotate.offline.figures import figures
from asknews_ner.annotate.offline.names import Named, names
from asknews_ner.records import EntityMention


def entities(text: str, language: str) -> list[EntityMention]:
    """Entities in the order of the text.

    A figure inside a name belongs to the name ("Data Act 2024"). In Arabic, where names are guessed from the words around
    them, figures come first."""
    numbers = figures(text, language)
    spans = _join(numbers, arabic_names(text)) if language == "ar" else _join(names(text, language), numbers)
    mentions = [EntityMention(text[start:end], label) for start, end, label in sorted(spans)]
    return list(dict.fromkeys(mentions))  # one mention a surface and type: alignment marks every occurrence


def _join(first: list[Named], second: list[Named]) -> list[Named]:
    """All spans of the first list, and those of the second that overlap none of them."""
    return first + [(start, end, label) for start, end, label in second if all(end <= taken or other <= start for taken, other, _ in first)]
