"""The offline annotator behind the same interface as an LLM."""

import json
from collections.abc import Iterable
from functools import cache
from importlib import resources

from asknews_ner.annotate.annotator import AnnotatorError, Decoding, Deliver, Reply, Request, TaskInput
from asknews_ner.annotate.offline.apertium import chain, installed_pairs, translate
from asknews_ner.annotate.offline.lexicon import lexicon_text
from asknews_ner.annotate.offline.rules import entities
from asknews_ner.annotate.offline.summarise import summarise
from asknews_ner.annotate.offline.topic_names import topic_name
from asknews_ner.fingerprints import fingerprint
from asknews_ner.recipe import LANGUAGES, OFFLINE, OfflineParams, TaskName


class OfflineAnnotator:
    """Extractive summaries and rule-made labels. It does not translate, unless Apertium is there and the recipe wants it."""

    def __init__(self, params: OfflineParams, topic_words: int) -> None:
        self._params = params
        self._topic_words = topic_words
        self._uses_apertium = params.apertium and bool(installed_pairs())

    @property
    def name(self) -> str:
        """`offline`, or `apertium+offline` when Apertium translates what it can."""
        return "apertium+offline" if self._uses_apertium else OFFLINE

    def fingerprint(self, task: TaskName) -> str:
        """Hash of the rules' own source and lists, so that a better rule asks again and nothing else does."""
        pairs = sorted(installed_pairs()) if self._uses_apertium else []
        return fingerprint(self.name, task, self._params, self._topic_words, pairs, _source_digest())

    @property
    def served(self) -> str:
        """No server."""
        return ""

    @property
    def budget(self) -> None:
        """Rules cost nothing."""
        return None

    @property
    def attempts(self) -> int:
        """One: rules would say the same again."""
        return 1

    def first_decoding(self, task: TaskName) -> Decoding:
        """Nothing is decoded."""
        return Decoding(1, 0.0, 0)

    def answer(self, task: TaskName, requests: Iterable[Request], deliver: Deliver) -> None:
        """In order. Raises AnnotatorError for `generate`: rules cannot invent text."""
        if task == "generate":
            raise AnnotatorError(
                "the offline annotator cannot generate text; set ASKNEWS_NER_LLM_URL and ASKNEWS_NER_LLM_MODEL "
                "(or annotate.generate.model in the recipe) to an OpenAI-compatible server and one of its models"
            )
        for request in requests:
            deliver(request, Reply(json.dumps(self._one(task, request.task_input), ensure_ascii=False)))

    def _one(self, task: TaskName, task_input: TaskInput) -> dict[str, object]:
        if task == "summarise":
            return self._summary(task_input)
        if task == "label":
            found = entities(task_input["text"], task_input["language"])
            return {"entities": [{"text": mention.text, "type": mention.label} for mention in found]}
        pairs = [tuple(line.split("\t", 1)) for line in task_input["titles"].splitlines() if "\t" in line]
        return {"name": topic_name([(language, title) for language, title in pairs], self._topic_words) or "untitled", "category": ""}

    def _summary(self, task_input: TaskInput) -> dict[str, object]:
        language = task_input["language"]
        title, summary = task_input["title"], summarise(task_input["text"], self._params.summary_sentences)
        if self._uses_apertium and chain(language):
            translated = translate(f"{title or '-'}\n\n{summary}", language)
            if translated is not None and "\n" in translated:
                english_title, english = (part.strip() for part in translated.split("\n", 1))
                return {"title": english_title, "summary": english, "language": "en", "translated": True}
        return {"title": title, "summary": summary, "language": language, "translated": False}


@cache
def _source_digest() -> str:
    """Hash of this package's modules and word lists."""
    package = resources.files("asknews_ner.annotate.offline")
    modules = sorted(item.name for item in package.iterdir() if item.name.endswith(".py"))
    texts = [package.joinpath(name).read_text(encoding="utf-8") for name in modules]
    return fingerprint(*texts, *(lexicon_text(language) for language in LANGUAGES))
