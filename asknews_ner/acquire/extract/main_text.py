"""The article's text: a fast extractor where the page's own markup agrees with it, a careful one elsewhere.

Fast is resiliparse's main content, trimmed to prose. It is taken when the paragraphs that the page marks as its article
(`<article>`: `<p>`) are nearly the same words; on such pages it is as good as trafilatura (benchmarks/extraction.py)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING

from asknews_ner.acquire.extract.trimming import trimmed, without_title
from asknews_ner.acquire.extract.words import precision_recall_f1, word_bag
from asknews_ner.recipe import ExtractParams

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser


@dataclass(frozen=True, slots=True)
class MainText:
    """The text's lines, and the library that found them."""

    lines: Sequence[str]
    extractor: str


def main_text(html: str, tree: "LexborHTMLParser", title: str, url: str, params: ExtractParams) -> MainText:
    """The main text of a page, by the recipe's extractors; no lines if there is none."""
    fast = MainText((), "")
    if params.extractors != "trafilatura":
        fast = fast_text(html, title, params)
        if params.extractors == "resiliparse" or _is_enough(fast.lines, tree, params):
            return fast
    careful = careful_text(html, title, url)
    return careful if careful.lines else fast


def fast_text(html: str, title: str, params: ExtractParams) -> MainText:
    """resiliparse's main content, from the first to the last line of prose."""
    from resiliparse.extract.html2text import extract_plain_text

    text = extract_plain_text(html, main_content=True, alt_texts=False, comments=False, list_bullets=False)
    lines = trimmed(without_title(_lines(text), title), params.prose_width, params.max_trimmed_share)
    return MainText(lines, _named("resiliparse"))


def careful_text(html: str, title: str, url: str) -> MainText:
    """trafilatura's text, without comments and without the title over it."""
    from trafilatura import bare_extraction

    found = bare_extraction(html, url=url or None, include_comments=False)
    text = getattr(found, "text", None) or ""
    return MainText(without_title(_lines(text), title), _named("trafilatura"))


def marked_paragraphs(tree: "LexborHTMLParser") -> str:
    """The text of the paragraphs inside `<article>`."""
    return "\n".join(filter(None, (node.text().strip() for node in tree.css("article p"))))


def _is_enough(lines: Sequence[str], tree: "LexborHTMLParser", params: ExtractParams) -> bool:
    if sum(map(len, lines)) < params.fast_min_characters:
        return False
    agreement = precision_recall_f1(word_bag("\n".join(lines)), word_bag(marked_paragraphs(tree)))[2]
    return agreement >= params.fast_min_agreement


def _lines(text: str) -> list[str]:
    return [line for line in (" ".join(line.split()) for line in text.split("\n")) if line]


@cache
def _named(library: str) -> str:
    return f"{library} {version(library)}"
