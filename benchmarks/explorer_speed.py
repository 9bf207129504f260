"""How big the explorer's page is and how soon it answers, with many articles: those of a finished workspace, over and over.

    python benchmarks/explorer_speed.py --workspace runs/laptop --records 5000

Needs Chromium (ASKNEWS_NER_CHROMIUM, or one on the path) and a workspace whose explorer has been made. Prints the page's size, and
medians of several visits: seconds from navigation to a page that answers (list, filters and counts are there) and to the map and the
atlas being drawn; seconds of one filter and of the first article that is opened."""

import argparse
import asyncio
import gzip
import statistics
import tempfile
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path

from asknews_ner.factory.reports.explorer import TABLES
from asknews_ner.recipe import load_recipe
from asknews_ner.report.explorer.data import ExplorerData
from asknews_ner.report.explorer.page import explorer_page
from asknews_ner.report.explorer.places import countries_of
from asknews_ner.report.explorer.records import ExplorerArticle
from asknews_ner.storage.tables import TableStore
from asknews_ner_tests.report.browser import Page, browser, find_chromium

_READY = "document.documentElement?.dataset.ready === 'yes'"
_DRAWN = "['map', 'atlas'].every((name) => document.querySelector(`[data-chart=${name}]`).dataset.drawn === 'yes')"
_FILTER = """new Promise((done) => { const box = document.querySelector('#filters [name=language]'), began = performance.now();
box.value = 'en'; box.dispatchEvent(new Event('input', {bubbles: true}));
requestAnimationFrame(() => setTimeout(() => done(performance.now() - began))); })"""
_OPEN = """new Promise((done) => { const began = performance.now(); window.addEventListener('hashchange',
() => requestAnimationFrame(() => done(performance.now() - began)), {once: true}); document.querySelector('#list a').click(); })"""


def multiplied(data: ExplorerData, records: int) -> ExplorerData:
    """The same articles over and over under other ids, at places a little apart."""
    rows = [moved(row, number, number // len(data.articles)) for number, row in enumerate(islice(cycle(data.articles), records))]
    rounds = -(-records // len(data.articles))
    return replace(
        data,
        articles=rows,
        countries=countries_of((row.country, bool(row.split)) for row in rows),
        topics=[replace(topic, topic_id=f"{topic.topic_id}/{turn}") for turn in range(rounds) for topic in data.topics],
    )


def moved(row: ExplorerArticle, number: int, turn: int) -> ExplorerArticle:
    """An article of its own, in its turn's own topics."""
    shift = (number * 0.6180339887 % 1 - 0.5) / 10
    x, y = (None if at is None else round(min(1.0, max(0.0, at + by)), 4) for at, by in ((row.x, shift), (row.y, turn / 200)))
    return replace(row, article_id=f"{row.article_id}?{number}", x=x, y=y, topic_id=row.topic_id and f"{row.topic_id}/{turn}")


async def visit(page: Page, address: str) -> dict[str, float]:
    """Seconds of one visit."""
    await page.open("about:blank")
    await page.look(1440, 1000)
    await page.ask("Page.navigate", url=address)
    await page.until(f"location.href !== 'about:blank' && {_READY}")
    await page.until(_DRAWN)
    marks = {"answers": "ready", "map drawn": "map", "atlas drawn": "atlas"}
    found = {words: await page.value(f"performance.getEntriesByName('{mark}')[0].startTime") for words, mark in marks.items()}
    found["one filter"] = await page.value(_FILTER)
    found["first article opened"] = await page.value(_OPEN)
    return {name: value / 1000 for name, value in found.items()}


async def measure(program: str, address: str, visits: int) -> list[dict[str, float]]:
    """A browser of its own for each visit: nothing is cached."""
    found = []
    for _ in range(visits):
        async with browser(program) as page:
            found.append(await visit(page, address))
            assert not page.errors, page.errors
    return found


def main() -> None:
    """Make the page, visit it, print the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("--records", type=int, default=5000)
    parser.add_argument("--visits", type=int, default=5)
    parser.add_argument("--keep", type=Path, help="where the page is written; default: nowhere for long")
    given = parser.parse_args()
    program = find_chromium()
    if program is None:
        raise SystemExit("no Chromium: install it, or name the program in ASKNEWS_NER_CHROMIUM")
    store = TableStore(given.workspace / "tables")
    data = ExplorerData(**{part: store.read(table, record) for part, (table, record) in TABLES.items()})
    if not data.articles:
        raise SystemExit(f"{given.workspace} has no explorer: run `asknews-ner report explorer` first")
    page = explorer_page(multiplied(data, given.records), [], load_recipe("laptop")).encode()
    with tempfile.TemporaryDirectory() as folder:
        file = given.keep or Path(folder) / "explorer.html"
        file.write_bytes(page)
        found = asyncio.run(measure(program, file.resolve().as_uri(), given.visits))
    print(f"{given.records} records: {len(page) / 1e6:.2f} MB, {len(gzip.compress(page, 6, mtime=0)) / 1e6:.2f} MB packed with gzip")
    for name in found[0]:
        values = [one[name] for one in found]
        print(f"{name:<22} {statistics.median(values):.2f} s (from {min(values):.2f} to {max(values):.2f}, {len(values)} visits)")


if __name__ == "__main__":
    main()
