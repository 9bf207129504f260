"""The network: bags of n-grams → word vectors → convolutions over the sentence → scores of tags."""

from collections.abc import Sequence
from itertools import accumulate, pairwise

import torch
from torch import Tensor, nn

from asknews_ner.recipe import CharacterParams
from asknews_ner.train.characters.chain import Chain
from asknews_ner.train.characters.features import sign_features, word_features


class Network(nn.Module):
    """Sentences as words in, tag scores out. Layers beyond the first are residual."""

    def __init__(self, params: CharacterParams, tags: int) -> None:
        super().__init__()
        self.params = params
        self.words = nn.EmbeddingBag(params.buckets, params.dimensions, mode="mean")
        self.signs = nn.EmbeddingBag(params.sign_buckets, params.sign_dimensions, mode="sum")
        nn.init.normal_(self.words.weight, std=0.3)
        widths = [params.dimensions + params.sign_dimensions, *[params.channels] * params.layers]
        self.layers = nn.ModuleList(nn.Conv1d(before, after, 3, padding=1) for before, after in pairwise(widths))
        self.dropout = nn.Dropout(params.dropout)
        self.scores = nn.Linear(params.channels, tags)
        self.chain = Chain(tags) if params.chain else None
        self._known: dict[str, tuple[list[int], list[int]]] = {}

    def forward(self, rows: Sequence[Sequence[str]]) -> tuple[Tensor, Tensor]:
        """(scores [rows, words, tags], mask [rows, words]). No row is empty, none is longer than `max_words`."""
        longest = max(map(len, rows))
        distinct = sorted({word for row in rows for word in row})
        place = {word: index for index, word in enumerate(distinct)}
        padded = torch.tensor([[place[word] for word in row] + [0] * (longest - len(row)) for row in rows])
        mask = torch.arange(longest) < torch.tensor([len(row) for row in rows])[:, None]
        real = mask[:, None].float()
        hidden = self.dropout(self._vectors(distinct)[padded]).transpose(1, 2) * real
        for number, layer in enumerate(self.layers):
            seen = torch.relu(layer(hidden if number == 0 else self.dropout(hidden))) * real
            hidden = seen if number == 0 else hidden + seen
        return self.scores(self.dropout(hidden.transpose(1, 2))), mask

    def loss(self, rows: Sequence[Sequence[str]], tags: Sequence[Sequence[int]]) -> Tensor:
        """Mean loss of a word."""
        scores, mask = self(rows)
        gold = torch.tensor([[*row, *[0] * (scores.shape[1] - len(row))] for row in tags])
        if self.chain is not None:
            loss: Tensor = self.chain.loss(scores, gold, mask)
            return loss
        return nn.functional.cross_entropy(scores[mask], gold[mask])

    def best(self, rows: Sequence[Sequence[str]]) -> list[list[int]]:
        """The likeliest tag of each word."""
        with torch.inference_mode():
            scores, mask = self(rows)
            chosen: Tensor = scores.argmax(dim=-1) if self.chain is None else self.chain.best(scores, mask)
        return [line[: len(row)] for line, row in zip(chosen.tolist(), rows, strict=True)]

    def _vectors(self, words: Sequence[str]) -> Tensor:
        for word in words:
            if word not in self._known:
                self._known[word] = word_features(word, self.params), sign_features(word, self.params)
        known = [self._known[word] for word in words]
        return torch.cat([_bag(self.words, [grams for grams, _ in known]), _bag(self.signs, [signs for _, signs in known])], dim=1)


def _bag(table: nn.EmbeddingBag, rows: Sequence[Sequence[int]]) -> Tensor:
    starts = [0, *accumulate(map(len, rows))][:-1]
    vectors: Tensor = table(torch.tensor([place for row in rows for place in row]), torch.tensor(starts))
    return vectors
