"""A reader who chooses another rhythm while a mail is on its way: the next mail follows."""

from datetime import timedelta

import pytest

from newsletter import reader_mails
from newsletter.delivery import drain
from newsletter.delivery.story import story
from newsletter.models import DeliveryException
from subscribers.choosing import rhythm
from subscribers.ledger import Proof
from subscribers.models import OutboxMail, Subscription
from tests.factories import NOW, make_reader
from tests.newsletter.delivery import ledger

pytestmark = pytest.mark.django_db

Frequency = Subscription.Frequency


def choose(reader, newsletter, frequency):
    return rhythm.choose_frequency(
        subscriber_id=reader.pk,
        newsletter=newsletter,
        frequency=frequency,
        proof=Proof(method="preferences"),
        now=NOW,
    )


@pytest.mark.parametrize(
    ("values", "before", "after"),
    [
        ({}, "every_day", "once_a_week"),
        ({"occurrence": "2026-11-28"}, "every_day", "weekdays_only"),
        ({"occurrence": "2026-11-28-week", "is_weekly": True}, "once_a_week", "every_day"),
    ],
)
def test_who_is_counted_in_gets_it_whatever_he_chooses_after_that(
    newsletter, release, values, before, after
):
    reader = make_reader(newsletter)
    Subscription.objects.update(frequency=before)
    digest = release(newsletter, **values)
    assert choose(reader, newsletter, Frequency(after))
    drain.drain()
    assert ledger.check(digest) == {"accepted": 1}
    assert OutboxMail.objects.get().subscriber_id == reader.pk


@pytest.mark.parametrize(
    ("before", "after"), [("every_day", "once_a_week"), ("once_a_week", "every_day")]
)
def test_who_changes_once_both_mails_of_a_day_are_frozen_gets_one(
    newsletter, release, before, after
):
    reader = make_reader(newsletter)
    Subscription.objects.update(frequency=before)
    release(newsletter, occurrence="2026-11-28")
    release(newsletter, occurrence="2026-11-28-week", is_weekly=True)
    assert choose(reader, newsletter, Frequency(after))
    drain.drain()
    assert OutboxMail.objects.count() == 1


def test_a_break_that_began_after_he_was_counted_in_is_kept_with_the_reason(newsletter, release):
    reader = make_reader(newsletter)
    digest = release(newsletter)
    Subscription.objects.update(paused_until=NOW + timedelta(days=7))
    drain.drain()
    assert ledger.check(digest) == {"left": 1}
    assert DeliveryException.objects.get().reason == "paused"
    said = story(digest=digest, subscriber_id=reader.pk).sentences[-1].sentence
    assert said == "So now: left before it was sent, because: on a break."
    assert reader_mails.of(reader.pk)[0].proof == "on a break"


def test_between_a_daily_and_a_weekly_mail_everybody_is_prepared_for_one(newsletter, release):
    for frequency in Frequency:
        reader = make_reader(newsletter)
        Subscription.objects.filter(subscriber=reader).update(frequency=frequency)
    daily = release(newsletter, occurrence="2026-11-27")
    weekly = release(newsletter, occurrence="2026-11-27-week", is_weekly=True)
    drain.drain()
    assert ledger.check(daily) == {"accepted": 2}
    assert ledger.check(weekly) == {"accepted": 1}
    assert OutboxMail.objects.values("subscriber_id").distinct().count() == 3
