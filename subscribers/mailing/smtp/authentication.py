"""Logging in (RFC 4954), by the way that the relay offers and that we prefer."""

import hmac
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Callable, Collection, Generator

# Yields a command and is sent the relay's challenge, until there is no more to say.
Steps = Generator[str, bytes, None]


def steps(mechanisms: Collection[str], *, user: str, password: str) -> Steps | None:
    """What to say to log in; None when the relay offers nothing that we know."""
    for name, make in _MECHANISMS.items():
        if name in mechanisms:
            return make(user, password)
    return None


def _plain(user: str, password: str) -> Steps:
    """RFC 4616."""
    yield f"AUTH PLAIN {_encoded(f'{chr(0)}{user}{chr(0)}{password}')}"


def _login(user: str, password: str) -> Steps:
    yield "AUTH LOGIN"
    yield _encoded(user)
    yield _encoded(password)


def _cram_md5(user: str, password: str) -> Steps:
    """RFC 2195: the password itself does not travel."""
    words = yield "AUTH CRAM-MD5"
    try:
        challenge = b64decode(words)
    except Base64Error:
        # RFC 4954 section 4: how a client takes its word back.
        yield "*"
        return
    digest = hmac.new(password.encode(), challenge, "md5").hexdigest()
    yield _encoded(f"{user} {digest}")


_MECHANISMS: dict[str, Callable[[str, str], Steps]] = {
    "PLAIN": _plain,
    "LOGIN": _login,
    "CRAM-MD5": _cram_md5,
}


def _encoded(words: str) -> str:
    return b64encode(words.encode()).decode("ascii")
