"""The welcome mail: one for each newsletter that somebody joins for the first time."""

from datetime import timedelta

import pytest

from subscribers import links, notice_sending, notices, subscriptions, suppression
from subscribers.ledger import Proof
from subscribers.models import Notice, OutboxMail, Subscription, SuppressedDomain
from tests.factories import NOW, make_newsletter, make_reader

pytestmark = pytest.mark.django_db

WORDS = "Good to have you.\r\n\r\nOne <question>:\r\nwhat do you read first?"


def _newsletter(**values):
    return make_newsletter(**({"welcome": WORDS} | values))


def _confirm(reader, at=NOW):
    return subscriptions.confirm(
        subscriber_id=reader.pk, issued_at=at, proof=Proof("confirm link"), now=at
    )


def _switch(reader, *wanted, offered, at=NOW):
    subscriptions.switch(
        subscriber_id=reader.pk,
        wanted={newsletter.pk for newsletter in wanted},
        offered={newsletter.pk for newsletter in offered},
        proof=Proof("preferences"),
        now=at,
    )


def _leave(reader, newsletter, at=NOW):
    subscriptions.leave(
        subscriber_id=reader.pk, newsletter_id=newsletter.pk, proof=Proof("one-click"), now=at
    )


def _mailing():
    notice = Notice.objects.get(kind="welcome")
    mailing, _ = notices.compose(notice=notice, now=NOW)
    return mailing


def test_who_confirms_is_welcomed_in_each_newsletter_that_has_words_for_it():
    first, second, mute = _newsletter(), _newsletter(), make_newsletter()
    reader = make_reader(first, state="pending")
    for other in (second, mute):
        Subscription.objects.create(
            subscriber=reader, newsletter=other, state="pending", created_at=NOW
        )
    _confirm(reader)
    _confirm(reader)
    welcomes = Notice.objects.filter(kind="welcome").order_by("pk")
    assert [one.context for one in welcomes] == [
        {"newsletter_ids": [first.pk]},
        {"newsletter_ids": [second.pk]},
    ]


def test_who_adds_one_on_the_page_of_his_choices_is_welcomed_once_however_often_he_comes_back():
    newsletter = _newsletter()
    reader = make_reader()
    for day in range(3):
        at = NOW + timedelta(days=day)
        _switch(reader, newsletter, offered=[newsletter], at=at)
        _switch(reader, offered=[newsletter], at=at)
    assert Notice.objects.filter(kind="welcome").count() == 1


def test_who_confirms_again_after_leaving_is_not_welcomed_again():
    newsletter = _newsletter()
    reader = make_reader(newsletter, state="pending")
    _confirm(reader)
    _leave(reader, newsletter)
    later = NOW + timedelta(days=40)
    subscriptions.request(
        subscriber_id=reader.pk, newsletter_ids=[newsletter.pk], proof=Proof("form"), now=later
    )
    assert _confirm(reader, at=later)
    assert Notice.objects.filter(kind="welcome").count() == 1


def test_undo_and_asking_alone_bring_no_welcome():
    newsletter = _newsletter()
    reader = make_reader(newsletter)
    _leave(reader, newsletter)
    subscriptions.rejoin(
        subscriber_id=reader.pk, newsletter_id=newsletter.pk, proof=Proof("page"), now=NOW
    )
    asks = make_reader()
    subscriptions.request(
        subscriber_id=asks.pk, newsletter_ids=[newsletter.pk], proof=Proof("form"), now=NOW
    )
    assert not Notice.objects.exists()


def test_it_says_the_editors_words_as_plain_paragraphs_and_how_to_leave():
    newsletter = _newsletter(name="Morning Briefing", slug="morning-briefing")
    reader = make_reader(newsletter, state="pending")
    _confirm(reader)
    mailing = _mailing()
    leave = links.unsubscribe_url(
        subscriber_id=reader.pk, newsletter_id=newsletter.pk, issued_at=NOW
    )
    assert mailing.subject == "Welcome to the Morning Briefing"
    assert ">Good to have you.</p>" in mailing.html
    assert "One &lt;question&gt;:<br>what do you read first?</p>" in mailing.html
    assert "Good to have you.\n\nOne <question>:\nwhat do you read first?\n" in mailing.text
    for part in (mailing.html, mailing.text):
        assert leave in part
        assert links.preferences_url(subscriber_id=reader.pk, issued_at=NOW) in part
        assert "Add briefing@daymark.example to your contacts" in part
    assert mailing.headers == {
        "Auto-Submitted": "auto-generated",
        "List-Id": "<morning-briefing.daymark.example>",
        "List-Unsubscribe": f"<{leave}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def test_it_says_when_the_first_comes(monkeypatch):
    monkeypatch.setattr(notices, "first_comes", lambda **_: "tomorrow, 6:30 am London time")
    _confirm(make_reader(_newsletter(), state="pending"))
    mailing = _mailing()
    for part in (mailing.html, mailing.text):
        assert "Your first one comes tomorrow, 6:30 am London time." in part


def test_who_left_before_it_is_sent_gets_none():
    newsletter = _newsletter()
    reader = make_reader(newsletter, state="pending")
    _confirm(reader)
    _leave(reader, newsletter)
    assert notice_sending.send_due() == 1
    assert Notice.objects.get(kind="welcome").state == "failed"
    assert not OutboxMail.objects.exists()


@pytest.mark.parametrize("by", ["address", "domain"])
def test_who_was_suppressed_before_it_is_sent_gets_none(by):
    reader = make_reader(_newsletter(), state="pending", address="anna@mail.example")
    _confirm(reader)
    if by == "address":
        hashes = [suppression.address_hash("anna@mail.example")]
        suppression.suppress(address_hashes=hashes, reason="complaint", detail="", now=NOW)
    else:
        SuppressedDomain.objects.create(domain="mail.example", created_at=NOW)
    notice_sending.send_due()
    assert not OutboxMail.objects.exists()
