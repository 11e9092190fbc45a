"""Buttons among the fields of a mail: first what was typed is saved, then they do their own."""

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone

from newsletter.admin.mails.access import person
from newsletter.digests import locking, taking_out
from newsletter.digests.edits import EditConflict, NotEditable
from newsletter.digests.taking_out import RanSince
from newsletter.models import Digest

Run = Callable[[HttpRequest, Digest, int, datetime], str]


def wanted(request: HttpRequest) -> Run | None:
    """What the button that was pressed does; None for plain saving."""
    return next((run for name, run in BUTTONS.items() if name in request.POST), None)


def run(request: HttpRequest, digest: Digest, *, version: int) -> None:
    """Do it, and say what became of it."""
    pressed = wanted(request)
    if pressed is None:
        return
    try:
        messages.success(request, pressed(request, digest, version, timezone.now()))
    except (RanSince, EditConflict, NotEditable) as refusal:
        messages.warning(request, str(refusal))


def _put_back(request: HttpRequest, digest: Digest, version: int, now: datetime) -> str:
    pk = request.POST["put_back"]
    taking_out.put_back(
        digest_id=digest.pk,
        taken_out_id=int(pk) if pk.isdecimal() and len(pk) < 19 else 0,
        version=version,
        by=person(request),
        now=now,
    )
    return "It is back, at the end of its section."


def _lock(request: HttpRequest, digest: Digest, version: int, now: datetime) -> str:
    locking.lock_now(digest_id=digest.pk, now=now)
    return "Locked: no new stories come in by themselves."


def _unlock(request: HttpRequest, digest: Digest, version: int, now: datetime) -> str:
    if locking.let_news_in(digest_id=digest.pk, now=now):
        return "New stories come in again by themselves."
    return "It is too near its time: no new stories come in by themselves."


BUTTONS: dict[str, Run] = {"put_back": _put_back, "lock": _lock, "let_in": _unlock}
