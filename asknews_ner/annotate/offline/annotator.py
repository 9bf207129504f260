"""The offline annotator behind the same interface as an LLM."""

import json
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

import pyarrow as pa

from asknews_ner.annotate.annotator import AnnotatorError, Decoding, Deliver, Reply, Request, TaskInput
from asknews_ner.annotate.offline.apertium import chain, installed_pairs, translate
from asknews_ner.annotate.offline.lexicon import lexicon_text
from asknews_ner.annotate.offline.rules import entities
from asknews_ner.annotate.offline.summarise import summarise
from asknews_ner.annotate.offline.topic_names import topic_name
from asknews_ner.batches.mapper import HERE, Batch, Mapper, in_groups
from asknews_ner.fingerprints import fingerprint
from asknews_ner.recipe import LANGUAGES, OFFLINE, OfflineParams, TaskName

_TOGETHER = 32  # inputs of one batch, a tenth of a second's work: what a killed process loses


class OfflineAnnotator:
    """Extractive summaries and rule-made labels. It does not translate, unless Apertium is there and the recipe wants it."""

    def __init__(self, params: OfflineParams, topic_words: int, mapper: Mapper = HERE) -> None:
        self._params = params
        self._topic_words = topic_words
        self._mapper = mapper
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
        """In order, batch by batch; the replies are delivered, and so stored, by this process, whoever works them out.

        Raises AnnotatorError for `generate`: rules cannot invent text."""
        if task == "generate":
            raise AnnotatorError(
                "the offline annotator cannot generate text; set ASKNEWS_NER_LLM_URL and ASKNEWS_NER_LLM_MODEL "
                "(or annotate.generate.model in the recipe) to an OpenAI-compatible server and one of its models"
            )
        sent: deque[tuple[Request, ...]] = deque()

        def batches() -> Iterator[Batch]:
            for together in in_groups(requests, _TOGETHER):
                sent.append(together)
                rows = pa.Table.from_pylist([dict(request.task_input) for request in together])
                yield Batch(f"{task}, from {together[0].key[:16]}", rows)

        for texts in self._mapper.map(ApplyRules(task, self._params, self._topic_words, self._uses_apertium), batches()):
            for request, text in zip(sent.popleft(), texts["reply"].to_pylist(), strict=True):
                deliver(request, Reply(text))


@dataclass(frozen=True, slots=True)
class ApplyRules:
    """Inputs of a task, a column a field → column `reply`: the JSON that a model would have written."""

    task: TaskName
    params: OfflineParams
    topic_words: int
    uses_apertium: bool
    on_gpu: bool = False

    def __call__(self, rows: pa.Table, /) -> pa.Table:
        """Each input alone."""
        return pa.table({"reply": [json.dumps(self._one(row), ensure_ascii=False) for row in rows.to_pylist()]})

    def _one(self, task_input: TaskInput) -> dict[str, object]:
        if self.task == "summarise":
            return self._summary(task_input)
        if self.task == "label":
            found = entities(task_input["text"], task_input["language"])
            return {"entities": [{"text": mention.text, "type": mention.label} for mention in found]}
        pairs = [tuple(line.split("\t", 1)) for line in task_input["titles"].splitlines() if "\t" in line]
        return {"name": topic_name([(language, title) for language, title in pairs], self.topic_words) or "untitled", "category": ""}

    def _summary(self, task_input: TaskInput) -> dict[str, object]:
        language = task_input["language"]
        title, summary = task_input["title"], summarise(task_input["text"], self.params.summary_sentences)
        if self.uses_apertium and chain(language):
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
