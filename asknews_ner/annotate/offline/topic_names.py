"""Names of topics without an LLM: the words that most of the topic's titles share and other texts seldom use."""

import re
from collections import Counter

from asknews_ner.annotate.offline.lexicon import lexicon

_WORD = re.compile(r"\w[\w’'-]+")
_RAREST = 8.0  # wordfreq's Zipf scale runs from 0 (unknown) to about 8 (the commonest words)


def topic_name(titles: list[tuple[str, str]], words: int) -> str:
    """The `words` most telling words of (language, title) pairs, joined by commas.

    A word's weight: number of titles that hold it times its rarity in the language."""
    from wordfreq import zipf_frequency

    titles_with: Counter[str] = Counter()
    rarity: dict[str, float] = {}
    surface: dict[str, str] = {}
    for language, title in titles:
        known = lexicon(language)
        for word in dict.fromkeys(_WORD.findall(title)):
            folded = word.casefold()
            if folded in known.function_words or len(folded) < 3:
                continue
            titles_with[folded] += 1
            rarity[folded] = max(rarity.get(folded, 0.0), _RAREST - zipf_frequency(folded, {"no": "nb"}.get(language, language)))
            surface.setdefault(folded, word)
    best = sorted(titles_with, key=lambda word: (-titles_with[word] * rarity[word], word))[:words]
    return ", ".join(surface[word] for word in best)
