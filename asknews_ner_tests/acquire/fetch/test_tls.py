"""Certificates are checked, and a redirect from https to http is told."""

import asyncio
import datetime as dt
import os
import ssl

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from asknews_ner.acquire.fetch.types import FetchReject
from asknews_ner_tests.acquire.fetch.site import Site, answer, redirect, visiting
from asknews_ner_tests.acquire.fetch.test_guard import crawled

NEWS = "news.example"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for news.example that signs itself, with its key, as one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NEWS)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder(
            name, name, key.public_key(), x509.random_serial_number(), now - dt.timedelta(days=1), now + dt.timedelta(days=1)
        )
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NEWS)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "news.pem"
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


def tls(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_a_certificate_that_nobody_signed_is_refused(certificate):
    async def run():
        site = Site({(NEWS, "/a"): answer("<p>news</p>")})
        async with site.open(tls(certificate)), visiting(site) as visit:
            return await visit.fetcher.get(f"https://{NEWS}:{site.port}/a"), site.asked

    refused, asked = asyncio.run(run())
    assert refused.reason is FetchReject.ROBOTS_UNREACHABLE
    assert "NOT_CONNECTED" in refused.detail
    assert "ertificate" in refused.detail
    assert asked == []


@pytest.mark.slow
def test_a_redirect_from_https_to_http_is_told(certificate):
    async def run():
        secure, plain = Site(), Site({(NEWS, "/b"): answer("<p>news</p>")})
        async with secure.open(tls(certificate)), plain.open():
            secure.page(NEWS, "/a", redirect(plain.url(NEWS, "/b")))
            secure.page(NEWS, "/c", answer("<p>news</p>"))
            urls = [f"https://{NEWS}:{secure.port}/a", f"https://{NEWS}:{secure.port}/c"]
            return await crawled(secure, urls, environment=os.environ | {"SSL_CERT_FILE": str(certificate)}, ports=[plain.port])

    got = asyncio.run(run())
    assert got["outcomes"] == ["Page", "Page"]
    assert sorted(got["downgraded"]) == [False, True]
