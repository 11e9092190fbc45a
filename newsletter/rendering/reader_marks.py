"""Whose mail a counted link stands in: 24 signs that end each link, the same for all of one mail.

So a mail costs one MAC however many links it has, and one placeholder. The mark names revision and
reader; the link's number beside it needs no signature, since it only chooses among the addresses
that were frozen with that revision.
"""

from dataclasses import dataclass

from subscribers import tokens

_KIND = b"click"
_REVISION_BYTES, _SUBSCRIBER_BYTES = 4, 5
# 72 bits; with the ids 18 bytes, which base64url writes without padding.
_MAC_BYTES = 9
LENGTH = 24


@dataclass(frozen=True, slots=True)
class ReaderMark:
    """Who got which frozen words."""

    revision_id: int
    subscriber_id: int


def reader_mark(*, revision_id: int, subscriber_id: int) -> str:
    """The mark of one reader's mail; never expires, survives a rotation of SECRET_KEY."""
    payload = revision_id.to_bytes(_REVISION_BYTES) + subscriber_id.to_bytes(_SUBSCRIBER_BYTES)
    return tokens.sign(_KIND, payload, mac_bytes=_MAC_BYTES)


def read_reader_mark(mark: str) -> ReaderMark:
    """Who got what; raises `tokens.BadToken`."""
    if len(mark) != LENGTH:
        raise tokens.BadToken
    size = _REVISION_BYTES + _SUBSCRIBER_BYTES
    payload = tokens.verify(_KIND, mark, size, mac_bytes=_MAC_BYTES)
    return ReaderMark(
        revision_id=int.from_bytes(payload[:_REVISION_BYTES]),
        subscriber_id=int.from_bytes(payload[_REVISION_BYTES:]),
    )
