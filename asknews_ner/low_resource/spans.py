"""Entities quoted from a text → one BIO tag a token."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from asknews_ner.records import EntityMention

Word = tuple[str, int, int]  # token, first character, end character (exclusive)


@dataclass(frozen=True, slots=True)
class TaggedText:
    """Tokens and tags, what could not be placed, and what was done to place the rest."""

    tokens: tuple[str, ...]
    tags: tuple[str, ...]
    unaligned: tuple[str, ...]
    notes: tuple[str, ...]


def split_words(text: str) -> list[Word]:
    """Tokens with their places, in any script (`\\w` would break words at the vowel signs of Kannada or Tamil).

    A text whose last piece is punctuation alone (`… i Odense .`) was written token by token, like the examples: its pieces
    are the tokens. Otherwise signs at the ends of a piece are tokens of their own; signs inside (`SID-huset`) stay."""
    pieces = list(_pieces(text))
    if pieces and all(map(_is_sign, pieces[-1][0])) and len(pieces) > 1:
        return pieces
    words: list[Word] = []
    for piece, start, end in pieces:
        first = next((index for index, character in enumerate(piece) if not _is_sign(character)), len(piece))
        last = next((index for index in range(len(piece), first, -1) if not _is_sign(piece[index - 1])), first)
        words.extend((piece[index], start + index, start + index + 1) for index in range(first))
        if first < last:
            words.append((piece[first:last], start + first, start + last))
        words.extend((piece[index], start + index, start + index + 1) for index in range(last, end - start))
    return words


def tag_text(text: str, mentions: Sequence[EntityMention]) -> TaggedText:
    """The text's tokens, with every occurrence of each mention marked.

    Both are brought to Unicode NFC first, and then compared exactly. Longer mentions go first; one that stands only inside
    another is dropped with a note (BIO holds no nesting). A mention that ends inside a word is widened to it, with a note:
    case endings belong to the name in the human data, and models quote the stem. A mention found twice with two types
    gives them out in order. Labels are compared in upper case."""
    text = unicodedata.normalize("NFC", text)
    words = split_words(text)
    tags = ["O"] * len(words)
    unaligned: list[str] = []
    notes: list[str] = []
    labels: dict[str, list[str]] = {}
    for mention in mentions:
        labels.setdefault(unicodedata.normalize("NFC", mention.text.strip()), []).append(mention.label.strip().upper())
    for surface in sorted(labels, key=len, reverse=True):
        found = _occurrences(text, words, surface)
        exact = [(first, end) for first, end, is_exact in found if is_exact]
        wanted = exact or [(first, end) for first, end, _ in found[: len(labels[surface])]]
        free = [(first, end) for first, end in wanted if all(tag == "O" for tag in tags[first:end])]
        if not wanted:
            unaligned.append(surface)
        elif not free:
            notes.append(f"dropped {surface!r}: inside another entity")
        elif not exact:
            notes.append(f"widened {surface!r} to the whole word")
        for place, (first, end) in enumerate(free):
            label = labels[surface][min(place, len(labels[surface]) - 1)]
            tags[first:end] = [f"B-{label}"] + [f"I-{label}"] * (end - first - 1)
    return TaggedText(tuple(word for word, _, _ in words), tuple(tags), tuple(unaligned), tuple(notes))


def _occurrences(text: str, words: Sequence[Word], surface: str) -> list[tuple[int, int, bool]]:
    """(first word, end word, whether it ends with a word) of each place where the surface begins with a word."""
    found: list[tuple[int, int, bool]] = []
    if not surface:
        return found
    free_from = 0
    for first, (_, start, _) in enumerate(words):
        if start >= free_from and text.startswith(surface, start):
            stop = start + len(surface)
            end = next(index for index in range(first, len(words)) if words[index][2] >= stop) + 1
            found.append((first, end, words[end - 1][2] == stop))
            free_from = words[end - 1][2]
    return found


def _pieces(text: str) -> Iterator[Word]:
    place = 0
    for piece in text.split():
        start = text.index(piece, place)
        place = start + len(piece)
        yield piece, start, place


def _is_sign(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS"
