"""Tokens of the links in mails: packed ids and 16 bytes of keyed BLAKE2b, as base64url.

A token says who and what, so no table of links is needed and none can be guessed. BLAKE2b (RFC
7693) takes the key and the kind of token as parameters, so one kind never passes for another; it
costs a third of an HMAC, and every reader of every digest gets several. Tokens signed with a key
in SECRET_KEY_FALLBACKS stay good, so links in old mails survive a rotation.
"""

import hmac
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b, sha256

from django.conf import settings

CONFIRM_LIFE = timedelta(days=7)
# Twelve months.
PREFERENCES_LIFE = timedelta(days=366)

_MAC_BYTES = 16
# The last number is the day (UTC) that the link was made for, counted from 1970.
_UNSUBSCRIBE = struct.Struct(">QIH")
_PREFERENCES = struct.Struct(">QH")
_CONFIRM = struct.Struct(">QI")
_FRESH = struct.Struct(">QQ")
# No reader and no newsletter has this number.
NOBODY = 0
# Of links that carry no day.
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class BadToken(Exception):
    """Not a token of ours: cut in two, altered, of another kind, or signed with a lost key."""


class ExpiredToken(Exception):
    """A token of ours that is too old; `subscriber_id` says whose."""

    def __init__(self, subscriber_id: int) -> None:
        super().__init__("This link has expired.")
        self.subscriber_id = subscriber_id


@dataclass(frozen=True, slots=True)
class UnsubscribeToken:
    """Who leaves what, and how old the mail is that the link came in."""

    subscriber_id: int
    newsletter_id: int
    issued_at: datetime = EPOCH


@dataclass(frozen=True, slots=True)
class PreferencesToken:
    """Whose choices; `issued_at` is the day, in UTC, of the mail that the link stands in."""

    subscriber_id: int
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class ConfirmToken:
    """Who confirms; `issued_at` is in UTC, to the second."""

    subscriber_id: int
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class FreshToken:
    """Whose link or change, and which row."""

    subscriber_id: int
    row_id: int


def unsubscribe_token(
    *, subscriber_id: int, newsletter_id: int, issued_at: datetime = EPOCH
) -> str:
    """The token by which one reader leaves one newsletter. Never expires.

    Its page leads on to the preference page for as long as a link of `issued_at` would: without it
    never.
    """
    payload = _UNSUBSCRIBE.pack(subscriber_id, newsletter_id, _day(issued_at))
    return sign(b"unsubscribe", payload)


def read_unsubscribe_token(token: str) -> UnsubscribeToken:
    """Who leaves what; raises BadToken."""
    payload = verify(b"unsubscribe", token, _UNSUBSCRIBE.size)
    subscriber_id, newsletter_id, day = _UNSUBSCRIBE.unpack(payload)
    return UnsubscribeToken(subscriber_id, newsletter_id, EPOCH + timedelta(days=day))


def preferences_token(*, subscriber_id: int, issued_at: datetime) -> str:
    """The token of one reader's preference page, good for `PREFERENCES_LIFE`."""
    return sign(b"preferences", _PREFERENCES.pack(subscriber_id, _day(issued_at)))


def read_preferences_token(token: str, *, now: datetime) -> PreferencesToken:
    """Whose choices; raises BadToken, or ExpiredToken after `PREFERENCES_LIFE`."""
    payload = verify(b"preferences", token, _PREFERENCES.size)
    subscriber_id, day = _PREFERENCES.unpack(payload)
    issued_at = EPOCH + timedelta(days=day)
    if now - issued_at > PREFERENCES_LIFE:
        raise ExpiredToken(subscriber_id)
    return PreferencesToken(subscriber_id, issued_at)


def fresh_token(*, subscriber_id: int, row_id: int) -> str:
    """The token of a fresh link; its row says how long it is good (`account.fresh_links`)."""
    return sign(b"fresh", _FRESH.pack(subscriber_id, row_id))


def read_fresh_token(token: str) -> FreshToken:
    """Whose link; raises BadToken."""
    return FreshToken(*_FRESH.unpack(verify(b"fresh", token, _FRESH.size)))


def opened_token(*, subscriber_id: int, row_id: int) -> str:
    """What the page behind an opened fresh link acts with; it stands in no mail and no address."""
    return sign(b"opened", _FRESH.pack(subscriber_id, row_id))


def read_opened_token(token: str) -> FreshToken:
    """Whose page; raises BadToken."""
    return FreshToken(*_FRESH.unpack(verify(b"opened", token, _FRESH.size)))


def new_address_token(*, subscriber_id: int, row_id: int) -> str:
    """The token by which a new address is confirmed (`subscribers.account.address_changes`)."""
    return sign(b"new-address", _FRESH.pack(subscriber_id, row_id))


def read_new_address_token(token: str) -> FreshToken:
    """Whose change; raises BadToken."""
    return FreshToken(*_FRESH.unpack(verify(b"new-address", token, _FRESH.size)))


def confirm_token(*, subscriber_id: int, issued_at: datetime) -> str:
    """The token of a confirmation mail, good for `CONFIRM_LIFE`."""
    return sign(b"confirm", _CONFIRM.pack(subscriber_id, int(issued_at.timestamp())))


def read_confirm_token(token: str, *, now: datetime) -> ConfirmToken:
    """Who confirms; raises BadToken, or ExpiredToken after `CONFIRM_LIFE`."""
    subscriber_id, seconds = _CONFIRM.unpack(verify(b"confirm", token, _CONFIRM.size))
    issued_at = datetime.fromtimestamp(seconds, tz=UTC)
    if now - issued_at > CONFIRM_LIFE:
        raise ExpiredToken(subscriber_id)
    return ConfirmToken(subscriber_id, issued_at)


def _day(at: datetime) -> int:
    return (at - EPOCH).days


def sign(kind: bytes, payload: bytes, *, mac_bytes: int = _MAC_BYTES) -> str:
    """`payload` and `mac_bytes` of its MAC as base64url; `kind`, of at most 16 bytes, is in it."""
    mac = blake2b(
        payload, key=_key(settings.SECRET_KEY), person=kind, digest_size=mac_bytes
    ).digest()
    return urlsafe_b64encode(payload + mac).rstrip(b"=").decode("ascii")


def verify(kind: bytes, token: str, size: int, *, mac_bytes: int = _MAC_BYTES) -> bytes:
    """The `size` bytes of payload of a token that `sign` made; raises BadToken."""
    raw = _decode(token)
    if len(raw) != size + mac_bytes:
        raise BadToken
    payload, given = raw[:size], raw[size:]
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        mac = blake2b(payload, key=_key(secret), person=kind, digest_size=mac_bytes).digest()
        if hmac.compare_digest(mac, given):
            return payload
    raise BadToken


def _decode(token: str) -> bytes:
    try:
        raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (ValueError, Base64Error) as error:
        raise BadToken from error
    # One spelling per token: base64 ignores foreign signs and spare bits.
    if urlsafe_b64encode(raw).rstrip(b"=").decode("ascii") != token:
        raise BadToken
    return raw


@lru_cache(maxsize=16)
def _key(secret: str) -> bytes:
    """Of the length that BLAKE2b takes, whatever the secret's."""
    return sha256(b"subscribers.tokens:" + secret.encode()).digest()
