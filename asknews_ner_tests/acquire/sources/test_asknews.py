import datetime as dt
import logging
import traceback

import pytest

from asknews_ner.acquire.files import SourceError
from asknews_ner.acquire.sources.asknews import AskNewsPlace, AskNewsSearch, AskNewsSource
from asknews_ner.acquire.sources.items import FoundArticle, Mark, RefusedItem
from asknews_ner.recipe import load_recipe
from asknews_ner_tests.acquire.sources.asknews_server import API_KEY, CLIENT_ID, CLIENT_SECRET, Script, article, serving

PARAMS = load_recipe("laptop").sources.asknews.model_copy(update={"articles_a_request": 2, "attempts": 3, "longest_wait_seconds": 5})
SINCE, UNTIL = (dt.datetime(2026, 3, 2, hour, tzinfo=dt.UTC) for hour in (0, 8))
SECRETS = (CLIENT_SECRET, API_KEY, "token-number", "c2NyZXQ")  # the last: inside of the header of basic authentication, too
WHENS = ["2026-03-02T01:00:00+00:00"] * 5 + ["2026-03-02T05:00:00+00:00"] * 3


def source(address, key=False, params=PARAMS, since=SINCE, until=UNTIL, search=AskNewsSearch(), secret=CLIENT_SECRET):  # noqa: B008
    who = {"api_key": API_KEY} if key else {"client_id": CLIENT_ID, "client_secret": secret}
    place = AskNewsPlace(**who, base_url=address, token_url=f"{address}/oauth2/token")
    return AskNewsSource(place, search, params, since, until)


def read(address, cursor="", **how):
    items = list(source(address, **how).read(cursor))
    return [one for one in items if isinstance(one, FoundArticle)], [one for one in items if isinstance(one, RefusedItem)]


def some(whens=WHENS):
    return [article(number, when) for number, when in enumerate(whens)]


@pytest.mark.parametrize("key", [False, True])
def test_all_pages_of_all_windows(key):
    script = Script(some())
    with serving(script) as address:
        found, refused = read(address, key=key)
    assert not refused
    assert [one.source_id[-1] for one in found] == list("01234567")
    assert (found[0].country, found[0].publisher, found[0].language) == ("Sweden", "Outlet", "sv")
    assert found[0].text.startswith("Regeringen höjer") and found[0].published_at == WHENS[0]
    assert [(one["offset"], one["start_timestamp"]) for one in script.searches] == [
        ([str(offset)], [str(int((SINCE + dt.timedelta(hours=hours)).timestamp()))])
        for hours, offset in ((0, 0), (0, 2), (0, 4), (4, 0), (4, 2))
    ]
    assert script.tokens == (0 if key else 1)


def test_what_is_asked_for_and_the_archive_for_times_long_ago():
    script = Script(some())
    with serving(script) as address:
        read(address, search=AskNewsSearch("tax", ("Politics",), ("SE", "DK"), ("sv",), ("outlet.example",)))
        now = dt.datetime.now(dt.UTC)
        read(address, since=now - dt.timedelta(hours=2), until=now)
    asked = script.searches[0]
    assert (asked["query"], asked["countries"], asked["historical"], asked["domain_url"]) == (
        ["tax"],
        ["SE", "DK"],
        ["True"],
        ["outlet.example"],
    )
    assert (asked["return_type"], asked["time_filter"], asked["categories"]) == (["dicts"], ["pub_date"], ["Politics"])
    assert script.searches[-1]["historical"] == ["False"]


def test_reading_goes_on_from_any_mark():
    with serving(Script(some())) as address:
        items = list(source(address).read(""))
        for place, item in enumerate(items):
            if isinstance(item, Mark):
                assert [one for one in source(address).read(item.cursor) if isinstance(one, FoundArticle)] == [
                    one for one in items[place:] if isinstance(one, FoundArticle)
                ]
        last = items[-1].cursor
        assert read(address, last, since=SINCE - dt.timedelta(hours=1))[0], "what is before the first reading is wanted too"


def test_an_expired_token_is_renewed_once():
    script = Script(some(), searches_a_token=2)
    with serving(script) as address:
        found, _ = read(address)
    assert len(found) == 8
    assert script.tokens == 3


def test_it_waits_as_long_as_it_is_asked_to_for_searches_and_tokens():
    script = Script(
        some(),
        [(429, {"Retry-After": "1"}, '{"code": 429000, "detail": "slow down"}'), (503, {"Retry-After": "0"}, "<html>busy</html>")],
        [(429, {"Retry-After": "0"}, "slow down")],
    )
    with serving(script) as address:
        started = dt.datetime.now(dt.UTC)
        found, _ = read(address)
        assert dt.datetime.now(dt.UTC) - started >= dt.timedelta(seconds=1)
    assert len(found) == 8


@pytest.mark.parametrize(
    ("faults", "told"),
    [
        ([(429, {"Retry-After": "3600"}, "later")], "come back in 3600 s"),
        ([(429, {"Retry-After": "0"}, "later")] * 3, "status 429; what came before is kept"),
        ([(500, {}, "<html>broken</html>")], "status 500"),
        ([(403, {}, '{"code": 403011, "detail": "plan"}')], "status 403"),
        ([(200, {}, '["no object"]')], "no JSON object"),
    ],
)
def test_it_gives_up_with_one_clear_line(faults, told):
    with serving(Script(some(), list(faults))) as address, pytest.raises(SourceError, match=told):
        read(address)


def test_an_article_that_is_not_as_documented_is_refused_alone():
    bad = [article(1, WHENS[0], pub_date=WHENS[0], country=None), article(2, WHENS[0], sentiment="x"), {"pub_date": WHENS[0]}]
    with serving(Script([*bad, article(4, WHENS[0])])) as address:
        found, refused = read(address)
    assert [one.source_id[-1] for one in found] == ["4"]
    assert [one.reason.name for one in refused] == ["NOT_AS_DOCUMENTED"] * 3
    assert "country" in refused[0].detail and refused[0].title == "Rubrik 1"


def test_which_text_is_taken():
    whole = article(1, WHENS[0], full_text="Hela texten.")
    english = article(2, WHENS[0], original_language_summary=None)
    with serving(Script([whole, article(3, WHENS[0]), english])) as address:
        found, _ = read(address)
        only_whole, refused = read(address, params=PARAMS.model_copy(update={"text": "full_text"}))
    assert [(one.text[:10], one.language) for one in found] == [("Hela texte", "sv"), ("Regeringen", "sv"), ("The govern", "en")]
    assert [one.text for one in only_whole] == ["Hela texten."]
    assert [one.reason.name for one in refused] == ["NO_CONTENT", "NO_CONTENT"]


@pytest.mark.parametrize("fault", ["wrong secret", "busy", "gone"])
def test_no_error_and_no_log_shows_a_secret(fault, caplog):
    caplog.set_level(logging.DEBUG)
    script = Script(some(), [(429, {"Retry-After": "0"}, "x")] * 9 if fault == "busy" else [])
    with serving(script) as address:
        here = address if fault != "gone" else "http://127.0.0.1:9"
        wrong = source(
            here, secret="an0ther-secret" if fault == "wrong secret" else CLIENT_SECRET, params=PARAMS.model_copy(update={"attempts": 2})
        )
        with pytest.raises(SourceError) as caught:
            list(wrong.read(""))
    shown = "".join(traceback.format_exception(caught.value)) + caplog.text + repr(wrong) + str(caught.value.__cause__)
    assert not any(secret in shown for secret in (*SECRETS, "an0ther-secret", "YW4wdGhlcg"))


def test_without_credentials_it_says_which_variables_to_set():
    with pytest.raises(SourceError, match="ASKNEWS_API_KEY"):
        AskNewsPlace(client_id="only the id")
