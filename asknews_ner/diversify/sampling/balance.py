"""Even shares under limits, solved to a proven bound: which cells of a pool give how many rows.

What is spread well is said by Shannon's entropy. For a fixed number of rows N, the entropy of the counts n over groups is
log N - (1/N) * sum of n log n, so the sum of n log n is what must be small. It is convex and separable over groups: as steps of one
row each it is exact in a mixed integer program, which HiGHS solves (scipy.optimize.milp)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_FEWEST_FOR_COST = 2  # one row of a group costs nothing: 1 * log 1 = 0


class BalanceError(RuntimeError):
    """No solution was found within the limits given; the message says what to change."""


@dataclass(frozen=True, slots=True)
class Dimension:
    """One way to group cells. `groups`: the group of each cell, empty for cells that belong to none. `weight`: what evenness over
    these groups counts. `most`: rows that one group may give, None for any number."""

    groups: Sequence[str]
    weight: float = 0.0
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Balance:
    """`counts`: rows of each cell. `cost`: weighted sum of n log n; `bound`: no choice of as many rows has a lower cost."""

    counts: NDArray[np.int64]
    cost: float
    bound: float

    @property
    def gap(self) -> float:
        """How much lower than this the best cost can be, as a share of the cost; 0 for a proven optimum."""
        return max(self.cost - self.bound, 0.0) / self.cost if self.cost > 0 else 0.0


def balance(supply: Sequence[int], dimensions: Sequence[Dimension], budget: int, gap: float, nodes: int) -> Balance:
    """As many rows as limits allow, up to the budget; of these choices the one with the most even groups.

    `supply`: rows of each cell. `gap`: relative gap at which the search may end. `nodes`: branches after which it must end.
    Raises BalanceError if it ended without any solution."""
    if not sum(supply):
        return Balance(np.zeros(len(supply), dtype=np.int64), 0.0, 0.0)
    free = all(dimension.most is None for dimension in dimensions)
    total = min(budget, sum(supply)) if free else _most_rows(supply, dimensions, budget, nodes)
    if total == 0:
        return Balance(np.zeros(len(supply), dtype=np.int64), 0.0, 0.0)
    program = _Program(supply, dimensions, with_cost=True)
    found = program.solve(equal_to=total, gap=gap, nodes=nodes)
    counts = np.rint(found.x[: len(supply)]).astype(np.int64)
    cost = cost_of(counts, dimensions)
    bound = cost if found.mip_dual_bound is None else min(float(found.mip_dual_bound), cost)
    return Balance(counts, cost, bound)


def cost_of(counts: NDArray[np.int64], dimensions: Sequence[Dimension]) -> float:
    """Weighted sum over dimensions and groups of n log n."""
    cost = 0.0
    for dimension in dimensions:
        sums: dict[str, int] = {}
        for group, count in zip(dimension.groups, counts, strict=True):
            if group:
                sums[group] = sums.get(group, 0) + int(count)
        cost += dimension.weight * sum(n * np.log(n) for n in sums.values() if n)
    return float(cost)


def _most_rows(supply: Sequence[int], dimensions: Sequence[Dimension], budget: int, nodes: int) -> int:
    found = _Program(supply, dimensions, with_cost=False).solve(at_most=budget, nodes=nodes)
    return int(np.rint(found.x[: len(supply)]).sum())


class _Program:
    """Variables: rows of each cell, then the steps of each group from its second row on."""

    def __init__(self, supply: Sequence[int], dimensions: Sequence[Dimension], with_cost: bool) -> None:
        self._cells = len(supply)
        self._upper = [float(value) for value in supply]
        self._cost = [0.0 if with_cost else -1.0] * self._cells
        self._rows: list[int] = []
        self._columns: list[int] = []
        self._values: list[float] = []
        self._most: list[float] = []
        for dimension in dimensions:
            members: dict[str, list[int]] = {}
            for cell, group in enumerate(dimension.groups):
                if group:
                    members.setdefault(group, []).append(cell)
            for cells in members.values():
                available = sum(supply[cell] for cell in cells)
                limit = available if dimension.most is None else min(available, dimension.most)
                if with_cost and dimension.weight > 0 and limit >= _FEWEST_FOR_COST:
                    self._add_steps(cells, limit, dimension.weight)
                elif limit < available:
                    self._add_row(cells, limit)

    def _add_row(self, cells: Sequence[int], limit: float) -> None:
        row = len(self._most)
        self._rows += [row] * len(cells)
        self._columns += cells
        self._values += [1.0] * len(cells)
        self._most.append(limit)

    def _add_steps(self, cells: Sequence[int], limit: int, weight: float) -> None:
        """Rows of the group - its steps <= 1. Each step costs more than the one before, so they are taken in order."""
        self._add_row(cells, 1.0)
        row, first = len(self._most) - 1, len(self._cost)
        steps = limit - 1
        n = np.arange(2, limit + 1, dtype=np.float64)
        below = n - 1
        self._cost += (weight * (n * np.log(n) - below * np.log(below))).tolist()
        self._upper += [1.0] * steps
        self._rows += [row] * steps
        self._columns += range(first, first + steps)
        self._values += [-1.0] * steps

    def solve(self, nodes: int, equal_to: int | None = None, at_most: int = 0, gap: float = 0.0) -> Any:
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import csr_array

        size = len(self._cost)
        constraints = []
        if self._most:
            matrix = csr_array((self._values, (self._rows, self._columns)), shape=(len(self._most), size))
            constraints.append(LinearConstraint(matrix, ub=np.array(self._most)))
        total = csr_array((np.ones(self._cells), (np.zeros(self._cells, dtype=int), np.arange(self._cells))), shape=(1, size))
        fewest, most = (equal_to, equal_to) if equal_to is not None else (0, at_most)
        constraints.append(LinearConstraint(total, lb=fewest, ub=most))
        whole = np.concatenate([np.ones(self._cells), np.zeros(size - self._cells)])
        found = milp(
            np.array(self._cost),
            integrality=whole,
            bounds=Bounds(0, np.array(self._upper)),
            constraints=constraints,
            options={"mip_rel_gap": gap, "node_limit": nodes},
        )
        if found.x is None:
            raise BalanceError(f"no balanced sample was found ({found.message}); raise sample.nodes, or weight fewer dimensions")
        return found
