"""Words and sentences with their places in the text, for the offline rules."""

import re
from dataclasses import dataclass

_WORD = re.compile(r"\w+(?:[-’'.&]\w+)*|[^\w\s]")
_SENTENCE_STOPS = frozenset(".!?؟…")
_OPENERS = frozenset("\"'“”„«»‘’()[]—–-")


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a sign. `starts` is true for the first word of a sentence."""

    text: str
    start: int
    end: int
    starts: bool

    @property
    def folded(self) -> str:
        """Case-folded text."""
        return self.text.casefold()

    @property
    def is_capitalised(self) -> bool:
        """Whether it begins with an upper-case letter."""
        return self.text[0].isupper()


def tokens_of(text: str) -> list[Token]:
    """Tokens of a text; `text[token.start:token.end] == token.text` for each."""
    tokens: list[Token] = []
    starts = True
    previous_end = 0
    for match in _WORD.finditer(text):
        word = match.group()
        if "\n" in text[previous_end : match.start()]:
            starts = True
        is_word = word[0].isalnum()
        tokens.append(Token(word, match.start(), match.end(), starts and is_word))
        if is_word:
            starts = False
        elif word in _SENTENCE_STOPS or word == ":" or (word in _OPENERS and starts):
            starts = True
        previous_end = match.end()
    return tokens


def is_abbreviation(word: str) -> bool:
    """Whether a full stop after this word does not end a sentence: one letter, or letters with stops inside."""
    return len(word) == 1 or "." in word
