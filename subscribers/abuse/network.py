"""Where a request comes from, as far as it may be believed, and how little of it is kept."""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

IPAddress = IPv4Address | IPv6Address

# As proxies write an address: alone, in brackets, with the port that the client spoke from.
_IN_BRACKETS = re.compile(r"\[([^\]]+)\](?::\d+)?", re.ASCII)
_WITH_PORT = re.compile(r"([\d.]+):\d+", re.ASCII)


def of_request(request: HttpRequest) -> str:
    """The client's network, "203.0.113.0/24" or "2001:db8:1::/48"; "" when it is not known.

    X-Forwarded-For is believed only as far as it was written by TRUSTED_PROXIES: read from the
    right, the first address that is no proxy of ours is the client.
    """
    return truncated(_client(request))


def counted(request: HttpRequest) -> str:
    """The network that limits count by: /24 for IPv4, /64 for IPv6; "" when it is not known.

    A /64 is what one customer has at least, so who sends from one of them is one sender.
    """
    return _network(_client(request), ipv6=64)


def single(request: HttpRequest, *, ipv6: int = 64) -> str:
    """The client's address, of IPv6 its /64; "" when it is not known. To be hashed, not kept."""
    address = _client(request)
    if address is None or address.version == 4:
        return str(address or "")
    return _network(address, ipv6=ipv6)


def is_from_proxy(request: HttpRequest) -> bool:
    """Whether the request came to us from one of TRUSTED_PROXIES, so that its headers count."""
    address = _remote(request)
    return address is not None and _is_our_proxy(address)


def truncated(address: IPAddress | None) -> str:
    """The network of an address: /24 for IPv4, /48 for IPv6."""
    return _network(address, ipv6=48)


def _client(request: HttpRequest) -> IPAddress | None:
    address = _remote(request)
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    while address and hops and _is_our_proxy(address):
        before = _parse(hops.pop())
        if before is None:
            break
        address = before
    return address


def _remote(request: HttpRequest) -> IPAddress | None:
    """Who spoke to us."""
    remote = request.META.get("REMOTE_ADDR", "")
    if not remote and settings.TRUSTED_PROXIES:
        # A unix socket: only a program of this machine can have written to it, so a proxy of ours.
        remote = settings.TRUSTED_PROXIES[0].partition("/")[0]
    return _parse(remote)


def _network(address: IPAddress | None, *, ipv6: int) -> str:
    if address is None:
        return ""
    return str(ip_network((address, 24 if address.version == 4 else ipv6), strict=False))


def _parse(text: str) -> IPAddress | None:
    """The address that `text` is; an IPv4 address that came in as IPv6 is IPv4 again."""
    text = text.strip()
    found = _IN_BRACKETS.fullmatch(text) or _WITH_PORT.fullmatch(text)
    try:
        address = ip_address(found[1] if found else text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _is_our_proxy(address: IPAddress) -> bool:
    return any(address in ip_network(proxy, strict=False) for proxy in settings.TRUSTED_PROXIES)
