"""What replies cost: counted, estimated before, limited by a budget, shown in the web UI's metadata."""

import json
import re
from collections import Counter

import dagster as dg
import pytest
import yaml

from asknews_ner.annotate.annotator import AnnotatorError, Usage
from asknews_ner.annotate.estimate import estimate
from asknews_ner.annotate.llm.annotator import LlmAnnotator
from asknews_ner.annotate.llm.client import Endpoint
from asknews_ner.annotate.money import Budget, BudgetError, usd
from asknews_ner.annotate.summaries import inputs_of, summarise
from asknews_ner.orchestration.resources import build_resources
from asknews_ner.orchestration.settings import Settings, sample_folder
from asknews_ner.recipe import Price, load_recipe
from asknews_ner.records import Cost
from asknews_ner.storage.replies import ReplyStore
from asknews_ner.terminal.instance import open_instance
from asknews_ner.terminal.runner import Runner
from asknews_ner_tests.conftest import article
from asknews_ner_tests.integration.command_line import asknews
from asknews_ner_tests.integration.scripted_llm import MODEL, Say, scripted

RECIPE = load_recipe("laptop").with_model(MODEL)
CHOICE = RECIPE.annotate.summarise
GOOD = Say(json.dumps({"title": "A title", "summary": "A ship ran aground near Oslo."}))
PRICE = Price(input=1.0, cached_input=0.1, output=10.0)
ANSWER_TOKENS = len(GOOD.text.split())


@pytest.fixture
def store(tmp_path):
    return ReplyStore(f"sqlite:///{tmp_path / 'replies.sqlite'}")


def articles(count):
    return [article(article_id=str(n), text=f"Text {n} of the harbour.") for n in range(count)]


def annotator(server, budget=None, concurrency=4):
    return LlmAnnotator(Endpoint(server.url, "k", concurrency), CHOICE, budget)


def asked(server, store, count, budget=None):
    return summarise(articles(count), CHOICE, annotator(server, budget), store, lambda *_: None)


def test_cached_tokens_have_their_own_price():
    assert usd(Usage(1_000_000, 400_000, 100_000), PRICE) == pytest.approx(0.6 + 0.04 + 1.0)


def test_a_budget_stops_cleanly_and_the_next_run_goes_on(store):
    """What was in flight comes back and is stored; nothing is asked twice."""
    with scripted(lambda _: GOOD) as server:
        asked(server, store, 1)
        one = usd(usage_of(store.held()[0]), PRICE)
        budget = Budget(one * 20, {MODEL: PRICE})
        with pytest.raises(BudgetError, match=r"the budget of .* USD in 24 hours is used up .* after \d+ of 100 inputs"):
            asked(server, store, 100, budget)
        after = len(server.seen)
        assert 19 <= after <= 20 + 4, "at most the requests in flight are over it"
        assert sum(held.replies for held in store.held()) == after
        with pytest.raises(BudgetError):
            asked(server, store, 100, Budget(one * 20, {MODEL: PRICE}))  # another process of the same day
        assert len(server.seen) == after
        made = asked(server, store, 100, Budget(one * 1000, {MODEL: PRICE}))
        assert (len(made.outcome.kept), len(server.seen)) == (100, 100)


def usage_of(held):
    return Usage(held.prompt_tokens, held.cached_tokens, held.completion_tokens)


def test_a_budget_without_a_price_is_refused_before_any_request(store):
    with scripted(lambda _: GOOD) as server, pytest.raises(AnnotatorError, match=f"no price for '{MODEL}'"):
        annotator(server, Budget(1.0, {}))


def test_an_estimate_comes_near_what_is_spent(store):
    """Prompts are counted exactly; answers are assumed first, and known once replies are stored."""
    with scripted(lambda _: GOOD) as server:
        inputs = inputs_of(articles(60), CHOICE)
        before = estimate("summarise", annotator(server), inputs, store, PRICE)
        assert (before.stored, before.to_ask, before.seconds) == (0, 60, None)
        assert "assumed" in before.basis
        made = asked(server, store, 30)
        assert sum(row.prompt_tokens for row in made.spend) * 2 == pytest.approx(before.prompt_tokens, rel=0.01)
        then = estimate("summarise", annotator(server), inputs, store, PRICE)
        assert (then.stored, then.to_ask) == (30, 30)
        assert then.completion_tokens == 30 * ANSWER_TOKENS
        spent = sum(usd(Usage(row.prompt_tokens, 0, row.completion_tokens), PRICE) for row in asked(server, store, 60).spend[30:])
        assert then.usd == pytest.approx(spent, rel=0.01)
        assert then.seconds is not None
        assert estimate("summarise", annotator(server), inputs, store, None).usd is None


def obedient(body):
    """Answers that make a dataset: the title names the story, entities stand in the text."""
    name = body["response_format"]["json_schema"]["name"]
    text = body["messages"][-1]["content"]
    if name == "summarise":
        title, rest = text.split("BEGINS =====\n")[1].split("\n\n", 1)
        return Say(json.dumps({"title": title, "summary": " ".join(rest.split("\n=====")[0].split()[:80])}))
    if name == "label":
        inside = text.split("BEGINS =====\n")[1].split("\n=====")[0]
        found = Counter(re.findall(r"\b[A-Z][a-z]{3,}\b", inside))
        return Say(json.dumps({"entities": [{"text": word, "type": "location"} for word in found]}))
    return Say(json.dumps({"name": "A story"}))


@pytest.mark.slow
def test_a_command_with_prices_estimates_stops_at_the_budget_and_bills(tmp_path):
    """The whole way to the dataset through a server: estimate, a budget that is too small, the rest, and the bill that adds up."""
    folder = tmp_path / "articles"
    folder.mkdir()
    lines = [line for path in sorted(sample_folder().glob("bucket_*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines()]
    (folder / "a.jsonl").write_text(
        "\n".join(line for line in lines if json.loads(line)["country"] in {"GB", "SE", "BR"}) + "\n", encoding="utf-8"
    )
    values = load_recipe("laptop").model_dump(mode="json")
    values["annotate"]["prices"] = {MODEL: {"input": 0.5, "cached_input": 0.05, "output": 2.0}}
    values["topics"].update(min_cluster_size=2, min_samples=1)
    (tmp_path / "r.yaml").write_text(yaml.safe_dump(values), encoding="utf-8")
    with scripted(obedient) as server:
        given = ("--articles", folder, "--recipe", tmp_path / "r.yaml", "--llm-url", server.url, "--llm-model", MODEL)
        done = asknews("estimate", *given, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        summarise_line = next(line for line in done.stdout.splitlines() if line.startswith("summarise "))
        count = int(summarise_line.split()[2])
        assert server.seen == [], "an estimate asks nothing"
        expected = float(re.search(r"\d\.\d{4}", summarise_line).group())
        stopped = asknews("run", *given, cwd=tmp_path, ASKNEWS_NER_BUDGET_USD=str(expected / 6), ASKNEWS_NER_LLM_CONCURRENCY="2")
        assert stopped.returncode == 2, stopped.stdout
        assert re.search(r"^error: the budget of .* is used up", stopped.stderr, re.MULTILINE), stopped.stderr
        assert "Traceback" not in stopped.stderr
        before = len(server.seen)
        assert 0 < before < count
        resources = build_resources(
            Settings(str(tmp_path / "data" / "r"), str(folder), str(tmp_path / "r.yaml"), server.url, MODEL, {}, "", "", "")
        )
        with open_instance(tmp_path / "data") as instance:
            runner = Runner(resources["workspace"].open(), resources, instance, say=lambda _: None, bar=lambda items, _: items)
            runner._articles_to_dataset()
            event = instance.get_latest_materialization_event(dg.AssetKey("llm_costs"))
            cells = [
                record.asset_materialization.metadata
                for record in instance.fetch_materializations(dg.AssetKey("summaries"), limit=100).records
            ]
        assert len([body for body in server.seen if "summarise" in str(body["response_format"])]) == count, "nothing was paid for twice"
    metadata = event.asset_materialization.metadata
    rows = runner.ws.tables.read("llm_costs", Cost)
    held = runner.ws.replies.held()
    assert metadata["prompt_tokens"].value == sum(row.prompt_tokens for row in held) == sum(row.prompt_tokens for row in rows)
    assert metadata["completion_tokens"].value == sum(row.completion_tokens for row in held)
    assert metadata["usd"].value == pytest.approx(
        sum(usd(usage, Price(**values["annotate"]["prices"][MODEL])) for usage in map(usage_of, held)), rel=1e-3
    )
    assert {row.stage for row in rows} == {"summaries", "topics", "entity_labels"}
    assert metadata["plots"].value.startswith("![tokens and money](data:image/png;base64,")
    billed = [metadata for metadata in cells if "llm_usd" in metadata]
    assert billed, "cells with articles show what they cost"
    assert all(metadata["llm_usd"].value > 0 and metadata["llm_prompt_tokens"].value > 0 for metadata in billed)


@pytest.mark.parametrize("amount", ["much", "-1", "nan", "inf"])
def test_a_budget_that_is_no_amount(tmp_path, amount):
    done = asknews("run", cwd=tmp_path, ASKNEWS_NER_BUDGET_USD=amount)
    assert done.returncode == 2
    assert f"ASKNEWS_NER_BUDGET_USD is '{amount}'; give an amount in USD" in done.stderr
