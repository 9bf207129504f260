"""Whether an answer is a feed at all, without reading what is in it."""

import json
from xml.parsers import expat

_ROOTS = frozenset(("rss", "feed", "RDF"))
_ITEMS = frozenset(("item", "entry"))


class NotAFeedError(ValueError):
    """The bytes are no RSS, Atom or JSON feed; the message says why."""


def count_items(body: bytes) -> int:
    """Items of an RSS (0.9x to 2.0, 1.0), Atom or JSON feed. Raises NotAFeedError for everything else.

    A document that declares entities of its own is refused: honest feeds do not, and bombs are made of them."""
    text = body.lstrip()
    if text.startswith(b"{"):
        return _json_items(text)
    names: list[str] = []
    items = 0

    def start(name: str, _: dict[str, str]) -> None:
        nonlocal items
        local = name.rpartition(":")[2]
        if not names:
            names.append(local)
        items += local in _ITEMS

    def entity(name: str, *_: object) -> None:
        raise NotAFeedError(f"it declares the entity {name}")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EntityDeclHandler = entity
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        raise NotAFeedError(f"not well-formed XML ({error})") from error
    if names[0] not in _ROOTS:
        raise NotAFeedError(f"its root is <{names[0]}>, not one of {', '.join(sorted(_ROOTS))}")
    return items


def _json_items(body: bytes) -> int:
    try:
        values = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotAFeedError(f"not JSON ({error})") from error
    if not isinstance(values.get("items"), list):
        raise NotAFeedError("JSON without a list of `items`")
    return len(values["items"])
