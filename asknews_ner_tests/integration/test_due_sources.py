"""A real daemon reads a feed of the list when it is due, and the articles are carried on to their country's cells, with nobody there."""

import json

import pytest
import yaml
from aiohttp import web as http

from asknews_ner.recipe import LANGUAGES
from asknews_ner_tests.integration.conftest import LONG
from asknews_ner_tests.integration.dagster_processes import dagster, wait_until
from asknews_ner_tests.integration.on_loopback import served

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(not LONG, reason="two minutes and more: `make test-long`"),
]
SECONDS = 1500  # a busy machine is no fault
SENTENCES = (
    "<p>Regjeringen foreslår å øke avgiften på bensin fra og med neste år, sa finansministeren {}. gang på en pressekonferanse i Oslo.</p>"
)


def news_site(asked):
    """A feed of three articles, one of which reserves its text; its title is the domain of a publisher in Norway."""

    async def answer(request):
        asked.append(request.path)
        name = request.path.rpartition("/")[2]
        if name == "feed":
            root = str(request.url.parent)
            items = "".join(f"<item><title>Sak nummer {n} om bensin</title><link>{root}/{n}</link></item>" for n in range(3))
            feed = f'<rss version="2.0"><channel><title>nrk.no</title>{items}</channel></rss>'
            return http.Response(text=feed, content_type="application/rss+xml", headers={"ETag": '"1"'})
        if not name.isdecimal():
            raise http.HTTPNotFound
        head = '<meta name="robots" content="noai">' if name == "2" else ""
        text = "".join(SENTENCES.format(int(name) * 10 + one) for one in range(6))
        page = f'<html lang="no"><head><title>Sak nummer {name} om bensin</title>{head}</head><body><article>{text}</article></body></html>'
        return http.Response(text=page, content_type="text/html")

    app = http.Application()
    app.router.add_get("/{path:.*}", answer)
    return app


@pytest.fixture(scope="module")
def site():
    asked = []
    with served(news_site(asked)) as address:
        yield address, asked


@pytest.fixture(scope="module")
def instance(tmp_path_factory, site):
    address, _ = site
    folder = tmp_path_factory.mktemp("due")
    sources = [{"name": "avisen", "kind": "feeds", "at": [f"{address}/feed"], "every_minutes": 600}]
    (folder / "sources.yaml").write_text(yaml.safe_dump({"sources": sources}), encoding="utf-8")
    settings = {
        "ASKNEWS_NER_WORKSPACE": str(folder / "data" / "laptop"),
        "ASKNEWS_NER_ARTICLES": str(folder / "drop"),
        "ASKNEWS_NER_SOURCES": str(folder / "sources.yaml"),
        "ASKNEWS_NER_RECIPE": "laptop",
        "ASKNEWS_NER_CONTACT": "desk@asknews.example",
        "ASKNEWS_NER_FETCH_ALLOW_NETWORKS": "127.0.0.1/32",
        "ASKNEWS_NER_FETCH_ALLOW_PORTS": address.split(":")[2].partition("/")[0],
        "ASKNEWS_NER_FETCH_INTERVAL": "0",
        "OMP_NUM_THREADS": "1",
    }
    with dagster(folder, settings) as instance:
        yield instance


def test_a_due_feed_lands_and_its_country_is_made(instance, site):
    _, asked = site
    web = instance.web
    for sensor in ("due_sources", "new_articles", "refresh_goes_on"):
        web.start_sensor(sensor)
    wait_until(lambda: "acquire" in {kind_of(run) for run in done(web)}, SECONDS, "the feed is read")
    (batch,) = (instance.folder / "drop/acquired/avisen").glob("*.jsonl")
    rows = [json.loads(line) for line in batch.read_text(encoding="utf-8").splitlines()]
    assert sorted((row["url"].rpartition("/")[2], row.get("robots"), "refused_at_acquisition" in row) for row in rows) == [
        ("0", "allowed", False),
        ("1", "allowed", False),
        ("2", None, True),
    ]
    wait_until(lambda: ("articles", "NO") in {phase_of(run) for run in done(web)}, SECONDS, "the cells of the country are made")
    assert web.materialised("articles") == {f"NO|{language}" for language in LANGUAGES}
    made = [one for run in done(web) for one in web.materialisations(run.run_id) if one.asset == "articles"]
    assert sum(one.numbers["computed"] for one in made) == 2

    # Due once in ten hours: the next looks of the sensor find nothing to do.
    wait_until(lambda: said_last(web).startswith("no source in"), SECONDS, "the sensor looks again")
    assert [kind_of(run) for run in web.runs(0.0)].count("acquire") == 1
    assert asked.count("/v1/feed") == asked.count("/v1/0") == 1


def done(web):
    runs = web.runs(0.0)
    assert not [run.tags for run in runs if run.status == "FAILURE"]
    return [run for run in runs if run.status == "SUCCESS"]


def said_last(web):
    tick = web.last_tick("due_sources")
    return tick.word if tick else ""


def kind_of(run):
    return run.tags.get("ner/kind", "")


def phase_of(run):
    return run.tags.get("ner/phase", ""), run.tags.get("ner/country", "")
