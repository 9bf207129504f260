"""Work on some items at once, with the results in the items' order and no more than a few items held."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")


def side_by_side(given: Iterable[Given], work: Callable[[Given], Made], at_once: int) -> Iterator[Made]:
    """`work` of each item. With `at_once` above 1 in as many threads: for work that waits for other processes."""
    if at_once == 1:
        yield from map(work, given)
        return
    with ThreadPoolExecutor(at_once) as threads:
        waiting: deque[Future[Made]] = deque()
        try:
            for item in given:
                waiting.append(threads.submit(work, item))
                if len(waiting) > 2 * at_once:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
