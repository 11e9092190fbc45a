"""When a form was drawn, signed and carried by the form itself.

It tells a person from a program that sends at once or sends an old copy. Pages stay the same for
everybody and need no cookie, so a cache may keep them; who takes longer than `OLDEST` is only
asked once more.
"""

import struct
from datetime import UTC, datetime, timedelta

from subscribers import tokens

QUICKEST = timedelta(seconds=2)
OLDEST = timedelta(days=1)

# Fewer than a mail's link has: a guess gains no more than reading our form does.
_MAC_BYTES = 8
_KIND = b"form time"
_STAMP = struct.Struct(">Q?")


def stamp(*, now: datetime, is_asked_again: bool = False) -> str:
    """What a form drawn `now` carries.

    `is_asked_again`: a form with nothing but a button, which may be pressed as fast as one can.
    """
    payload = _STAMP.pack(int(now.timestamp()), is_asked_again)
    return tokens.sign(_KIND, payload, mac_bytes=_MAC_BYTES)


def is_good(*, given: str, now: datetime) -> bool:
    """Whether `given` is a stamp of ours, neither too young nor too old. Never raises."""
    try:
        payload = tokens.verify(_KIND, given, _STAMP.size, mac_bytes=_MAC_BYTES)
    except tokens.BadToken:
        return False
    seconds, is_asked_again = _STAMP.unpack(payload)
    age = now - datetime.fromtimestamp(seconds, tz=UTC)
    return (timedelta(0) if is_asked_again else QUICKEST) <= age <= OLDEST
