"""The tokenizer of the base model's encoder: into how many pieces it cuts a word, and how many it reads."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from asknews_ner.recipe import BaseModelParams
from asknews_ner.train.gliner.model import MINILM, load_model

_UNLIMITED = 10**6  # tokenizers that cut nothing name a number with thirty digits


class EncoderSubwords:
    """A transformers tokenizer, with the number of tokens after which it cuts (`most`)."""

    def __init__(self, name: str, tokenizer: Any) -> None:
        self.name = name
        self.most = min(int(tokenizer.model_max_length), _UNLIMITED)
        self._tokenizer = tokenizer

    def count(self, words: Sequence[str]) -> list[tuple[int, bool]]:
        """For each word: how many tokens it becomes, and whether one of them is the unknown token."""
        if not words:
            return []
        encoded = self._tokenizer(list(words), is_split_into_words=True, add_special_tokens=False, truncation=False, verbose=False)
        pairs = list(zip(encoded.word_ids(), encoded["input_ids"], strict=True))
        counts = Counter(word for word, _ in pairs)
        unknown = {word for word, token in pairs if token == self._tokenizer.unk_token_id}
        return [(counts[place], place in unknown) for place in range(len(words))]


def encoder_subwords(params: BaseModelParams) -> EncoderSubwords:
    """The tokenizer that training will use. Raises RecipeError where a published model cannot be loaded."""
    if params.kind == "pretrained":
        return EncoderSubwords(params.name, load_model(params.name, params.revision).data_processor.transformer_tokenizer)
    from transformers import AutoTokenizer

    from asknews_ner.diversify.embedding.encoders import packaged_minilm

    folder = str(packaged_minilm()) if params.name == MINILM else params.name
    return EncoderSubwords(params.name, AutoTokenizer.from_pretrained(folder))
