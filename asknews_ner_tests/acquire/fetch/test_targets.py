import re
from contextlib import suppress
from ipaddress import ip_address

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from yarl import URL

from asknews_ner.acquire.fetch.targets import parse_target
from asknews_ner.acquire.fetch.types import FetchFaultError, FetchReject

TRICKS = [
    *("", "news.example", "//news.example/", "/a", "http:", "http://", "http:///a", "http:news.example", "https:/news.example"),
    *(
        "ftp://news.example/",
        "file:///etc/passwd",
        "gopher://news.example/",
        "javascript:alert(1)",
        "data:text/html,x",
        "jar:http://a.example!/",
    ),
    *("http://user@news.example/", "http://user:word@news.example/", "http://:@news.example/", "http://news.example@127.0.0.1/"),
    *(
        "http://news.example\\@127.0.0.1/",
        "http:\\\\news.example/",
        "http://news.example/\\..",
        "http://news.example\t/",
        "http://ne ws.example/",
    ),
    *("http://news.example/a\r\nHost: b.example", "http://news.example/\x00", "http://news.example/\ud800"),
    *(
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://0x7f.1/",
        "http://127.0.0.0x1/",
        "http://1/",
    ),
    *("http://127.0.0.1.2/", "http://256.1.1.1/", "http://[::1/", "http://[::1%25eth0]/", "http://[fe80::1%eth0]/"),
    *("http://a..example/", "http://.example/", "http://-a.example/", "http://%31%32%37.0.0.1/", "http://news.example%00.b.example/"),
    *(
        f"http://{'a' * 64}.example/",
        f"http://{'a.' * 130}example/",
        "http://news.example:99999/",
        "http://news.example:80:90/",
        "http://news.example:x/",
    ),
    "http://news.example/" + "a" * 5000,
]
PLAIN = {
    "http://news.example": "http://news.example/",
    "HTTP://News.Example:80/x/../y#part": "http://news.example/y",
    " https://news.example/ä?q=ü\n": "https://news.example/%C3%A4?q=%C3%BC",
    "http://bücher.example/": "http://xn--bcher-kva.example/",
    "http://127。0。0。1/": "http://127.0.0.1/",
    "http://①②⑦.0.0.1/": "http://127.0.0.1/",
    "http://news.example./a": "http://news.example./a",
    "http://[::ffff:127.0.0.1]/": "http://[::ffff:7f00:1]/",
    "https://news.example:80/": "https://news.example:80/",
    "http://a_b.example/": "http://a_b.example/",
}


@pytest.mark.parametrize("value", TRICKS)
def test_tricks_are_no_addresses(value):
    with pytest.raises(FetchFaultError) as caught:
        parse_target(value, 4096)
    assert caught.value.reason is FetchReject.BAD_ADDRESS


@pytest.mark.parametrize("value", PLAIN)
def test_addresses_come_out_in_one_form(value):
    assert parse_target(value, 4096).address == PLAIN[value]


def test_ports_other_than_the_web_s_are_named_in_the_settings():
    with pytest.raises(FetchFaultError) as caught:
        parse_target("http://news.example:8080/", 4096)
    assert caught.value.reason is FetchReject.FORBIDDEN_PORT
    assert parse_target("http://news.example:8080/", 4096, (8080,)).port == 8080


HOSTS = st.lists(
    st.sampled_from([*"0179aAxX.。．%@:[]\\/#?-_ ①٣", "0x", "::", "127", "ff", "ä", "ﬁ", "\u00ad", "\u200d", "xn--", "%2e"]), max_size=14
).map("".join)


@given(st.one_of(st.text(), st.builds("http://{}/{}".format, HOSTS, HOSTS), st.builds("https://{}".format, st.text(max_size=40))))
@example("http://①/")
@example("http://xn--a/")
@example("http://[]@")
def test_whatever_comes_is_refused_or_means_one_host_only(value):
    with suppress(FetchFaultError):
        means_one_host(parse_target(value, 4096))


def means_one_host(target):
    again = URL(target.address)
    assert (again.raw_host or "").removesuffix(".") == target.host
    assert again.user is None
    assert again.scheme in {"http", "https"}
    assert again.port in {80, 443}
    last = target.host.rpartition(".")[2]
    if ":" in target.host or last.isdigit():
        assert str(ip_address(target.host))
    else:
        assert re.fullmatch(r"[a-z0-9._-]+", target.host)
        assert not last.startswith("0x") or not all(c in "0123456789abcdef" for c in last[2:])
