"""Records are let go of when their time is over, and not a day before."""

from datetime import timedelta
from itertools import count

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.sessions.models import Session
from django.utils import timezone

from newsletter.models import ReaderReport, ReportPost
from subscribers import notice_queue, signup, subscriptions
from subscribers.addresses import parse
from subscribers.clock import Clock
from subscribers.ledger import Proof
from subscribers.mailing import outbox
from subscribers.models import (
    AddressChange,
    Consent,
    FreshLink,
    Notice,
    OutboxMail,
    Subscriber,
    Subscription,
)
from subscribers.privacy import retention
from tests.factories import make_newsletter, make_reader, make_staff

pytestmark = pytest.mark.django_db

_numbers = count()


@pytest.fixture
def now():
    return timezone.now()


def _sign_up(newsletter, at, address="anna@mail.example"):
    signup.sign_up(
        address=parse(address), newsletter_ids=[newsletter.pk], page="", network="", now=at
    )
    Notice.objects.filter(state="pending").update(state="accepted", finished_at=at)
    return Subscriber.objects.get(address_key=address)


def _let_go():
    return retention.let_go(clock=Clock())


def test_a_sign_up_that_was_never_confirmed_is_forgotten_after_a_month(now):
    newsletter = make_newsletter()
    old = _sign_up(newsletter, now - timedelta(days=31))
    new = _sign_up(newsletter, now - timedelta(days=29), "bob@mail.example")
    _let_go()
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.address, old.address_hash) == (None, "")
    assert new.address
    assert list(old.subscriptions.values_list("state", "reason")) == [("ended", "never confirmed")]
    assert list(Consent.objects.filter(subscriber_id=old.pk).values_list("act", flat=True)) == [
        "requested",
        "left",
        "erased",
    ]


def test_one_who_asked_again_lately_is_not(now):
    newsletter = make_newsletter()
    reader = _sign_up(newsletter, now - timedelta(days=40))
    _sign_up(newsletter, now - timedelta(days=2))
    _let_go()
    reader.refresh_from_db()
    assert reader.address
    assert reader.subscriptions.get().state == "pending"


def test_a_reader_of_another_newsletter_stays(now):
    reader = make_reader(make_newsletter(), address="anna@mail.example")
    other = make_newsletter()
    _sign_up(other, now - timedelta(days=40))
    _let_go()
    reader.refresh_from_db()
    assert reader.address
    states = dict(Subscription.objects.values_list("newsletter_id", "state"))
    assert sorted(states.values()) == ["active", "ended"]
    assert states[other.pk] == "ended"


def test_what_was_confirmed_meanwhile_is_not_ended(now):
    newsletter = make_newsletter()
    reader = _sign_up(newsletter, now - timedelta(days=31))
    subscriptions.confirm(
        subscriber_id=reader.pk,
        issued_at=now - timedelta(days=31),
        proof=Proof("confirm link"),
        now=now - timedelta(days=30),
    )
    _let_go()
    assert Subscription.objects.get().state == "active"


def _notice(now, days, **values):
    notice = notice_queue.add(
        kind=Notice.Kind.STAFF_ALERT,
        staff_address="ines@daymark.example",
        context={"subject": "Stopped"},
        now=now - timedelta(days=days),
    )
    changed = {"state": "accepted", "finished_at": notice.created_at, **values}
    Notice.objects.filter(pk=notice.pk).update(**changed)
    return notice


def test_the_words_of_a_mail_to_one_person_go_first_and_then_the_row(now):
    waiting = _notice(now, 40, state="pending", finished_at=None)
    kept, emptied, gone = _notice(now, 29), _notice(now, 31), _notice(now, 366)
    _let_go()
    assert not Notice.objects.filter(pk=gone.pk).exists()
    words = dict(Notice.objects.values_list("pk", "staff_address"))
    assert words == {
        waiting.pk: "ines@daymark.example",
        kept.pk: "ines@daymark.example",
        emptied.pk: "",
    }


def test_captured_mails_are_emptied_and_those_of_digests_go_on_being_counted(now):
    template = outbox.OutboxTemplate.objects.create(
        key="k", subject="s", html="h", text="t", headers={}, created_at=now
    )
    for source in ("digest:1", "notice:1"):
        for days in (29, 31):
            OutboxMail.objects.create(
                template=template,
                address="anna@mail.example",
                values={"greeting_html": "Hello, Anna."},
                source=source,
                token="6b1f6c3e-0f4c-4a58-9a5c-3b1a1b2c3d4e",
                created_at=now - timedelta(days=days),
            )
    _let_go()
    left = OutboxMail.objects.order_by("pk").values_list("source", "address")
    assert list(left) == [
        ("digest:1", "anna@mail.example"),
        ("digest:1", "erased@reader.invalid"),
        ("notice:1", "anna@mail.example"),
    ]


def test_sessions_the_log_and_reports_that_fit_nothing_go_too(now):
    staff = make_staff()
    for days in (-1, 1):
        key = f"session{next(_numbers)}"
        Session.objects.create(
            session_key=key, session_data="", expire_date=now - timedelta(days=days)
        )
    for days in (729, 731):
        entry = LogEntry.objects.create(user=staff, object_repr="x", action_flag=CHANGE)
        LogEntry.objects.filter(pk=entry.pk).update(action_time=now - timedelta(days=days))
    for days, again in ((31, None), (31, now), (29, None)):
        ReportPost.objects.create(
            provider="brevo",
            reports=[],
            received_at=now - timedelta(days=days),
            not_before=again,
        )
    for days in (364, 366):
        ReaderReport.objects.create(
            source=f"digest:{days}",
            subscriber_id=1,
            kind="bounced",
            hard=True,
            detail="550 no such user",
            at=now - timedelta(days=days),
        )
    _let_go()
    assert Session.objects.count() == 1
    assert LogEntry.objects.count() == 1
    assert ReportPost.objects.count() == 2
    details = ReaderReport.objects.order_by("pk").values_list("detail", flat=True)
    assert list(details) == ["550 no such user", ""]


def test_fresh_links_and_changes_of_address_go_once_no_limit_counts_them(now):
    reader = make_reader()
    for days in (6, 8, 59, 61):
        at = now - timedelta(days=days)
        FreshLink.objects.create(subscriber=reader, created_at=at)
        AddressChange.objects.create(
            subscriber=reader, new_address="b@mail.example", new_hash="1", created_at=at
        )
    _let_go()
    assert FreshLink.objects.count() == 3
    held = AddressChange.objects.order_by("-created_at").values_list("new_address", flat=True)
    assert list(held) == ["b@mail.example", "", ""]


def test_it_goes_on_in_pieces_and_is_done_when_it_is_done(now, monkeypatch):
    monkeypatch.setattr(retention, "_PIECE", 2)
    for _ in range(5):
        _notice(now, 366)
    # Once for the words of each, once for the row.
    assert _let_go() == 10
    assert _let_go() == 0


def test_trouble_with_one_kind_does_not_keep_the_others(now, monkeypatch):
    def broken(*_):
        raise RuntimeError

    _notice(now, 366)
    first = retention._RULES[0]
    rules = (type(first)(first.kind, first.keep, broken), *retention._RULES[1:])
    monkeypatch.setattr(retention, "_RULES", rules)
    _let_go()
    assert not Notice.objects.exists()
