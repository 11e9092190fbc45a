"""Which network addresses a fetch may connect to."""

import ipaddress
import socket

from django.conf import settings

# Public by the registry, yet a way to an IPv4 address inside (RFC 6052, 3056, 4380, 4291, 7526).
_EMBEDDING = tuple(
    ipaddress.ip_network(network)
    for network in (
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2002::/16",
        "2001::/32",
        "::ffff:0:0/96",
        "::ffff:0:0:0/96",
        "::/96",
        "fec0::/10",
        "192.88.99.0/24",
        "100.64.0.0/10",
    )
)


def is_public(address: str) -> bool:
    """Whether a numeric address is one that anybody on the internet may talk to."""
    ip = ipaddress.ip_address(address)
    if any(ip in network for network in _EMBEDDING if network.version == ip.version):
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def is_allowed(address: str) -> bool:
    """Whether a fetch may connect to it: public, or loopback where FETCH_PRIVATE says so."""
    return is_public(address) or (
        settings.FETCH_PRIVATE and ipaddress.ip_address(address).is_loopback
    )


def resolve(host: str, port: int) -> list[str]:
    """The numeric addresses of `host`, in the system's order; raises OSError if it has none.

    Odd spellings ("127.1", "0x7f000001") come back as the address that would be connected to.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))
