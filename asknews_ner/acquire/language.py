"""Language identification over all languages, so that "another language" can be said, by two identifiers that share nothing.

The first decides (py3langid, byte n-grams, 0.999 on leads); the second is CLD2 (other features, other training data): where both agree
they are right on 0.994 of titles and all leads (benchmarks/language_identifiers.py)."""

from collections.abc import Callable
from functools import cache

Identifier = Callable[[str], tuple[str, float]]
"""text → (ISO 639-1 code, confidence from 0 to 1)"""

_CODES_OF_CLD2 = {"nb": "no", "nn": "no", "iw": "he", "jw": "jv", "zh-Hant": "zh"}
_LEAD_CHARACTERS = 1000  # title and lead decide; more text costs time and changes nothing


@cache
def packaged_identifier() -> Identifier:
    """py3langid with its packaged model, over all its languages, probabilities normalised. Loads once (about 1 s)."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)

    def identify(text: str) -> tuple[str, float]:
        language, confidence = model.classify(text[:_LEAD_CHARACTERS])
        return {"nb": "no", "nn": "no"}.get(language, language), float(confidence)

    return identify


@cache
def second_identifier() -> Identifier:
    """CLD2 over all its languages: the share of the text it gives to the language as confidence, or `("", 0.0)` where it is not sure."""
    import pycld2  # type: ignore[import-untyped]

    def identify(text: str) -> tuple[str, float]:
        try:
            reliable, _, found = pycld2.detect(text[:_LEAD_CHARACTERS].encode("utf-8", "replace"))
        except pycld2.error:
            return "", 0.0  # it refuses texts with code points that are no characters
        _, language, percent, _ = found[0]
        if not reliable or language == "un":
            return "", 0.0
        return _CODES_OF_CLD2.get(language, language), percent / 100

    return identify


def no_opinion(_: str) -> tuple[str, float]:
    """In place of a second identifier, where there is none."""
    return "", 0.0
