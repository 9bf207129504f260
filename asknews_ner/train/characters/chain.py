"""A linear-chain conditional random field over tag scores (Lafferty et al. 2001): its loss, and the best sequence."""

import torch
from torch import Tensor, nn


class Chain(nn.Module):
    """Scores of a tag after another, at the beginning and at the end, all learned."""

    def __init__(self, tags: int) -> None:
        super().__init__()
        self.after = nn.Parameter(torch.zeros(tags, tags))
        self.first = nn.Parameter(torch.zeros(tags))
        self.last = nn.Parameter(torch.zeros(tags))

    def loss(self, scores: Tensor, tags: Tensor, mask: Tensor) -> Tensor:
        """Negative log-likelihood per word. `scores`: [rows, words, tags]; `tags`, `mask`: [rows, words], every row with a first word."""
        real = mask.float()
        given = self.first[tags[:, 0]] + _picked(scores[:, 0], tags[:, 0])
        total = self.first + scores[:, 0]
        for word in range(1, scores.shape[1]):
            given = given + real[:, word] * (self.after[tags[:, word - 1], tags[:, word]] + _picked(scores[:, word], tags[:, word]))
            longer = torch.logsumexp(total[:, :, None] + self.after, dim=1) + scores[:, word]
            total = torch.where(mask[:, word, None], longer, total)
        ends = tags.gather(1, mask.sum(1, keepdim=True) - 1).squeeze(1)
        return (torch.logsumexp(total + self.last, dim=1) - given - self.last[ends]).sum() / real.sum()

    def best(self, scores: Tensor, mask: Tensor) -> Tensor:
        """[rows, words]: the likeliest sequence of tags (Viterbi)."""
        total = self.first + scores[:, 0]
        stay = torch.arange(len(self.first)).expand(len(scores), -1)
        came_from = []
        for word in range(1, scores.shape[1]):
            best, before = (total[:, :, None] + self.after).max(dim=1)
            total = torch.where(mask[:, word, None], best + scores[:, word], total)
            came_from.append(torch.where(mask[:, word, None], before, stay))
        path = [(total + self.last).argmax(dim=1)]
        for before in reversed(came_from):
            path.append(_picked(before, path[-1]))
        return torch.stack(path[::-1], dim=1)


def _picked(values: Tensor, places: Tensor) -> Tensor:
    return values.gather(1, places[:, None]).squeeze(1)
