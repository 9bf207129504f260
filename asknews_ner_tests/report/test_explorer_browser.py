"""The explorer in a real browser: it draws, answers the keyboard, keeps its state in the address, and asks nobody for anything."""

import asyncio
from collections.abc import Awaitable, Callable
from urllib.parse import quote

import pytest

from asknews_ner.recipe import Recipe
from asknews_ner.report.explorer.page import explorer_page
from asknews_ner.report.section import Section
from asknews_ner_tests.report.browser import Page, browser, find_chromium
from asknews_ner_tests.report.made_explorer import HOSTILE, article, made

PROGRAM = find_chromium()
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(PROGRAM is None, reason="needs Chromium: install it, or name the program in ASKNEWS_NER_CHROMIUM"),
]
READY = "document.documentElement?.dataset.ready === 'yes'"
ALL_DRAWN = "[...document.querySelectorAll('[data-chart]')].every((one) => one.dataset.drawn === 'yes')"
LINKS = "[...document.querySelectorAll('#list a')]"
FOCUSED = "document.activeElement"


@pytest.fixture(scope="module")
def address(recipe: Recipe, tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("explorer") / "explorer.html"
    file.write_text(explorer_page(made(100), [Section("other", "Other", "A lead.", "<p>inside</p>")], recipe), encoding="utf-8")
    return file.as_uri()


def visit(address: str, steps: Callable[[Page], Awaitable[None]]) -> Page:
    """Open the page, take the steps; whatever they are, the page says no error and asks for nothing but itself."""

    async def run() -> Page:
        assert PROGRAM is not None
        async with browser(PROGRAM) as page:
            await page.open(address)
            await page.until(READY)
            await steps(page)
            assert await page.value("window.hit") is None, "a text of an article ran"
            return page

    page = asyncio.run(run())
    assert page.errors == []
    assert {request.partition("#")[0] for request in page.requests if not request.startswith("data:")} == {address.partition("#")[0]}
    return page


@pytest.mark.parametrize(("width", "height", "dark"), [(1440, 1000, False), (390, 844, True)])
def test_every_chart_is_drawn_and_nothing_is_wider_than_the_window(address: str, width: int, height: int, dark: bool) -> None:
    async def steps(page: Page) -> None:
        await page.look(width, height, dark)
        await page.open("about:blank")
        page.requests.clear()
        await page.open(address)
        await page.until(READY)
        for name in ("map", "atlas", "scores", "rejects", "changes", "curves"):
            await page.value(f"document.querySelector('[data-chart={name}]').scrollIntoView()")
            await page.until(f"document.querySelector('[data-chart={name}]').dataset.drawn")
        assert await page.value(ALL_DRAWN)
        assert await page.value("document.documentElement.scrollWidth") <= width
        assert await page.value("document.querySelectorAll('[data-chart=map] svg path').length") > 170
        assert await page.value("document.documentElement.dataset.theme") == ("dark" if dark else "light")
        await page.value("document.getElementById('theme').click()")
        assert await page.value("getComputedStyle(document.body).backgroundColor") == ("rgb(255, 255, 255)" if dark else "rgb(18, 24, 31)")

    visit(address, steps)


def test_the_keyboard_alone_reaches_an_article_and_comes_back(address: str) -> None:
    async def steps(page: Page) -> None:
        await page.press("Tab")
        assert await page.value(f"{FOCUSED}.textContent") == "Skip to the articles"
        await page.press("Enter")
        await page.until(f"{FOCUSED}.id === 'articles-title'")
        await page.press("Tab")
        assert await page.value(f"{FOCUSED} === {LINKS}[0]")
        await page.press("ArrowDown")
        assert await page.value(f"{FOCUSED} === {LINKS}[1]")
        await page.press("Enter")
        await page.until("document.getElementById('article').open")
        assert await page.value(f"document.getElementById('article').contains({FOCUSED})")
        assert "article=" in await page.value("location.hash")
        for _ in range(8):
            await page.press("Tab")
            inside = await page.value(f"{FOCUSED} === document.body || document.getElementById('article').contains({FOCUSED})")
            assert inside, "the focus left the opened article"
        await page.press("Escape")
        await page.until("!document.getElementById('article').open")
        await page.until("!location.hash.includes('article=')")  # the dialog tells of its closing in an event of its own
        assert await page.value(f"{FOCUSED} === {LINKS}[1]")

    visit(address, steps)


def test_filters_stand_in_the_address_and_come_out_of_it(address: str) -> None:
    async def steps(page: Page) -> None:
        box = "document.querySelector('#filters [name=country]')"
        await page.value(f"{box}.value = 'SE'; {box}.dispatchEvent(new Event('input', {{bubbles: true}}))")
        assert await page.value("document.getElementById('count').textContent") == "20 of 100 articles, 13 of them in the dataset"
        assert await page.value("location.hash") == "#country=SE"
        await page.value("document.querySelector('[data-chart=atlas]').scrollIntoView()")
        placed = sum(row.country == "SE" and row.x is not None for row in map(article, range(100)))
        await page.until(f"document.querySelectorAll('[data-chart=atlas] .role-mark path[opacity=\"0.9\"]').length === {placed}")
        await page.value("document.querySelector('#countries').closest('details').open = true")
        await page.until("document.querySelector('#countries button[value=KE]')")
        await page.value("document.querySelector('#countries button[value=KE]').click()")
        assert await page.value("location.hash") == "#country=KE"
        await page.value("document.getElementById('filters').reset()")
        assert await page.value("location.hash") == "" and (await page.value("document.getElementById('count').textContent")).startswith(
            "100 of 100"
        )
        await page.value("location.hash = '#language=uk&part=in&type=person&topic=none'")
        await page.until("document.querySelector('#filters [name=language]').value === 'uk'")
        expected = [
            row for row in map(article, range(100))
            if row.language == "uk" and row.split and not row.topic_id and any(part.label == "person" for part in row.parts)
        ]  # fmt: skip
        assert expected and await page.value(f"{LINKS}.length") == len(expected)
        await page.value("location.hash = '#country=XX'")
        await page.until("document.getElementById('count').textContent.startsWith('0 of 100')")

    visit(address, steps)


def test_the_list_is_paged(address: str) -> None:
    async def steps(page: Page) -> None:
        assert await page.value(f"{LINKS}.length") == 40
        await page.value("document.getElementById('before').click()")
        assert await page.value("document.getElementById('page').textContent") == "articles 1 to 40, page 1 of 3"
        for _ in range(3):
            await page.value("document.getElementById('after').click()")
        assert await page.value("document.getElementById('page').textContent") == "articles 81 to 100, page 3 of 3"

    visit(address, steps)


def test_a_deep_link_opens_the_article_with_its_entities_as_text(address: str) -> None:
    async def steps(page: Page) -> None:
        await page.until("document.getElementById('article').open")
        assert await page.value("document.getElementById('article-title').textContent") == HOSTILE
        assert await page.value("document.querySelector('#article-summary mark').textContent.replace(/\\s/g, ' ')") == "Name 0 person"
        assert await page.value("document.querySelector('#article .badge').textContent") == "offline"
        await page.value("document.getElementById('article-after').click()")
        await page.until("document.getElementById('article-title').textContent === 'Title 1'")
        assert await page.value("[...document.querySelectorAll('#article-way a')].length") == 0, "an address that is a script is no link"

    visit(f"{address}#article={quote(article(0).article_id, safe='')}", steps)
