"""No forbidden address is ever contacted, and no answer takes the memory: shown from outside, on a process of its own."""

import asyncio
import gzip
import json
import socket
import sys
from functools import partial

import brotli
import pyarrow as pa
import pytest

from asknews_ner_tests.acquire.fetch.site import Site, answer, redirect

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="needs the whole of 127.0.0.0/8 as loopback, and /proc"),
]
FORBIDDEN = ["127.0.0.2", "127.0.0.3", "10.0.0.1", "169.254.169.254", "192.168.0.1", "100.64.0.1", "0.0.0.0", "224.0.0.1"]
FORBIDDEN_6 = ["[::1]", "[::ffff:127.0.0.2]", "[64:ff9b::7f00:2]", "[fe80::1]", "[fd00:ec2::254]", "[2002:7f00:2::]", "[::127.0.0.2]"]
MOST_MIB = 500


async def crawled(site, urls, names=None, environment=None, **more):
    """What crawl_program.py prints."""
    given = json.dumps({"urls": urls, "port": site.port, "names": names or {}, **more})
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "asknews_ner_tests.acquire.fetch.crawl_program", given, stdout=asyncio.subprocess.PIPE, env=environment
    )
    out, _ = await asyncio.wait_for(process.communicate(), 240)
    assert process.returncode == 0
    return json.loads(out)


def listeners(port):
    """Two loopback addresses that are not the site's, listening on its port: nobody may come."""
    made = []
    for address in FORBIDDEN[:2]:
        listener = socket.socket()
        listener.bind((address, port))
        listener.listen()
        listener.setblocking(False)
        made.append(listener)
    return made


def nobody_came(listener):
    try:
        listener.accept()
    except BlockingIOError:
        return True
    return False


def test_no_forbidden_address_is_contacted():
    async def run():
        site = Site()
        async with site.open():
            traps = listeners(site.port)
            direct = [f"http://{at}:{site.port}/a" for at in FORBIDDEN + FORBIDDEN_6]
            spelt = [
                f"http://{at}:{site.port}/a" for at in ("2130706434", "0x7f000002", "0177.0.0.2", "127.2", "127。0。0。2", "①27.0.0.2")
            ]
            names = {f"n{n}__example": at.strip("[]") for n, at in enumerate(FORBIDDEN + FORBIDDEN_6)}
            named = [site.url(name.replace("__", "."), "/a") for name in names]
            # One name with a public and a forbidden address; names that mean the site first and something else later (DNS rebinding).
            names |= {"mixed__example": "127.0.0.1 127.0.0.2", "later__example": ["127.0.0.1", "127.0.0.1", "127.0.0.2"]}
            names |= {"soon__example": ["127.0.0.1", "127.0.0.2"], "robots__example": "127.0.0.1"}
            tricky = [site.url(host, "/a") for host in ("mixed.example", "later.example", "soon.example", "robots.example")]
            site.pages["robots.example", "/robots.txt"] = redirect(f"http://127.0.0.2:{site.port}/robots.txt")
            hops = []
            for n, target in enumerate(direct + spelt + named + ["file:///etc/passwd", f"http://a@127.0.0.2:{site.port}/", "//127.0.0.2/"]):
                hops.append(site.page("open.example", f"/hop{n}", redirect(target.encode("ascii", "xmlcharrefreplace").decode())))
            for host in ("later.example", "soon.example"):
                site.page(host, "/a", answer("<p>rebound</p>"))
            got = await crawled(site, direct + spelt + named + tricky + hops, names)
            return got, [nobody_came(trap) for trap in traps], len(direct + spelt + named), site, [trap.close() for trap in traps]

    got, quiet, refused, site, _ = asyncio.run(run())
    assert set(got["contacted"]) == {"127.0.0.1"}
    assert quiet == [True, True]
    assert set(got["outcomes"][:refused]) == {"FORBIDDEN_ADDRESS", "BAD_ADDRESS"}
    assert "Page" not in got["outcomes"][refused : refused + 1]
    assert got["outcomes"][refused] == "FORBIDDEN_ADDRESS"
    assert set(got["outcomes"][refused + 4 :]) <= {"FORBIDDEN_ADDRESS", "BAD_ADDRESS", "FORBIDDEN_PORT"}
    assert "/hop0" in site.paths("open.example")


def test_bombs_and_endless_answers_stay_below_the_memory_limit():
    async def endless(asked, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while True:
            writer.write(bytes(1 << 18))
            await writer.drain()

    async def run():
        site = Site()
        zeros = bytes(100_000_000)
        packer = pa.Codec("zstd")
        bombs = {
            "gzip": gzip.compress(zeros, 1),
            "br": brotli.compress(zeros, quality=1),
            "zstd": packer.compress(zeros, asbytes=True),
        }
        del zeros
        full = gzip.compress(bytes(19_900_000))
        async with site.open():
            urls = []
            for _ in range(5):
                for kind, bomb in bombs.items():
                    urls.append(site.page(f"h{len(urls)}.example", "/a", answer(bomb, Content_Encoding=kind)))
                urls.append(site.page(f"h{len(urls)}.example", "/a", partial(endless)))
                urls.append(site.page(f"h{len(urls)}.example", "/a", answer(b"x" * 4_900_000)))
                urls.append(site.page(f"h{len(urls)}.example", "/robots.txt", answer("User-agent: *\n" + "Disallow: /x*y\n" * 70_000)))
                urls.append(
                    site.page(
                        f"h{len(urls)}.example",
                        "/robots.txt",
                        answer(gzip.compress(b"User-agent: a\n" * 1_000_000), Content_Encoding="gzip"),
                    )
                )
            urls += [site.page("full.example", "/a", answer(full, Content_Encoding="gzip"))]
            return await crawled(site, [url.replace("/robots.txt", "/a") for url in urls])

    got = asyncio.run(run())
    assert got["most_mib"] < MOST_MIB
    assert got["outcomes"][:7] == ["TOO_LARGE_UNPACKED"] * 3 + ["TOO_LARGE", "Page", "CLIENT_ERROR", "CLIENT_ERROR"]
    assert got["outcomes"][-1] == "Page"
