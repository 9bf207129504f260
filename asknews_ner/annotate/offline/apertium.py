"""Optional local translation into English with Apertium, called as a program (GPL): marked, never mistaken for an LLM's.

Pairs into English in Debian: Spanish directly; Portuguese, French and Italian through Spanish."""

import shutil
import subprocess
from functools import cache

_TO_ENGLISH = ("spa-eng", "es-en")
_CHAINS: dict[str, tuple[tuple[str, ...], ...]] = {
    "es": (_TO_ENGLISH,),
    "pt": (("por-spa", "pt-es"), _TO_ENGLISH),
    "fr": (("fra-spa", "fr-es"), _TO_ENGLISH),
    "it": (("ita-spa", "it-es"), _TO_ENGLISH),
}
"""Each step with the names that a direction goes by: Debian ships some pairs under their old two-letter ones."""
_TIMEOUT_SECONDS = 60


@cache
def installed_pairs() -> frozenset[str]:
    """Translation directions of the installed Apertium; empty if there is none."""
    if shutil.which("apertium") is None:
        return frozenset()
    listed = subprocess.run(["apertium", "-l"], capture_output=True, text=True, timeout=_TIMEOUT_SECONDS, check=False)
    return frozenset(listed.stdout.split())


def chain(language: str) -> tuple[str, ...]:
    """Directions that lead from a language to English here; empty if it cannot be translated."""
    installed = installed_pairs()
    steps = [next((name for name in names if name in installed), None) for names in _CHAINS.get(language, ())]
    found = tuple(step for step in steps if step)
    return found if len(found) == len(steps) else ()


def translate(text: str, language: str) -> str | None:
    """English text, or None where the pair is missing or gives nothing (ita-spa without cg3 prints nothing, with exit 0)."""
    steps = chain(language)
    for step in steps:
        # -u leaves the mark * off words that the dictionaries lack.
        done = subprocess.run(["apertium", "-u", step], input=text, capture_output=True, text=True, timeout=_TIMEOUT_SECONDS, check=False)
        text = done.stdout.strip()
        if done.returncode or not text:
            return None
    return text if steps else None
