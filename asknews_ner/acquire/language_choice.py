"""The language of an article: what its source declares and what two independent identifiers say, decided by majority."""

from dataclasses import dataclass

from asknews_ner.acquire.language import Identifier
from asknews_ner.recipe import AcquireParams


@dataclass(frozen=True, slots=True)
class LanguageFinding:
    """The language chosen and how: `origin` is `declared`, `identified`, `corrected`, or says why there is none.

    `first`, `second`: what each identifier said, empty where it was not asked or not sure. `disputed`: the second was sure, and no
    majority is for `language`."""

    language: str
    origin: str
    first: str = ""
    second: str = ""
    disputed: bool = False


def find_language(text: str, declared: str | None, params: AcquireParams, identify: Identifier, second: Identifier) -> LanguageFinding:
    """The declared language stands unless both identifiers say another one, or the first is sure of another one and the second does
    not side with the declared one."""
    if len(text) < params.identify_min_characters:
        return LanguageFinding(declared, "declared") if declared else LanguageFinding("", "too short to identify")
    found, confidence = identify(text)
    other, _ = second(text)
    if declared is None:
        language, origin = found, "identified"
    elif found != declared and (other == found or (other != declared and confidence >= params.correct_from_confidence)):
        language, origin = found, "corrected"
    else:
        language, origin = declared, "declared"
    opinions = [opinion for opinion in (declared, found, other) if opinion]
    return LanguageFinding(language, origin, found, other, bool(other) and 2 * opinions.count(language) <= len(opinions))


def other_language_share(text: str, language: str, params: AcquireParams, identify: Identifier, second: Identifier) -> float:
    """Share of the text's characters in paragraphs that both identifiers find to be in one and the same other language.

    Paragraphs that are too short to identify count as the text's own. The second identifier is asked first: it is ten times as fast."""
    foreign = 0
    for paragraph in text.split("\n"):
        if len(paragraph) >= params.identify_min_characters:
            other, _ = second(paragraph)
            if other not in ("", language) and identify(paragraph)[0] == other:
                foreign += len(paragraph)
    return foreign / len(text) if text else 0.0
