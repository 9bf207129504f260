import gzip
import zlib
from contextlib import suppress
from functools import partial

import brotli
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asknews_ner.acquire.fetch.types import FetchFaultError, FetchReject
from asknews_ner.acquire.fetch.unpack import unpack


def zstd(body):
    return pa.Codec("zstd").compress(body, asbytes=True)


def bare(body):
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


PACKERS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": partial(brotli.compress, quality=5),
    "zstd": zstd,
}
LIMIT = 1_000_000


@pytest.mark.parametrize("encoding", PACKERS)
@given(body=st.binary(max_size=2000))
def test_every_encoding_gives_back_what_was_packed(encoding, body):
    assert unpack(PACKERS[encoding](body), encoding, LIMIT) == body
    assert unpack(body, "identity", LIMIT) == body


def test_forms_that_servers_send():
    assert unpack(bare(b"news" * 99), "deflate", LIMIT) == b"news" * 99
    assert unpack(gzip.compress(b"one ") + gzip.compress(b"two") + bytes(40), "gzip", LIMIT) == b"one two"
    assert unpack(zstd(b"one ") + zstd(b"two"), "zstd", LIMIT) == b"one two"
    assert unpack(gzip.compress(b""), " GZIP ", LIMIT) == b""


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
def test_a_bomb_is_left_at_the_limit(encoding):
    bomb = PACKERS[encoding](bytes(50_000_000))
    assert len(bomb) < 100_000
    with pytest.raises(FetchFaultError) as caught:
        unpack(bomb, encoding, LIMIT)
    assert caught.value.reason is FetchReject.TOO_LARGE_UNPACKED
    assert unpack(bomb, encoding, LIMIT, cut=True) == bytes(LIMIT)


def test_a_bomb_of_many_members_is_left_too():
    with pytest.raises(FetchFaultError) as caught:
        unpack(gzip.compress(bytes(1000)) * 3000, "gzip", LIMIT)
    assert caught.value.reason is FetchReject.TOO_LARGE_UNPACKED


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
def test_a_body_that_is_cut_short_is_broken(encoding):
    packed = PACKERS[encoding](bytes(range(256)) * 400)
    for end in (1, 5, len(packed) // 2, len(packed) - 1):
        with pytest.raises(FetchFaultError) as caught:
            unpack(packed[:end], encoding, LIMIT)
        assert caught.value.reason is FetchReject.BROKEN_BODY


@given(st.sampled_from(["gzip", "deflate", "br", "zstd"]), st.binary(max_size=200), st.binary(max_size=60), st.integers(0, 400))
def test_wrong_bytes_are_broken_or_mean_something_small(encoding, body, noise, place):
    packed = PACKERS[encoding](body)
    for given_bytes in (noise, packed[:place] + noise + packed[place:]):
        with suppress(FetchFaultError):
            assert len(unpack(given_bytes, encoding, 5000)) <= 5000
