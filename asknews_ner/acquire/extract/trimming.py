"""Lines of a page's text that are not the article's: the title over the text, and what stands before the first and after the last
sentence."""

import re
from collections import Counter
from collections.abc import Sequence

_ENDS_SENTENCE = re.compile(r"[.!?…。！？؟।॥။።:][\"'”’»“)\]]*$")
_WIDE = re.compile("[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff01-\uff60]")
_TITLE_LINES = 6  # a title that is repeated further down is a link or a quotation


def without_title(lines: Sequence[str], title: str) -> list[str]:
    """The lines without those at the top that only repeat the title."""
    wanted = _letters(title)
    return [line for at, line in enumerate(lines) if at >= _TITLE_LINES or not wanted or _letters(line) != wanted]


def trimmed(lines: Sequence[str], prose_width: int, max_loss: float) -> list[str]:
    """Lines from the first to the last that reads like prose (at least `prose_width` columns wide, with a sentence's end), without short
    lines that occur twice between them (buttons, "advertisement").

    The lines as they are if that would take more than `max_loss` of the text: then the page does not punctuate as expected (Thai)."""
    prose = [at for at, line in enumerate(lines) if width(line) >= prose_width and _ENDS_SENTENCE.search(line)]
    if not prose:
        return list(lines)
    counts = Counter(lines)
    kept = [line for line in lines[prose[0] : prose[-1] + 1] if counts[line] == 1 or width(line) >= prose_width]
    lost = 1 - sum(map(len, kept)) / max(1, sum(map(len, lines)))
    return kept if lost <= max_loss else list(lines)


def width(line: str) -> int:
    """Columns of a line: Chinese, Japanese and Korean characters count twice, since they say as much as two letters."""
    return len(line) + len(_WIDE.findall(line))


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text.casefold())
