"""Models that propose scored spans over given words, whatever their architecture; and GLiNER as one of them."""

from collections.abc import Sequence
from copy import copy
from typing import Any, Protocol

from asknews_ner.annotate.annotator import Progress
from asknews_ner.dataset.alignment.encoder_fit import prompt_tokens
from asknews_ner.evaluate.inference.merge import Candidate
from asknews_ner.train.gliner.subwords import EncoderSubwords


class Scorer(Protocol):
    """Words → candidates."""

    @property
    def own_types(self) -> list[str]:
        """The closed list of types that it knows; empty where any type can be asked for."""
        ...

    @property
    def threshold(self) -> float:
        """The least score where none is asked for."""
        ...

    @property
    def most_words(self) -> int:
        """Words that are read at once."""
        ...

    @property
    def widest(self) -> int:
        """Words of the widest span; 1 where any width is possible."""
        ...

    def room(self, types: Sequence[str]) -> int:
        """Subword pieces left for the words once the types are shown."""
        ...

    def pieces(self, words: Sequence[str]) -> list[int]:
        """Pieces that each word becomes."""
        ...

    def candidates(
        self, rows: Sequence[Sequence[str]], types: Sequence[str], threshold: float, progress: Progress
    ) -> list[list[Candidate]]:
        """Spans with a score above the threshold in each row of words, overlapping ones too, in the rows' order."""
        ...


class GlinerScorer:
    """A GLiNER, on PyTorch or on ONNX Runtime, in batches sorted by length."""

    def __init__(self, model: Any, batch_size: int, threshold: float) -> None:
        self.own_types: list[str] = []
        self.threshold = threshold
        self._model = model
        self._batch_size = batch_size
        self._subwords = EncoderSubwords("", model.data_processor.transformer_tokenizer)
        self._collator = model.create_collator()
        # GLiNER chooses among overlapping spans of one input. Across windows that choice must be made once, over the whole text:
        # its decoder without its last step gives all spans above the threshold.
        self._decoder = copy(model.decoder)
        self._decoder.greedy_search = lambda spans, *_, **__: list(spans)

    @property
    def most_words(self) -> int:
        """`max_len` of the model's configuration: what stands behind is cut."""
        return int(self._model.config.max_len)

    @property
    def widest(self) -> int:
        """`max_width` of the model's configuration."""
        return int(self._model.config.max_width)

    def room(self, types: Sequence[str]) -> int:
        """Pieces that the encoder reads, less the prompt."""
        return self._subwords.most - prompt_tokens(types, len(types), self._subwords)

    def pieces(self, words: Sequence[str]) -> list[int]:
        """As the encoder's tokenizer cuts them."""
        return [count for count, _ in self._subwords.count(words)]

    def candidates(
        self, rows: Sequence[Sequence[str]], types: Sequence[str], threshold: float, progress: Progress
    ) -> list[list[Candidate]]:
        """Spans above the threshold; scores are the model's sigmoid outputs, in float32."""
        if not self._model.is_runtime_model:
            self._model.eval()
        found: list[list[Candidate]] = [[] for _ in rows]
        order = sorted((index for index, row in enumerate(rows) if row), key=lambda index: -len(rows[index]))
        for start in range(0, len(order), self._batch_size):
            part = order[start : start + self._batch_size]
            inputs = self._model.prepare_base_input([list(rows[index]) for index in part])
            batch = self._model.collate_batch(inputs, list(types), self._collator)
            for index, spans in zip(part, self._decoded(batch, threshold), strict=True):
                found[index] = [Candidate(int(span.start), int(span.end), str(span.entity_type), float(span.score)) for span in spans]
            progress(len(part))
        return found

    def _decoded(self, batch: dict[str, Any], threshold: float) -> list[list[Any]]:
        import torch

        if self._model.is_runtime_model:  # its adapter warns of every input that the exported graph does not have
            output = self._model.model(**{name: batch[name] for name in self._model.model.input_names})
        else:
            output = self._model.run_batch(batch, threshold=threshold)
        logits = output[0] if isinstance(output[0], torch.Tensor) else torch.from_numpy(output[0])
        decoded: list[list[Any]] = self._decoder.decode(
            batch["tokens"],
            batch["id_to_classes"],
            logits,
            span_idx=output.span_idx,
            span_mask=output.span_mask,
            span_logits=output.span_logits,
            threshold=threshold,
        )
        return decoded
