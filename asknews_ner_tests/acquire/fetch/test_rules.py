import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict, CIMultiDictProxy

from asknews_ner.acquire.fetch.retry_after import retry_after
from asknews_ner.acquire.fetch.rules.ai_txt import AiTxt
from asknews_ner.acquire.fetch.rules.robots import Robots
from asknews_ner.acquire.fetch.rules.robots_lines import TooComplexError
from asknews_ner.acquire.fetch.rules.site import RuleText, SiteRules
from asknews_ner.acquire.fetch.rules.tags import reserved_by_headers, reserved_by_meta
from asknews_ner.acquire.fetch.rules.tdmrep import TdmRep, UnreadableRulesError
from asknews_ner.acquire.fetch.rules.vocabulary import vocabulary
from asknews_ner.recipe import load_recipe

ROOT = "https://news.example"
ALL = load_recipe("laptop").fetch.opt_outs
NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("text", "path", "rule"),
    [
        ("", "/a", ""),
        ("User-agent: *\nDisallow: /a", "/a/b", "User-agent: *, Disallow: /a"),
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b", ""),
        ("User-agent: *\nDisallow: /\n\nUser-agent: asknews-ner\nDisallow: /x", "/a", ""),
        ("User-agent: asknews-ner/2.0\nDisallow: /a", "/a", "User-agent: asknews-ner, Disallow: /a"),
        ("User-agent: AskNews-NER\nUser-agent: b\nDisallow: /*.html$", "/a.html", "User-agent: asknews-ner, Disallow: /*.html$"),
        ("User-agent: news\nDisallow: /", "/a", ""),
        ("User-agent: asknews\nDisallow: /", "/a", ""),
        ("User-agent: b\nDisallow: /\nUser-agent: *\nDisallow: /p", "/a", ""),
        ("\ufeffUser-agent: *\r\nDisallow: /a # all of it\r\n", "/a", "User-agent: *, Disallow: /a"),
        ("User-agent: *\nDisallow: /ä", "/%C3%A4", "User-agent: *, Disallow: /ä"),
        ("Disallow: /", "/a", ""),
        ("User-agent: *\nSitemap: https://news.example/s.xml\nUser-agent: b\nDisallow: /a", "/a", "User-agent: *, Disallow: /a"),
        ("<html><body>User-agent: *<br>Disallow: /</body></html>", "/a", ""),
    ],
)
def test_our_own_rules(text, path, rule):
    assert Robots(text).disallows(ROOT + path) == rule


@pytest.mark.parametrize("agent", [agent.name for agent in vocabulary().agents])
def test_a_rule_for_any_agent_that_gathers_training_data_counts(agent):
    robots = Robots(f"User-agent: *\nAllow: /\n\nUser-agent: {agent.upper()}\nUser-agent: x\nDisallow: /news")
    assert robots.disallows(f"{ROOT}/news/1") == ""
    assert robots.disallows_training(f"{ROOT}/news/1") == f"User-agent: {agent}, Disallow: /news"
    assert robots.disallows_training(f"{ROOT}/sport") == ""


def test_a_rule_for_everybody_is_none_on_training():
    assert Robots("User-agent: *\nDisallow: /a").disallows_training(f"{ROOT}/a") == ""
    assert Robots("User-agent: GPTBot\nUser-agent: Googlebot\nAllow: /\n\nUser-agent: *\nDisallow: /").disallows_training(f"{ROOT}/a") == ""


@pytest.mark.parametrize(
    ("line", "reserved"),
    [
        ("Content-Signal: search=yes, ai-train=no", True),
        ("content-signal: search=yes,ai-train=yes", False),
        ("Content-Signal: ai-input=no", False),
        ("Content-Signal: /news ai-train=no", True),
        ("Content-Signal: /sport ai-train=no", False),
        ("Content-Usage: train-ai=n", True),
        ("Content-Usage: train-ai=y, search=n", False),
        ("Content-Usage: /news train-ai=n", True),
        ("DisallowAITraining: /", True),
        ("DisallowAITraining: /sport", False),
        ("DisallowAITraining:", False),
    ],
)
def test_signals_of_robots_txt(line, reserved):
    robots = Robots(f"User-agent: *\n{line}\nAllow: /\n")
    assert bool(robots.signals_no_training(f"{ROOT}/news/1")) is reserved
    assert robots.disallows(f"{ROOT}/news/1") == ""


def test_delays_that_are_asked_for():
    assert Robots("User-agent: *\nCrawl-delay: 2.5").delay == 2.5
    assert Robots("User-agent: *\nCrawl-delay: 9\n\nUser-agent: asknews-ner\nCrawl-delay: 1\nRequest-rate: 1/3").delay == 3
    assert Robots("User-agent: *\nCrawl-delay: soon").delay == 0
    assert Robots("User-agent: *\nCrawl-delay: -1").delay == 0
    assert Robots("User-agent: b\nCrawl-delay: 7").delay == 0


def test_a_file_of_too_many_rules_for_too_many_agents_is_not_held():
    agents = "".join(f"User-agent: {agent.name}\n" for agent in vocabulary().agents)
    rules = "".join(f"Disallow: /{n}\n" for n in range(20_000))
    with pytest.raises(TooComplexError):
        Robots(agents + rules)
    others = "".join(f"User-agent: bot{n}\n" for n in range(10_000))
    assert Robots(others + "User-agent: *\n" + rules).disallows(f"{ROOT}/17")


@given(st.binary(max_size=400), st.sampled_from(["/", "/a", "/%", "/?q=*$"]))
def test_whatever_stands_in_robots_txt_gives_an_answer(noise, path):
    text = noise.decode("utf-8", "replace")
    for robots in (Robots(text), Robots("User-agent: *\nDisallow: " + text), Robots("User-agent:" + text + "\nDisallow: /")):
        robots.disallows(ROOT + path)
        robots.disallows_training(ROOT + path)
        robots.signals_no_training(ROOT + path)
        assert robots.delay >= 0


LINES = st.lists(
    st.builds(
        "{}{}{}".format,
        st.sampled_from(["User-agent", "Disallow", "Allow", "Crawl-delay", "Content-Signal", "DisallowAITraining", "user agent", "x"]),
        st.sampled_from([": ", ":", " ", "::"]),
        st.sampled_from(["*", "/", "GPTBot", "asknews-ner", "/a*b$", "*" * 50, "ai-train=no", "1e309", "nan", "%", "", "# x"]),
    ),
    max_size=12,
).map("\n".join)


@given(LINES)
def test_a_disallow_is_explained_by_a_rule_that_is_there(text):
    rule = Robots(text).disallows(f"{ROOT}/a/b")
    assert not rule or rule.startswith(("User-agent: *, Disallow: ", "User-agent: asknews-ner, Disallow: "))
    assert 0 <= Robots(text).delay < float("inf")


@pytest.mark.parametrize(
    ("text", "reserved"),
    [
        ("User-Agent: *\nDisallow: /\nDisallow: *", True),
        ("User-Agent: *\nDisallow: *.txt\nDisallow: *.pdf", True),
        ("User-Agent: *\nDisallow: *.html", True),
        ("User-Agent: *\nDisallow: *.jpg\nDisallow: *.png", False),
        ("User-Agent: GPTBot\nDisallow: /", True),
        ("User-Agent: *\nDisallow: /shop", False),
        ("User-Agent: *\nDisallow: /news", True),
        ("User-Agent: *\nAllow: /", False),
        ("Anything else", False),
    ],
)
def test_ai_txt(text, reserved):
    assert bool(AiTxt(text).disallows(f"{ROOT}/news/1")) is reserved


@pytest.mark.parametrize(
    ("text", "reserved"),
    [
        ('[{"location": "/", "tdm-reservation": 1, "tdm-policy": "https://news.example/p"}]', True),
        ('[{"location": "/*", "tdm-reservation": 1}]', True),
        ('[{"location": "/news/*", "tdm-reservation": "1"}]', True),
        ('[{"location": "news", "tdm-reservation": 1}]', True),
        ('[{"location": "/sport", "tdm-reservation": 1}, {"location": "/", "tdm-reservation": 0}]', False),
        ('[{"location": "/news", "tdm-reservation": 0}, {"location": "/", "tdm-reservation": 1}]', True),
        ('[{"location": "/news/1$", "tdm-reservation": 1}]', True),
        ('{"tdm-reservation": 1}', True),
        ('[{"location": "/", "tdm-reservation": 2}]', False),
        ("[]", False),
        ('[{"location": "https://news.example/news/*", "tdm-reservation": 1}]', True),
        ('[{"location": "/x\\nAllow: /\\nDisallow: /y", "tdm-reservation": 1}, {"location": "/news", "tdm-reservation": 1}]', True),
    ],
)
def test_tdmrep(text, reserved):
    assert bool(TdmRep(text).disallows(f"{ROOT}/news/1")) is reserved


@pytest.mark.parametrize("text", ["", "tdm-reservation: 1", "[1, 2]", '"x"', "[" * 100_000, "[" + "{}," * 3000 + "{}]"])
def test_a_tdmrep_that_cannot_be_read_is_no_silence(text):
    with pytest.raises(UnreadableRulesError):
        TdmRep(text)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["location", "tdm-reservation", "x"]), inner, max_size=3)
        ),
        max_leaves=9,
    )
)
def test_whatever_json_tdmrep_holds_gives_an_answer(value):
    import json

    try:
        TdmRep(json.dumps(value)).disallows(f"{ROOT}/a")
    except UnreadableRulesError:
        assert not isinstance(value, dict)


@given(LINES | st.text(max_size=300))
def test_whatever_stands_in_ai_txt_gives_an_answer(text):
    rule = AiTxt(text).disallows(f"{ROOT}/a/b")
    assert not rule or rule.startswith("User-agent: ")


SIGNALS = ["noai", "noml", "ai-train=no", "train-ai=n", "1", ":", ",", ";", " = ", "GPTBot", "*", "/", "\xe5", "unavailable_after"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["X-Robots-Tag", "tdm-reservation", "Content-Signal", "content-usage", "Date"]),
            st.lists(st.sampled_from(SIGNALS), max_size=8).map("".join) | st.text(max_size=30),
        ),
        max_size=6,
    )
)
def test_whatever_headers_say_reserves_only_by_a_known_word(given_headers):
    found = list(reserved_by_headers(CIMultiDictProxy(CIMultiDict(given_headers)), TAGS))
    said = " ".join(value for _, value in given_headers).lower().replace(" = ", "=")
    assert not found or any(word in said for word in (*TAGS, "ai-train=no", "train-ai=n", "1", "true"))


def headers(**given):
    return CIMultiDictProxy(CIMultiDict((name.replace("_", "-"), value) for name, value in given.items()))


TAGS = ("noai", "noml")


@pytest.mark.parametrize(
    ("given", "source"),
    [
        (headers(X_Robots_Tag="noai"), "tags"),
        (headers(X_Robots_Tag="noindex, NoAI"), "tags"),
        (headers(X_Robots_Tag="somebot: noai"), "tags"),
        (headers(X_Robots_Tag="noindex, noimageai, nofollow"), None),
        (headers(TDM_Reservation="1"), "tdmrep"),
        (headers(tdm_reservation="0"), None),
        (headers(Content_Signal="search=yes, ai-train=no"), "robots-signals"),
        (headers(Content_Usage="train-ai=n"), "robots-signals"),
        (headers(Content_Usage="train-ai=y"), None),
    ],
)
def test_headers(given, source):
    assert [kind for kind, _ in reserved_by_headers(given, TAGS)] == ([source] if source else [])


@pytest.mark.parametrize(
    ("tag", "source"),
    [
        ('<meta name="robots" content="noai, noimageai">', "tags"),
        ("<META CONTENT='noai' NAME=robots />", "tags"),
        ("<meta name=robots content=noai>", "tags"),
        ('<meta data-x="a>b" name="robots" content="index, noml">', "tags"),
        ('<meta name="GPTBot" content="noai">', "tags"),
        ('<meta name="robots" content="no&#97;i">', "tags"),
        ('<meta name="tdm-reservation" content="1">', "tdmrep"),
        ('<meta name="tdm-reservation" content="0">', None),
        ('<meta name="robots" content="noindex, noimageai">', None),
        ('<meta name="description" content="noai">', None),
        ("<p>noai</p>", None),
    ],
)
def test_meta_tags(tag, source):
    expected = [source] if source else []
    page = f"<html><head>{tag}</head></html>"
    assert [kind for kind, _ in reserved_by_meta(page.encode(), TAGS)] == expected
    assert [kind for kind, _ in reserved_by_meta(page.encode("utf-16"), TAGS)] == expected
    assert [kind for kind, _ in reserved_by_meta(b"<!-- \xff\xfe\x00" + b"x" * 99_999 + page.encode("latin-1"), TAGS)] == expected


@given(
    st.lists(
        st.sampled_from([b"<meta", b" name=", b"robots", b'"', b"'", b">", b" content=", b"noai", b"<", b"\x00", b"\xff", b"="]),
        max_size=40,
    )
)
def test_whatever_a_page_holds_its_tags_are_looked_at(parts):
    page = b"".join(parts)
    assert all(b"noai" in page for _ in reserved_by_meta(page, TAGS))


def rules(robots="", ai_txt=None, tdmrep=None, **trouble):
    def text(kind, value):
        return RuleText(f"{ROOT}/{kind}", NOW, value, trouble=trouble.get(kind, ""))

    return SiteRules(text("robots", robots), text("ai_txt", ai_txt), text("tdmrep", tdmrep), ALL)


def test_a_site_s_rules_make_one_decision_with_its_evidence():
    silent = rules(robots=None).decide(f"{ROOT}/a")
    assert silent.verdict == "allowed"
    reserved = rules("User-agent: CCBot\nDisallow: /", tdmrep='[{"location": "/", "tdm-reservation": 1}]').decide(f"{ROOT}/a")
    assert reserved.verdict == "disallowed"
    assert reserved.evidence.startswith(
        "robots-groups disallowed: User-agent: CCBot, Disallow: / (https://news.example/robots, 2026-11-21T12:00:00Z)"
    )
    assert [one.source for one in reserved.statements if one.says == "disallowed"] == ["robots-groups", "tdmrep"]
    assert rules(ai_txt="<!DOCTYPE html><p>User-agent: *\nDisallow: /", tdmrep="<html>").decide(f"{ROOT}/a").verdict == "allowed"


def test_what_cannot_be_read_is_unknown():
    assert rules(tdmrep="reserved!").decide(f"{ROOT}/a").verdict == "unknown"
    assert rules(tdmrep="x", ai_txt="User-agent: *\nDisallow: /").decide(f"{ROOT}/a").verdict == "disallowed"
    assert rules(ai_txt=None, tdmrep=None).robots_trouble == ""
    closed = SiteRules(RuleText(ROOT, NOW, trouble="status 500"), None, None, ALL)
    assert closed.robots_trouble == "status 500"
    assert closed.decide(f"{ROOT}/a").verdict == "unknown"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("Sat, 21 Nov 2026 12:01:00 GMT", 60),
        ("Sat, 21 Nov 2026 11:00:00 GMT", 0),
        ("9" * 400, 999_999_999_999),
        ("", None),
        ("soon", None),
        ("-3", None),
        ("٣", None),
        ("Sat, 99 Nov 2026 12:01:00 GMT", None),
    ],
)
def test_retry_after(value, seconds):
    assert retry_after(value, NOW) == seconds


@given(st.text(max_size=40))
def test_whatever_retry_after_says_is_a_wait_or_nothing(value):
    seconds = retry_after(value, NOW)
    assert seconds is None or seconds >= 0


def test_very_many_rules_of_any_kind_are_answered_at_once():
    """Each of these took a parse a line and address before; the count of the answers is what is tested, the test's time limit the rest."""
    signals = Robots("User-agent: *\n" + "".join(f"Content-Signal: /{n} ai-train=no\n" for n in range(8_000)))
    assert [bool(signals.signals_no_training(f"{ROOT}/{path}")) for path in ("x", "7999", *"y" * 50)] == [False, True, *[False] * 50]
    own = Robots("User-agent: *\n" + "".join(f"Disallow: /a{n}z\n" for n in range(30_000)))
    assert own.disallows(f"{ROOT}/a29999z") == "User-agent: *, Disallow: one of many"
