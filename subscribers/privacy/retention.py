"""How long records are kept that nobody needs for ever, and letting go of them, in pieces.

Later stages add theirs (`extensions.register_retention`). The table for outsiders is in
docs/privacy.md.
"""

from datetime import datetime, timedelta
from typing import Any

import structlog
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet

from subscribers import privacy, waiting
from subscribers.account import address_changes
from subscribers.clock import Clock
from subscribers.extensions import Retention, retentions
from subscribers.models import (
    AddressChange,
    FreshLink,
    LeavingWords,
    Notice,
    OutboxMail,
    StaffCall,
)
from subscribers.privacy import holdings

_PIECE = 500
# One run of the task; the next goes on where it ended.
_MOST_SECONDS = 30.0

log = structlog.get_logger(__name__)


def let_go(*, clock: Clock) -> int:
    """Let go of what is too old, for at most 30 s; how many records. Idempotent, safe many a time.

    Trouble with one kind is logged and does not keep the others.
    """
    gone = 0
    for rule in (*_RULES, *retentions()):
        try:
            gone += _apply(rule, clock)
        except Exception:
            log.exception("retention_failed", kind=rule.kind)
    return gone


def _apply(rule: Retention, clock: Clock) -> int:
    gone = 0
    while clock.elapsed() < _MOST_SECONDS:
        now = clock.now()
        done = rule.let_go(now - rule.keep, now, _PIECE)
        gone += done
        if done < _PIECE:
            break
    if gone:
        log.info("let_go", kind=rule.kind, records=gone)
    return gone


def _unconfirmed(before: datetime, now: datetime, at_most: int) -> int:
    """Sign-ups: the reader with them, if there is nothing else."""
    pending = waiting.unconfirmed(asked_before=before).order_by("subscriber_id")
    ids = pending.values_list("subscriber_id", flat=True).distinct()[:at_most]
    done = [
        privacy.forget_unconfirmed(subscriber_id=one, asked_before=before, now=now)
        for one in list(ids)
    ]
    return sum(done)


def _words_of_notices(before: datetime, _now: datetime, at_most: int) -> int:
    told = ~Q(context={}) | ~Q(answer="") | ~Q(staff_address="")
    old = Notice.objects.filter(told, finished_at__lt=before)
    return _first(old, at_most).update(context={}, answer="", staff_address="")


def _captured(before: datetime, _now: datetime, at_most: int) -> int:
    old = OutboxMail.objects.filter(created_at__lt=before).exclude(address=holdings.ERASED)
    ids = list(old.order_by("pk").values_list("pk", flat=True)[:at_most])
    return holdings.empty_captured(Q(pk__in=ids)) if ids else 0


def _notices(before: datetime, _now: datetime, at_most: int) -> int:
    old = Notice.objects.filter(finished_at__lt=before)
    return _first(old, at_most).delete()[0]


def _calls(before: datetime, _now: datetime, at_most: int) -> int:
    return _first(StaffCall.objects.filter(finished_at__lt=before), at_most).delete()[0]


def _addresses_of_changes(_before: datetime, now: datetime, _at_most: int) -> int:
    return address_changes.forget_old(now=now)


def _changes_of_address(before: datetime, _now: datetime, at_most: int) -> int:
    return _first(AddressChange.objects.filter(created_at__lt=before), at_most).delete()[0]


def _fresh_links(before: datetime, _now: datetime, at_most: int) -> int:
    return _first(FreshLink.objects.filter(created_at__lt=before), at_most).delete()[0]


def _leaving_words(before: datetime, _now: datetime, at_most: int) -> int:
    return _first(LeavingWords.objects.filter(at__lt=before), at_most).delete()[0]


def _sessions(before: datetime, _now: datetime, at_most: int) -> int:
    return _first(Session.objects.filter(expire_date__lt=before), at_most).delete()[0]


def _desk_log(before: datetime, _now: datetime, at_most: int) -> int:
    return _first(LogEntry.objects.filter(action_time__lt=before), at_most).delete()[0]


def _first(rows: QuerySet[Any], at_most: int) -> QuerySet[Any]:
    """The first of them by key, as a query that can be changed or deleted."""
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[:at_most])
    return rows.filter(pk__in=ids)


_RULES = (
    Retention("sign-ups never confirmed", timedelta(days=30), _unconfirmed),
    Retention("words of mails to one person", timedelta(days=30), _words_of_notices),
    Retention("captured mails", timedelta(days=30), _captured),
    Retention("mails to one person", timedelta(days=365), _notices),
    Retention("calls of the staff's webhook", timedelta(days=30), _calls),
    Retention("addresses of changes that are over", address_changes.LIFE, _addresses_of_changes),
    # Longer than any limit counts back by these rows.
    Retention("changes of address", timedelta(days=60), _changes_of_address),
    Retention("fresh links", timedelta(days=60), _fresh_links),
    Retention("why readers left, in their words", timedelta(days=365), _leaving_words),
    Retention("staff sessions", timedelta(), _sessions),
    Retention("the log of the desk", timedelta(days=730), _desk_log),
)
