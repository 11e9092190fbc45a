"""Where EMAIL_URL leads to, and how."""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import parse_qs, unquote, urlsplit

# Few relays mind this many from one client; a slow or distant one wants more (docs/settings.md).
CONNECTIONS = 4


class Security(StrEnum):
    """What comes before the first word of SMTP, or instead of it."""

    NONE = "smtp"
    STARTTLS = "smtp+tls"
    TLS = "smtp+ssl"


@dataclass(frozen=True, slots=True)
class Relay:
    """`connections`: how many one process may have open at a time."""

    host: str
    port: int
    security: Security
    user: str
    password: str
    connections: int


def relay_of(url: str) -> Relay:
    """The relay of an EMAIL_URL that the settings have checked."""
    parts = urlsplit(url)
    security = Security(parts.scheme.lower())
    connections = parse_qs(parts.query).get("connections", [str(CONNECTIONS)])[0]
    return Relay(
        host=parts.hostname or "127.0.0.1",
        port=parts.port or (465 if security is Security.TLS else 25),
        security=security,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        connections=int(connections),
    )
