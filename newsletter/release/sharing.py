"""A link by which somebody without an account looks at a mail before it goes.

Nothing is kept but the record of who shared it and who ended that: the link is signed, names the
mail and the moment, and is good for 48 hours, unless sharing was ended after that moment.
"""

import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction

from config.models import StaffUser
from newsletter.models import Digest
from subscribers import tokens
from subscribers.models import StaffAct
from subscribers.staff import acts

LIFE = timedelta(hours=48)

_KIND = b"preview"
# The mail, and the microseconds since 1970 at which it was shared.
_PAYLOAD = struct.Struct(">QQ")
_MICROSECOND = timedelta(microseconds=1)


class LinkIsOver(Exception):
    """Not a link of ours, older than 48 hours, or ended."""


@dataclass(frozen=True, slots=True)
class SharedLink:
    """What the address is made of, and until when it leads anywhere."""

    token: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link leads to, and until when."""

    digest: Digest
    until: datetime


@transaction.atomic
def share(*, digest_id: int, by: StaffUser, now: datetime) -> SharedLink:
    """A link to a mail, on record. Raises Digest.DoesNotExist."""
    digest = Digest.objects.select_related("newsletter").get(pk=digest_id)
    _record(StaffAct.Act.SHARED, digest, by, now)
    return _link(digest.pk, now)


@transaction.atomic
def stop(*, digest_id: int, by: StaffUser, now: datetime) -> None:
    """End all links to a mail, on record. Raises Digest.DoesNotExist."""
    digest = Digest.objects.select_related("newsletter").get(pk=digest_id)
    _record(StaffAct.Act.UNSHARED, digest, by, now)


def newest(*, digest: Digest, now: datetime) -> SharedLink | None:
    """The newest link to a mail that works."""
    last = StaffAct.objects.filter(target=_target(digest.pk), act__in=_ACTS).first()
    if last is None or last.act == StaffAct.Act.UNSHARED or now >= last.at + LIFE:
        return None
    return _link(digest.pk, last.at)


def opened(*, token: str, now: datetime) -> Opened:
    """The mail that a link leads to, with its newsletter and revision; raises LinkIsOver."""
    try:
        digest_id, micros = _PAYLOAD.unpack(tokens.verify(_KIND, token, _PAYLOAD.size))
    except tokens.BadToken as error:
        raise LinkIsOver from error
    shared_at = tokens.EPOCH + micros * _MICROSECOND
    ended = StaffAct.objects.filter(
        target=_target(digest_id), act=StaffAct.Act.UNSHARED, at__gte=shared_at
    )
    mails = Digest.objects.select_related("newsletter__promotes", "revision")
    found = mails.filter(pk=digest_id).first()
    if found is None or now >= shared_at + LIFE or ended.exists():
        raise LinkIsOver
    return Opened(digest=found, until=shared_at + LIFE)


_ACTS = (StaffAct.Act.SHARED, StaffAct.Act.UNSHARED)


def _record(act: StaffAct.Act, digest: Digest, by: StaffUser, now: datetime) -> None:
    about = f"{digest.newsletter.name} {digest.dated}"
    acts.record(act=act, by=by, about=about, now=now, target=digest)


def _link(digest_id: int, at: datetime) -> SharedLink:
    micros = (at.astimezone(UTC) - tokens.EPOCH) // _MICROSECOND
    return SharedLink(token=tokens.sign(_KIND, _PAYLOAD.pack(digest_id, micros)), until=at + LIFE)


def _target(digest_id: int) -> str:
    return f"{Digest._meta.label_lower}:{digest_id}"  # noqa: SLF001
