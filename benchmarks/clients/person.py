"""What a reader's browser is like: its name, where it comes from, what it sends back of a form."""

import re
from ipaddress import IPv4Address

AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
_FIELD = re.compile(r"<input[^>]*>")
_ATTRIBUTE = re.compile(r'([a-z]+)="([^"]*)"')


def network_of(number: int) -> str:
    """An address in a /24 of its own, from 11.0.0.0/24 on."""
    return str(IPv4Address((11 << 24) + ((number % (1 << 21)) << 8) + 7))


def hidden(page: str) -> dict[str, str]:
    """What the forms of a page carry with them; the last of a name."""
    inputs = [dict(_ATTRIBUTE.findall(one)) for one in _FIELD.findall(page)]
    return {
        one["name"]: one.get("value", "")
        for one in inputs
        if one.get("type") == "hidden" and "name" in one
    }
