from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asknews_ner.acquire.fetch.addresses import why_forbidden

PUBLIC = ["93.184.215.14", "8.8.8.8", "1.1.1.1", "223.255.255.255", "2606:4700:4700::1111", "2a00:1450:400f:80c::200e"]
FORBIDDEN = [
    *("0.0.0.0", "10.1.2.3", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254", "168.63.129.16", "169.254.169.254"),
    *(
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.192",
        "192.0.2.1",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.251",
        "240.0.0.1",
        "255.255.255.255",
    ),
    *("::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1", "100::1"),
    *(
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:808:808::",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
    ),
    *("fec0::1", "ff02::1", "2606:4700:4700::1111%eth0", "news.example", "", "127.1", "0x7f000001"),
]


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_may_be_asked(address):
    assert why_forbidden(address) == ""


@pytest.mark.parametrize("address", FORBIDDEN)
def test_all_others_are_forbidden(address):
    assert why_forbidden(address)


def test_an_exception_is_one_for_its_network_only():
    allowed = (ip_network("127.0.0.1/32"),)
    assert why_forbidden("127.0.0.1", allowed) == ""
    assert why_forbidden("127.0.0.2", allowed)
    assert why_forbidden("::ffff:127.0.0.1", allowed)


@given(st.ip_addresses())
def test_what_python_calls_special_is_forbidden(address):
    special = address.is_private or address.is_loopback or address.is_link_local or address.is_multicast or address.is_unspecified
    if special or (isinstance(address, IPv6Address) and (address.ipv4_mapped or address.sixtofour or address.teredo)):
        assert why_forbidden(str(address))


@given(st.ip_addresses(v=4), st.sampled_from(["::ffff:", "::", "64:ff9b::"]))
def test_no_form_carries_an_ipv4_address_through(address, prefix):
    assert why_forbidden(prefix + str(IPv4Address(address)))
    assert why_forbidden(str(ip_address(prefix + str(address))))
