"""A token classifier as a scorer: the same words in, scored spans out."""

from collections.abc import Sequence

from asknews_ner.annotate.annotator import Progress
from asknews_ner.evaluate.inference.merge import Candidate
from asknews_ner.train.gliner.subwords import EncoderSubwords
from asknews_ner.train.tokens.model import TokenClassifier
from asknews_ner.train.tokens.rows import types_of_classes
from asknews_ner.train.tokens.tagging import spans_of, tag


class TagScorer:
    """Spans read off the likeliest BIO classes; a span's score is the least probability of its words' classes."""

    widest = 1  # a span may have any width, so no overlap of windows is enough for all
    threshold = 0.0  # the likeliest classes already are a decision

    def __init__(self, classifier: TokenClassifier, batch_size: int) -> None:
        self._classifier = classifier
        self._batch_size = batch_size
        self._subwords = EncoderSubwords("", classifier.tokenizer)

    @property
    def own_types(self) -> list[str]:
        """The types that it was trained on: it knows no others."""
        return types_of_classes(self._classifier.classes)

    @property
    def most_words(self) -> int:
        """As many as pieces."""
        return self._classifier.max_pieces

    def room(self, types: Sequence[str]) -> int:
        """Pieces that it was trained to read, less the special ones; types take no room."""
        return self._classifier.max_pieces - int(self._classifier.tokenizer.num_special_tokens_to_add())

    def pieces(self, words: Sequence[str]) -> list[int]:
        """As the encoder's tokenizer cuts them."""
        return [count for count, _ in self._subwords.count(words)]

    def candidates(
        self, rows: Sequence[Sequence[str]], types: Sequence[str], threshold: float, progress: Progress
    ) -> list[list[Candidate]]:
        """Spans of the types asked for, above the threshold; they never overlap. Other types are left out."""
        return [
            [
                Candidate(span.start, span.end, span.label, span.score)
                for span in spans_of(tagged)
                if span.label in types and span.score > threshold
            ]
            for tagged in tag(self._classifier, rows, self._batch_size, progress)
        ]
