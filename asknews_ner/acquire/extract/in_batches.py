"""Pages read on other machines: each of their workers has a process of its own that reads pages and can be killed, as here."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import pyarrow as pa

from asknews_ner.acquire.extract.messages import as_message, from_message
from asknews_ner.acquire.extract.page import Extracted, ExtractReject
from asknews_ner.acquire.extract.workers import ExtractorPool, Page
from asknews_ner.batches.mapper import Batch, Mapper, in_groups
from asknews_ner.recipe import ExtractParams

_TOGETHER = 32
"""Pages of one batch: a second's work, and of pages as large as the recipe allows still some hundred megabytes."""


@dataclass(frozen=True, slots=True)
class ReadPages:
    """Columns `body`, `url`, `content_type` → column `answer`: what the page became, as JSON."""

    params: ExtractParams
    on_gpu: bool = False

    def __call__(self, rows: pa.Table, /) -> pa.Table:
        """One page after another. Raises ExtractorError if the process that reads pages cannot be started."""
        pool = _pool(self.params)
        answers = [pool.extract(row["body"], row["url"], row["content_type"]) for row in rows.to_pylist()]
        return pa.table({"answer": [json.dumps(as_message(answer)) for answer in answers]})


def extract_on(mapper: Mapper, params: ExtractParams) -> Callable[[Iterable[Page]], Iterator[Extracted | ExtractReject]]:
    """What reads a stream of pages with a mapper's workers, in the pages' order."""

    def many(pages: Iterable[Page]) -> Iterator[Extracted | ExtractReject]:
        batches = (_batch(together) for together in in_groups(pages, _TOGETHER))
        for made in mapper.map(ReadPages(params), batches):
            yield from (from_message(json.loads(answer)) for answer in made["answer"].to_pylist())

    return many


def _batch(pages: tuple[Page, ...]) -> Batch:
    columns = {
        "body": pa.array([page.body for page in pages], pa.binary()),
        "url": [page.url for page in pages],
        "content_type": [page.content_type for page in pages],
    }
    return Batch(f"pages from {pages[0].url}", pa.table(columns))


@cache
def _pool(params: ExtractParams) -> ExtractorPool:
    """This worker's reader; it ends with the worker, since nobody holds the other end of its socket any more."""
    return ExtractorPool(params, processes=1).__enter__()
