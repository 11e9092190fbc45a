"""A reader who chooses another rhythm while a mail is on its way: the next mail follows."""

import pytest

from newsletter import reader_mails
from newsletter.delivery import drain
from newsletter.delivery.story import story
from newsletter.models import DeliveryException
from subscribers import rhythm
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
    ("values", "before", "after", "why"),
    [
        ({}, "every_day", "once_a_week", "wants it once a week instead"),
        (
            {"occurrence": "2026-11-28"},
            "every_day",
            "weekdays_only",
            "wants it on weekdays only",
        ),
        (
            {"occurrence": "2026-11-28-week", "is_weekly": True},
            "once_a_week",
            "every_day",
            "wants its other mails, not the weekly one",
        ),
    ],
)
def test_who_wants_other_mails_by_now_is_left_out_with_the_reason(
    newsletter, release, values, before, after, why
):
    stays, changes = make_reader(newsletter), make_reader(newsletter)
    Subscription.objects.update(frequency=before)
    digest = release(newsletter, **values)
    assert choose(changes, newsletter, Frequency(after))
    drain.drain()
    assert ledger.check(digest) == {"accepted": 1, "left": 1}
    assert OutboxMail.objects.get().subscriber_id == stays.pk
    assert DeliveryException.objects.get().reason == after
    said = story(digest=digest, subscriber_id=changes.pk).sentences[-1].sentence
    assert said == f"So now: left before it was sent, because: {why}."
    assert reader_mails.of(changes.pk)[0].proof == why


def test_who_changes_his_mind_back_is_mailed_as_before(newsletter, release):
    reader = make_reader(newsletter)
    digest = release(newsletter)
    choose(reader, newsletter, Frequency.ONCE_A_WEEK)
    choose(reader, newsletter, Frequency.WEEKDAYS_ONLY)
    drain.drain()
    assert ledger.check(digest) == {"accepted": 1}


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
