"""One sentence with its gold spans, checked."""

from typing import Any

from asknews_ner.evaluate.benchmarks.benchmark import BenchmarkError
from asknews_ner.train.rows import GlinerRow


def checked_row(where: str, tokens: Any, spans: Any) -> GlinerRow:
    """A row in GLiNER form. `where`: file and line, for messages.

    Raises BenchmarkError for what is no list of words, an empty word, a span outside the sentence, or a type that is no text."""
    if not isinstance(tokens, list) or not isinstance(spans, list):
        raise BenchmarkError(f"{where}: words and spans must be lists; found {type(tokens).__name__} and {type(spans).__name__}")
    for place, token in enumerate(tokens):
        if not isinstance(token, str) or not token.strip():
            raise BenchmarkError(f"{where}: word {place} is {token!r}; a word is text and not empty")
    return {"tokenized_text": list(tokens), "ner": [_checked_span(where, span, len(tokens)) for span in spans]}


def _checked_span(where: str, span: Any, words: int) -> list[Any]:
    if not isinstance(span, list | tuple) or len(span) != 3:
        raise BenchmarkError(f"{where}: {span!r} is no span; expected [first word, last word, type]")
    start, end, label = span
    if type(start) is not int or type(end) is not int or not 0 <= start <= end < words:
        raise BenchmarkError(f"{where}: the span {span!r} is not within the {words} words; both ends are word numbers from 0, inclusive")
    if not isinstance(label, str) or not label.strip():
        raise BenchmarkError(f"{where}: the type of the span {span!r} must be text and not empty")
    return [start, end, label]
