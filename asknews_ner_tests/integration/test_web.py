"""Dagster's webserver and daemon for real: a country's backfill as the UI launches it does all twelve languages."""

import pytest

from asknews_ner.orchestration.settings import sample_folder
from asknews_ner.recipe import LANGUAGES
from asknews_ner_tests.integration.dagster_processes import dagster, wait_until

pytestmark = pytest.mark.slow
SECONDS = 300


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dagster")
    articles = folder / "articles"
    articles.mkdir()
    lines = (sample_folder() / "bucket_1.jsonl").read_text(encoding="utf-8").splitlines()
    (articles / "a.jsonl").write_text("\n".join(line for line in lines if '"country": "SE"' in line) + "\n", encoding="utf-8")
    settings = {"ASKNEWS_NER_WORKSPACE": str(folder / "work"), "ASKNEWS_NER_ARTICLES": str(articles)}
    with dagster(folder, settings, own_code_server=False) as instance:
        yield instance.web


def ended(question, wanted, failed):
    """Whether what is asked for has ended as wanted; never if it failed."""

    def has_ended():
        status = question()
        assert status not in failed, status
        return status == wanted

    return has_ended


def test_an_asset_and_then_a_country_are_materialised_from_the_web(web):
    run = web.launch("arrivals")
    wait_until(ended(lambda: web.run_status(run), "SUCCESS", {"FAILURE", "CANCELED"}), SECONDS, "a run ends")
    keys = [f"SE|{language}" for language in LANGUAGES]
    backfill = web.backfill(["articles", "clean_articles"], keys)
    failed = {"FAILED", "COMPLETED_FAILED", "CANCELED"}
    wait_until(ended(lambda: web.backfill_status(backfill), "COMPLETED_SUCCESS", failed), SECONDS, "a backfill ends")
    assert web.materialised("articles") == set(keys)
    assert web.materialised("clean_articles") == set(keys)
