"""Which addresses of the network may be written to: the whole world's, and inside only what is allowed by name.

The lists are those of the IANA registries of special addresses, with the places where clouds keep their credentials.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network
NOT_PUBLIC_4 = tuple(
    IPv4Network(n)
    for n in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24"),
        *("203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        "168.63.129.16/32",  # Azure's inside, at an address that looks public
    )
)
PUBLIC_6 = IPv6Network("2000::/3")
NOT_PUBLIC_6 = tuple(
    IPv6Network(n)
    for n in (
        "2001::/23",  # protocols: Teredo, benchmarks, ORCHID
        "2001:db8::/32",
        "2002::/16",  # 6to4
        "3fff::/20",
    )
)
NAT64 = IPv6Network("64:ff9b::/96")
PORTS = range(1024, 65536)  # beside 443
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*", re.ASCII)


def is_public(address: Address) -> bool:
    """Whether an address belongs to the whole world; one that hides an IPv4 address is judged by that."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in NOT_PUBLIC_4)
    if address.scope_id is not None:
        return False
    hidden = address.ipv4_mapped or (IPv4Address(int(address) & 0xFFFFFFFF) if address in NAT64 else None)
    if hidden is not None:
        return is_public(hidden)
    return address in PUBLIC_6 and not any(address in network for network in NOT_PUBLIC_6)


def is_plain(host: str) -> bool:
    """Whether a host is a name or an address in its one usual form; `0x7f.1`, `017700000001` and zone ids are not."""
    if not host or "%" in host or not host.isascii() or any(c.isspace() for c in host):
        return False
    if ":" in host:
        return read(host) is not None
    last = host.rstrip(".").rpartition(".")[2].lower()
    return read(host) is not None if _NUMBER.fullmatch(last) or not last else True


def read(text: str) -> Address | None:
    """An address in its usual form, or None."""
    try:
        return ip_address(text)
    except ValueError:
        return None


def is_web(scheme: str, host: str, userinfo: bool) -> bool:
    """Whether a URL is one that can be judged at all: of the web, without a user, and with a plain host."""
    return scheme in ("https", "http") and not userinfo and is_plain(host)


@dataclass(frozen=True)
class Allowed:
    """What may be written to besides the public Internet, also without encryption."""

    networks: tuple[Network, ...] = ()
    hosts: frozenset[str] = frozenset()

    def refuses(self, scheme: str, host: str, port: int, userinfo: bool, found: Sequence[Address]) -> str:
        """Why a URL whose host has these addresses is not written to; empty when it may be."""
        if not is_web(scheme, host, userinfo):
            return "not a plain https address"
        if self._name(host) in self.hosts or (found and all(self._inside(a) for a in found)):
            return ""
        if not found or not all(self._inside(a) or is_public(a) for a in found):
            return "not an address of the public network"
        if scheme != "https":
            return "not encrypted"
        return "" if port == 443 or port in PORTS else "not a port for the web"

    def _inside(self, address: Address) -> bool:
        if isinstance(address, IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        return any(address.version == n.version and address in n for n in self.networks)

    def _name(self, host: str) -> str:
        return host.rstrip(".").lower()


def allowed(text: str) -> Allowed:
    """Read a list of networks and host names, by comma: `10.20.0.0/16, hooks.intra.example`."""
    networks: list[Network] = []
    hosts: set[str] = set()
    for entry in filter(None, (part.strip() for part in text.split(","))):
        try:
            networks.append(ip_network(entry, strict=False))
        except ValueError:
            hosts.add(entry.rstrip(".").lower())
    return Allowed(tuple(networks), frozenset(hosts))
