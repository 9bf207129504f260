"""Language identification over all languages, so that "another language" can be said (facts: py3langid, 0.999 on leads)."""

from collections.abc import Callable
from functools import cache

Identifier = Callable[[str], tuple[str, float]]
"""text → (ISO 639-1 code, confidence from 0 to 1)"""

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
