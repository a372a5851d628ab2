"""What others give us as an address never leads inside."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.runtime.networks import Allowed, allowed, is_plain, is_public

pytestmark = pytest.mark.security

V4 = st.ip_addresses(v=4)
V6 = st.ip_addresses(v=6)
NOBODY = Allowed()


@pytest.mark.parametrize(
    "text",
    [
        "0.0.0.0", "10.1.2.3", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254", "169.254.169.254",
        "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1",
        "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "168.63.129.16",
        "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1", "2001::1", "2001:0:7f00:1::", "2001:db8::1", "2002:7f00:1::", "2002:808:808::", "3fff::1",
        "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1", "100::1", "2606:4700::1111%eth0",
    ],
)  # fmt: skip
def test_special_addresses_are_not_public(text: str) -> None:
    assert not is_public(ip_address(text))


@pytest.mark.parametrize(
    "text", ["8.8.8.8", "1.1.1.1", "172.32.0.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_the_world_is_public(text: str) -> None:
    assert is_public(ip_address(text))


@given(V4)
def test_what_python_knows_as_inside_is_never_public(address: IPv4Address) -> None:
    if not address.is_global or address.is_multicast or address.is_reserved:
        assert not is_public(address)
    for hiding in (f"::ffff:{address}", f"64:ff9b::{address}"):
        assert is_public(ip_address(hiding)) == is_public(address)


@given(V6)
def test_nor_is_what_it_knows_of_the_newer_ones(address: IPv6Address) -> None:
    if address.is_private or address.is_link_local or address.is_multicast or address.is_site_local:
        hidden = address.ipv4_mapped
        assert not is_public(address) or (hidden is not None and is_public(hidden))
    if address.sixtofour or address.teredo:
        assert not is_public(address)


@pytest.mark.parametrize(
    "host",
    [
        "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1", "127.0.0.01", "1.2.3.4.5", "0x", "fe80::1%eth0",
        "a%41.example", "", ".", "[::1]", "例え.jp", "a b", "::1::",
    ],
)  # fmt: skip
def test_odd_forms_of_addresses_are_not_read_at_all(host: str) -> None:
    assert not is_plain(host)
    assert NOBODY.refuses("https", host, 443, False, [ip_address("8.8.8.8")])


@given(st.lists(V4 | V6, min_size=1, max_size=4))
def test_one_bad_address_spoils_a_name(found: list[IPv4Address | IPv6Address]) -> None:
    assert bool(NOBODY.refuses("https", "a.example", 443, False, found)) == (not all(map(is_public, found)))
    assert NOBODY.refuses("https", "a.example", 443, False, [*found, ip_address("127.0.0.1")])


@pytest.mark.parametrize(
    ("scheme", "host", "port", "userinfo", "fine"),
    [
        ("https", "a.example", 443, False, True),
        ("https", "a.example", 8443, False, True),
        ("https", "8.8.8.8", 443, False, True),
        ("https", "a.example.", 443, False, True),
        ("http", "a.example", 80, False, False),
        ("https", "a.example", 22, False, False),
        ("https", "a.example", 25, False, False),
        ("https", "a.example", 443, True, False),
        ("ftp", "a.example", 443, False, False),
    ],
)
def test_only_plain_encrypted_web_addresses(scheme: str, host: str, port: int, userinfo: bool, fine: bool) -> None:
    assert (NOBODY.refuses(scheme, host, port, userinfo, [ip_address("8.8.8.8")]) == "") == fine


def test_what_is_allowed_may_be_inside_and_plain() -> None:
    some = allowed("127.0.0.0/8, fd00::/8 ,hooks.Intra.example.,")
    assert some.refuses("http", "127.0.0.1", 80, False, [ip_address("127.0.0.1")]) == ""
    assert some.refuses("http", "x", 80, False, [ip_address("::ffff:127.0.0.1")]) == ""
    assert some.refuses("http", "HOOKS.intra.example", 8080, False, [ip_address("10.0.0.1")]) == ""
    assert some.refuses("http", "127.0.0.1", 80, True, [ip_address("127.0.0.1")])
    assert some.refuses("https", "x", 443, False, [ip_address("127.0.0.1"), ip_address("10.0.0.1")])
    assert some.refuses("https", "x", 443, False, [ip_address("127.0.0.1"), ip_address("8.8.8.8")]) == ""


@given(st.text(max_size=80))
def test_any_list_can_be_read(text: str) -> None:
    found = allowed(text)
    assert all(ip_network(str(n)) == n for n in found.networks)
    is_plain(text)
