"""What a page says of itself in JSON-LD (schema.org)."""

import json
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

_ARTICLE_ENDINGS = ("article", "posting", "report", "reportage")
_MAX_NODES = 20_000  # objects and lists looked at: more is no description of one article


@dataclass(frozen=True, slots=True)
class LinkedData:
    """The fields of the first article described; empty strings where there is none. `faults`: blocks that could not be read."""

    headline: str = ""
    published: str = ""
    authors: tuple[str, ...] = ()
    language: str = ""
    publisher: str = ""
    free: bool | None = None
    faults: tuple[str, ...] = ()


def read_linked_data(blocks: Sequence[str]) -> LinkedData:
    """The article among the page's JSON-LD blocks."""
    faults: list[str] = []
    nodes: list[dict[str, Any]] = []
    for block in blocks:
        try:
            nodes.extend(_objects(json.loads(_bare(block), strict=False)))
        except (ValueError, RecursionError) as error:
            faults.append(f"unreadable JSON-LD: {error!s:.60}")
    for node in nodes:
        if any(kind.lower().endswith(_ARTICLE_ENDINGS) for kind in _strings(node.get("@type"))):
            return LinkedData(
                headline=_first(node.get("headline")) or _first(node.get("name")),
                published=_first(node.get("datePublished")) or _first(node.get("dateCreated")),
                authors=tuple(dict.fromkeys(_names(node.get("author")) or _names(node.get("creator")))),
                language=_first(node.get("inLanguage")),
                publisher=next(iter(_names(node.get("publisher"))), ""),
                free=_boolean(node.get("isAccessibleForFree")),
                faults=tuple(faults),
            )
    return LinkedData(faults=tuple(faults))


def _bare(block: str) -> str:
    """The JSON without the comment or CDATA marks that some pages put around it."""
    block = block.strip()
    for opening, closing in (("<!--", "-->"), ("/*<![CDATA[*/", "/*]]>*/"), ("//<![CDATA[", "//]]>"), ("<![CDATA[", "]]>")):
        if block.startswith(opening):
            block = block.removeprefix(opening).removesuffix(closing).strip()
    return block.rstrip(";")


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """All objects of a JSON value, outer before inner, without recursion."""
    waiting = deque([value])
    seen = 0
    while waiting and seen < _MAX_NODES:
        seen += 1
        item = waiting.popleft()
        if isinstance(item, dict):
            yield item
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)


def _strings(value: Any) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return [item.strip() for item in items if isinstance(item, str) and item.strip()]


def _first(value: Any) -> str:
    return next(iter(_strings(value)), "")


def _names(value: Any) -> list[str]:
    """Names of persons or organisations, given as strings, objects, or lists of either."""
    found: list[str] = []
    for item in value if isinstance(value, list) else [value]:
        found.extend(_strings(item.get("name") if isinstance(item, dict) else item))
    return found


def _boolean(value: Any) -> bool | None:
    return {"true": True, "false": False}.get(str(value).strip().lower().rsplit("/", 1)[-1])
