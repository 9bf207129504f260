"""ai.txt (Spawning): robots.txt's grammar, about the use of files for training AI instead of fetching them.

The files that it names are mostly given by their ending (`Disallow: *.txt`). An article is text in HTML, whatever its address ends in:
a rule for all `.txt`, `.html` or `.htm` files is therefore one for articles."""

from yarl import URL

from asknews_ner.acquire.fetch.rules.robots import Robots

_TEXT_FILES = ("/article.txt", "/article.html", "/article.htm")


class AiTxt:
    """One file. Rules for everybody, for us and for any agent that gathers training data count alike."""

    def __init__(self, text: str) -> None:
        """Raises TooComplexError."""
        self._rules = Robots(text)

    @property
    def size(self) -> int:
        """Roughly the bytes that it takes in memory."""
        return self._rules.size

    def disallows(self, url: str) -> str:
        """The rule by which an article at an address may not be used; empty if it may."""
        asked = [url, *(str(URL(url).origin()) + file for file in _TEXT_FILES)]
        return next((rule for one in asked if (rule := self._rules.disallows(one) or self._rules.disallows_training(one))), "")
