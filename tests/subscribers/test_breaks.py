"""Breaks: what they change, and what is kept of it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from subscribers import audience, subscriptions
from subscribers.choosing import breaks
from subscribers.ledger import Proof
from subscribers.models import Consent, Subscription
from tests.factories import NOW, make_newsletter, make_reader

pytestmark = pytest.mark.django_db

PROOF = Proof(method="preferences", network="203.0.113.0/24")
LONDON = ZoneInfo("Europe/London")
UNTIL = datetime(2026, 12, 1, tzinfo=UTC)


def _acts():
    return list(Consent.objects.values_list("act", "detail"))


def _pause(reader, newsletter, until=UNTIL):
    return breaks.pause(
        subscriber_id=reader.pk, newsletter=newsletter, until=until, proof=PROOF, now=NOW
    )


def test_a_break_lasts_until_its_day_begins_and_ends_by_itself():
    newsletter = make_newsletter()
    reader = make_reader(newsletter)
    assert _pause(reader, newsletter)

    def gets_it(at):
        return audience.deliverable(newsletter_id=newsletter.pk, at=at).exists()

    assert not gets_it(UNTIL - timedelta(seconds=1))
    assert gets_it(UNTIL)
    assert _acts() == [("paused", "until 2026-12-01")]


def test_the_same_break_twice_is_one_act_and_another_day_is_another():
    newsletter = make_newsletter()
    reader = make_reader(newsletter)
    assert _pause(reader, newsletter)
    assert not _pause(reader, newsletter)
    assert _pause(reader, newsletter, until=UNTIL + timedelta(days=1))
    assert _acts() == [("paused", "until 2026-12-01"), ("paused", "until 2026-12-02")]


def test_a_break_ends_when_the_reader_says_so():
    newsletter = make_newsletter()
    reader = make_reader(newsletter)
    _pause(reader, newsletter)
    end = {"subscriber_id": reader.pk, "newsletter": newsletter, "proof": PROOF, "now": NOW}
    assert breaks.resume(**end)
    assert not breaks.resume(**end)
    assert [act for act, _ in _acts()] == ["paused", "resumed"]


def test_who_has_left_takes_no_break():
    newsletter = make_newsletter()
    reader = make_reader(newsletter, state="ended")
    assert not _pause(reader, newsletter)
    assert _acts() == []


def test_joining_anew_ends_a_break_and_undo_keeps_it():
    newsletter = make_newsletter()
    reader = make_reader(newsletter)
    whose = {"subscriber_id": reader.pk, "newsletter_id": newsletter.pk}
    _pause(reader, newsletter)
    subscriptions.leave(**whose, proof=PROOF, now=NOW)
    subscriptions.rejoin(**whose, proof=PROOF, now=NOW)
    assert Subscription.objects.get().paused_until == UNTIL
    subscriptions.leave(**whose, proof=PROOF, now=NOW)
    everything = {"wanted": {newsletter.pk}, "offered": {newsletter.pk}}
    subscriptions.switch(subscriber_id=reader.pk, **everything, proof=PROOF, now=NOW)
    assert Subscription.objects.get().paused_until is None


def test_a_month_on_is_the_same_day_or_the_last_one():
    def month_from(*day):
        return breaks.a_month_on(now=datetime(*day, 12, tzinfo=UTC), zone=LONDON)

    assert month_from(2026, 11, 24) == date(2026, 12, 24)
    assert month_from(2026, 12, 31) == date(2027, 1, 31)
    assert month_from(2027, 1, 31) == date(2027, 2, 28)


def test_a_day_begins_where_the_newsletter_is_made():
    tokyo = ZoneInfo("Asia/Tokyo")
    late = datetime(2026, 11, 24, 16, tzinfo=UTC)
    assert breaks.a_week_on(now=late, zone=tokyo) == date(2026, 12, 2)
    begins = breaks.starts(day=date(2026, 12, 2), now=late, zone=tokyo)
    assert begins == datetime(2026, 12, 1, 15, tzinfo=UTC)


def test_a_day_begins_by_the_clock_of_that_day():
    """The clocks in London go forward on 28 March 2027."""
    march = datetime(2027, 3, 20, 12, tzinfo=UTC)
    begins = breaks.starts(day=date(2027, 3, 29), now=march, zone=LONDON)
    assert begins == datetime(2027, 3, 28, 23, tzinfo=UTC)


@pytest.mark.parametrize("day", [NOW.date(), date(2020, 1, 1), date(2027, 11, 26), date.max])
def test_a_break_ends_tomorrow_at_the_earliest_and_in_a_year_at_the_latest(day):
    with pytest.raises(breaks.NotADay):
        breaks.starts(day=day, now=NOW, zone=LONDON)
