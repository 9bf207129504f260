"""The task of naming a topic: its titles, each with its language, and the categories to choose from."""

from collections.abc import Sequence

from asknews_ner.annotate.annotator import TaskInput
from asknews_ner.annotate.tasks import TYPE_NAMES


def input_of(titles: Sequence[tuple[str, str]], categories: Sequence[str]) -> TaskInput:
    """`titles`: (language, title), the nearest to the topic's centre first."""
    listed = "\n".join(f"{language}\t{title}" for language, title in titles)
    return {"titles": listed, "types": "\n".join(f"- {name}" for name in categories), TYPE_NAMES: "\n".join(categories)}
