"""Which small tagger learns most from few sentences on a CPU: the choice behind the study's encoder `characters`.

    ASKNEWS_NER_SHARED=<folder> python benchmarks/small_taggers.py [--sizes 100 1000]

Each network is trained from nothing on the first rows of a shuffled training split of Danish (UNER DDT) and Swahili (MasakhaNER 2), a fifth
of them picks the epoch; F1 on the dev split and processor seconds, as ratios to the chosen one. The chain (a conditional random field over
tags) is on or off for all alike. `bags`: hashed n-grams of each word, two convolutions over the sentence (the chosen one). `letters`:
a convolution over letters, then a bidirectional LSTM (Ma and Hovy 2016). `attention`: the same bags, then a transformer of two layers."""

import argparse
import os
import random
import time
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from asknews_ner.low_resource.language_data import read_language
from asknews_ner.low_resource.languages import LANGUAGES
from asknews_ner.recipe import CharacterParams, load_recipe
from asknews_ner.train.characters.fit import CharacterFitParams, fit_tagger, span_f1
from asknews_ner.train.characters.network import Network
from asknews_ner.train.characters.tagger import CharacterTagger, tag_words
from asknews_ner.train.tokens.rows import classes_of

SEED, WIDTH = 3535, 128


def padded(rows: Sequence[Sequence[str]]) -> tuple[list[str], Tensor, Tensor]:
    """(distinct words, their places [rows, words], mask)."""
    longest = max(map(len, rows))
    distinct = sorted({word for row in rows for word in row})
    place = {word: index for index, word in enumerate(distinct)}
    places = torch.tensor([[place[word] for word in row] + [0] * (longest - len(row)) for row in rows])
    return distinct, places, torch.arange(longest) < torch.tensor([len(row) for row in rows])[:, None]


class Letters(Network):
    """Letters → convolution, maximum over the word → bidirectional LSTM."""

    def __init__(self, params: CharacterParams, tags: int) -> None:
        super().__init__(params, tags)
        self.letters = nn.Embedding(1024, 32, padding_idx=0)
        self.word = nn.Conv1d(32, params.dimensions, 3, padding=1)
        self.context = nn.LSTM(params.dimensions, WIDTH // 2, batch_first=True, bidirectional=True)

    def forward(self, rows: Sequence[Sequence[str]]) -> tuple[Tensor, Tensor]:
        distinct, places, mask = padded(rows)
        longest = min(20, max(map(len, distinct)))
        codes = torch.tensor([[1 + ord(letter) % 1023 for letter in word[:longest]] + [0] * (longest - len(word)) for word in distinct])
        hidden = torch.relu(self.word(self.letters(codes).transpose(1, 2))).masked_fill((codes == 0)[:, None], -1e4).max(dim=2).values
        given = nn.utils.rnn.pack_padded_sequence(self.dropout(hidden[places]), mask.sum(1), batch_first=True, enforce_sorted=False)
        read, _ = nn.utils.rnn.pad_packed_sequence(self.context(given)[0], batch_first=True)
        return self.scores(self.dropout(read)), mask


class Attention(Network):
    """Bags of n-grams → a transformer of two layers over the sentence."""

    def __init__(self, params: CharacterParams, tags: int) -> None:
        super().__init__(params, tags)
        self.into = nn.Linear(params.dimensions + params.sign_dimensions, WIDTH)
        self.places = nn.Embedding(params.max_words, WIDTH)
        layer = nn.TransformerEncoderLayer(WIDTH, 4, 2 * WIDTH, dropout=0.2, batch_first=True, norm_first=True)
        self.context = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)

    def forward(self, rows: Sequence[Sequence[str]]) -> tuple[Tensor, Tensor]:
        distinct, places, mask = padded(rows)
        hidden = self.into(self.dropout(self._vectors(distinct)[places])) + self.places(torch.arange(places.shape[1]))
        return self.scores(self.dropout(self.context(hidden, src_key_padding_mask=~mask))), mask


NETWORKS = {"bags": Network, "letters": Letters, "attention": Attention}
RATES = {"bags": 3e-3, "letters": 3e-3, "attention": 1e-3}  # of a few tried for each


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1000])
    given = parser.parse_args()
    torch.set_num_threads(1)
    folder, train = Path(os.environ["ASKNEWS_NER_SHARED"]) / "data" / "benchmarks", load_recipe("laptop").low_resource.study.train
    print(f"{'language':<9} {'rows':>5} {'network':<10} {'chain':<6} {'F1':>6} {'seconds':>8} {'F1 ratio':>9} {'seconds ratio':>14}")
    for code in ("da", "swa"):
        data, tags = read_language(folder, LANGUAGES[code], hub=False), classes_of(list(LANGUAGES[code].types))
        shuffled = random.Random(SEED).sample(data.train, len(data.train))
        for size in given.sizes:
            rows = [(row.tokens, row.tags) for row in shuffled[:size]]
            chosen: tuple[float, float] | None = None
            for name, network in NETWORKS.items():
                for chain in (True, False):
                    torch.manual_seed(SEED)
                    tagger = CharacterTagger(network(train.characters.model_copy(update={"chain": chain}), len(tags)), tuple(tags))
                    params = CharacterFitParams(
                        train.epochs, train.least_steps, train.patience, train.batch_size, RATES[name], train.weight_decay, 0.0, 1.0, SEED
                    )
                    began = time.process_time()
                    fit_tagger(tagger, rows[size // 5 :], rows[: size // 5], params)
                    seconds = time.process_time() - began
                    dev = data.validation
                    f1 = span_f1([row.tags for row in dev], tag_words(tagger, [row.tokens for row in dev]))
                    chosen = chosen or (f1, seconds)
                    ratios = f"{f1 / chosen[0]:>9.2f} {seconds / chosen[1]:>14.2f}"
                    print(f"{code:<9} {size:>5} {name:<10} {chain!s:<6} {100 * f1:>6.1f} {seconds:>8.1f} {ratios}", flush=True)


if __name__ == "__main__":
    main()
