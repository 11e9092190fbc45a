from dataclasses import replace
from datetime import UTC, datetime

import pytest

from subscribers import extensions, links, notice_queue, notices
from subscribers.models import Subscription
from tests.factories import NOW, make_newsletter, make_reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def planned(monkeypatch):
    """Both newsletters go out the next morning."""
    known = extensions.registered()
    morning = datetime(2026, 11, 25, 6, 30, tzinfo=UTC)
    registry = replace(known, next_release=lambda newsletter, now, rhythm: morning)
    monkeypatch.setattr(extensions, "_registry", registry)


def _waiting(*names):
    newsletters = [make_newsletter(name=name, position=at) for at, name in enumerate(names)]
    reader = make_reader(newsletters[0], state="pending", address="Anna@mail.example")
    for newsletter in newsletters[1:]:
        Subscription.objects.create(
            subscriber=reader, newsletter=newsletter, state="pending", created_at=NOW
        )
    return reader


def _confirmation(reader):
    return notice_queue.add(kind="confirmation", subscriber=reader, context={}, now=NOW)


def test_the_confirmation_mail_says_what_when_and_how(planned):
    reader = _waiting("Morning Briefing", "Good News")
    mailing, recipient = notices.compose(notice=_confirmation(reader), now=NOW)
    url = links.confirm_url(subscriber_id=reader.pk, issued_at=NOW)
    assert mailing.subject == "Please confirm: Morning Briefing and Good News"
    assert mailing.headers["Auto-Submitted"] == "auto-generated"
    assert recipient.address == "Anna@mail.example"
    for part in (mailing.html, mailing.text):
        assert "your first one comes tomorrow, 6:30 am London time." in part
        assert "If this was not you, do nothing: without it you get no mail." in part
        assert "Yes, sign me up" in part
        assert "The link works for 7 days" in part
        assert url in part


def test_a_mail_made_twice_is_the_same_mail():
    notice = _confirmation(_waiting("Morning Briefing"))
    assert notices.compose(notice=notice, now=NOW) == notices.compose(notice=notice, now=NOW)


def test_the_mail_to_one_already_signed_up_says_that_nothing_changed():
    newsletter = make_newsletter(name="Morning Briefing")
    reader = make_reader(newsletter)
    notice = notice_queue.add(
        kind="already", subscriber=reader, context={"newsletter_ids": [newsletter.pk]}, now=NOW
    )
    mailing, _ = notices.compose(notice=notice, now=NOW)
    assert mailing.subject == "You already get Morning Briefing"
    assert "Someone, probably you, asked for it again." in mailing.text
    assert links.preferences_url(subscriber_id=reader.pk, issued_at=NOW) in mailing.text


def test_a_confirmation_that_nothing_waits_for_is_not_sent():
    reader = make_reader(make_newsletter())
    with pytest.raises(notices.NothingToSend):
        notices.compose(notice=_confirmation(reader), now=NOW)


def test_a_name_with_signs_of_markup_or_placeholders_stays_plain_text():
    mailing, _ = notices.compose(
        notice=_confirmation(_waiting("Tea <b>&</b> @@unsubscribe_url@@\r\nBcc: x")), now=NOW
    )
    assert "Tea &lt;b&gt;&amp;&lt;/b&gt;" in mailing.html
    assert "@@" not in mailing.html + mailing.text + mailing.subject
    assert "\n" not in mailing.subject


def test_an_alert_goes_to_staff():
    notice = notice_queue.add(
        kind="staff_alert",
        staff_address="desk@daymark.example",
        context={"subject": "Sending is paused", "message": "12 readers: no answer."},
        now=NOW,
    )
    mailing, recipient = notices.compose(notice=notice, now=NOW)
    assert (mailing.subject, recipient.address) == ("Sending is paused", "desk@daymark.example")
    assert "12 readers: no answer." in mailing.text
