"""The sheet that people get: the sampled sentences as tasks of Label Studio, and its export read back.

The same form, files and rules as the review of the dataset (`dataset.review`); a sentence stands in the place of an article."""

from collections.abc import Mapping, Sequence

from asknews_ner.dataset.alignment.align import Aligned
from asknews_ner.dataset.alignment.words import Word
from asknews_ner.dataset.bio import spans
from asknews_ner.dataset.consensus import Vote
from asknews_ner.dataset.machine import MachineLabels
from asknews_ner.dataset.review.files import ReviewFile
from asknews_ner.dataset.review.gold import Gold, settle
from asknews_ner.dataset.review.label_studio import Json, labelling_config, tasks
from asknews_ner.dataset.review.verdicts import ReadVerdicts, read_verdicts
from asknews_ner.dataset.types.ontology import Ontology
from asknews_ner.dataset.types.ontology_file import TypeEntry
from asknews_ner.fingerprints import content_hash
from asknews_ner.low_resource.languages import TYPE_DEFINITIONS, TargetLanguage
from asknews_ner.low_resource.records import GeneratedSentence
from asknews_ner.recipe import DatasetParams, ReviewParams
from asknews_ner.records import UNKNOWN_COUNTRY, EntityLabels, NerSpan, Rejected, ReviewTask, Summary

_WHY = "Are the marked entities right, all of them and no others? Drop what is no sentence of the language."


def sheet(language: TargetLanguage, sample: Sequence[GeneratedSentence]) -> tuple[list[Json], str]:
    """(tasks with the model's spans as predictions, labelling configuration)."""
    queue = [
        ReviewTask(row.sentence_id, "audit", rank, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, _types(row), _WHY, UNKNOWN_COUNTRY, row.language)
        for rank, row in enumerate(sample, start=1)
    ]
    texts = {row.sentence_id: _labels(row) for row in sample}
    return tasks(queue, texts, _summaries(sample)), labelling_config(_ontology(language))


def read_sheet(
    language: TargetLanguage,
    sample: Sequence[GeneratedSentence],
    files: Sequence[ReviewFile | Rejected],
    dataset: DatasetParams,
    review: ReviewParams,
) -> tuple[ReadVerdicts, dict[str, Gold]]:
    """(verdicts, and annotations that are none, with the reason; what people settled on, by sentence id)."""
    read = read_verdicts(files, _summaries(sample), _ontology(language), dataset, review)
    settled = {}
    for row in sample:
        own = [verdict for verdict in read.outcome.kept if verdict.article_id == row.sentence_id]
        if gold := settle(own, _words(row), _spans(row), review.ties):
            settled[row.sentence_id] = gold
    return read, settled


def _summaries(sample: Sequence[GeneratedSentence]) -> Mapping[str, Summary]:
    return {row.sentence_id: _summary(row) for row in sample}


def _summary(row: GeneratedSentence) -> Summary:
    text = " ".join(row.tokens)
    return Summary(
        article_id=row.sentence_id,
        content_hash=content_hash(text),
        annotator=row.annotator,
        annotator_fingerprint=row.annotator_fingerprint,
        title=row.sentence_id,
        summary=text,
        summary_language=row.language,
        translated=False,
        cut_characters=0,
        country=UNKNOWN_COUNTRY,
        language=row.language,
        published_at=None,
    )


def _labels(row: GeneratedSentence) -> MachineLabels:
    text, found = " ".join(row.tokens), _spans(row)
    labels = EntityLabels(
        row.sentence_id, content_hash(text), row.annotator, row.annotator_fingerprint, text, row.language, (), UNKNOWN_COUNTRY, row.language
    )
    votes = [Vote(span, (row.annotator,), True) for span in found]
    return MachineLabels(labels, {row.annotator: Aligned(_words(row), found, [])}, votes)


def _words(row: GeneratedSentence) -> list[Word]:
    """The tokens with their places in the text, which is the tokens with blanks between."""
    words, start = [], 0
    for token in row.tokens:
        words.append(Word(token, start, start + len(token)))
        start += len(token) + 1
    return words


def _spans(row: GeneratedSentence) -> list[NerSpan]:
    return [NerSpan(start, end - 1, name) for start, end, name in spans(row.tags)]


def _types(row: GeneratedSentence) -> tuple[str, ...]:
    return tuple(sorted({span.label for span in _spans(row)}))


def _ontology(language: TargetLanguage) -> Ontology:
    entries = (
        TypeEntry(name=name, definition=TYPE_DEFINITIONS[name], parent="any", examples=(name,), synonyms=()) for name in language.types
    )
    return Ontology("low-resource study", tuple(entries))
