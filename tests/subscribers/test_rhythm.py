"""How often, and at what hour: what it changes, who is mailed then, and what is kept of it."""

from datetime import UTC, time, timedelta

import pytest

from subscribers import audience, explaining, privacy, subscriptions
from subscribers.choosing import rhythm
from subscribers.ledger import Proof
from subscribers.models import Consent, Subscription
from tests.factories import NOW, make_digest, make_newsletter, make_reader

pytestmark = pytest.mark.django_db

PROOF = Proof(method="preferences", network="203.0.113.0/24")
Frequency = Subscription.Frequency


@pytest.fixture
def newsletter():
    return make_newsletter()


@pytest.fixture
def whose(newsletter):
    reader = make_reader(newsletter)
    return {"subscriber_id": reader.pk, "newsletter": newsletter, "proof": PROOF, "now": NOW}


def _acts():
    return list(Consent.objects.order_by("pk").values_list("act", "detail"))


def _row():
    return Subscription.objects.get()


def test_each_change_of_how_often_is_one_act_and_the_same_again_is_none(whose):
    wanted = (Frequency.WEEKDAYS_ONLY, Frequency.WEEKDAYS_ONLY, Frequency.ONCE_A_WEEK)
    changed = [rhythm.choose_frequency(frequency=one, **whose) for one in wanted]
    assert changed == [True, False, True]
    assert _acts() == [("weekdays_only", ""), ("once_a_week", "")]


def test_the_hour_is_kept_with_its_proof_and_given_back(whose):
    half_past = time(7, 30)
    changed = [rhythm.choose_own_time(at=one, **whose) for one in (half_past, half_past, None)]
    assert changed == [True, False, True]
    assert _row().own_time is None
    assert _acts() == [("own_time", "07:30"), ("own_time", "")]
    assert not rhythm.choose_own_time(at=None, **whose)


def test_another_hour_is_another_act(whose):
    for at in (time(5), time(23, 30), time(0)):
        assert rhythm.choose_own_time(at=at, **whose)
    assert [detail for _, detail in _acts()] == ["05:00", "23:30", "00:00"]
    assert _row().own_time == time(0)


@pytest.mark.parametrize(
    "at", [time(7, 10), time(7, 30, 1), time(7, 0, 0, 1), time(7, 30, tzinfo=UTC)]
)
def test_only_full_and_half_hours_are_taken(whose, at):
    with pytest.raises(rhythm.NotAHalfHour):
        rhythm.choose_own_time(at=at, **whose)
    assert _acts() == []


@pytest.mark.parametrize("text", ["7.30", "25:00", "07:10", "\x00", "soon", "07:30+01:00"])
def test_words_that_are_no_half_hour_are_no_time(text):
    with pytest.raises(rhythm.NotAHalfHour):
        rhythm.read_time(text)


def test_a_time_in_words_is_read_back():
    assert all(rhythm.read_time(rhythm.in_words(one)) == one for one in (None, *rhythm.MORNING))
    assert (rhythm.MORNING[0], rhythm.MORNING[-1], len(rhythm.MORNING)) == (time(4), time(12), 17)


@pytest.mark.parametrize("state", ["pending", "ended"])
def test_who_does_not_get_it_chooses_nothing(newsletter, state):
    reader = make_reader(newsletter, state=state)
    whose = {"subscriber_id": reader.pk, "newsletter": newsletter, "proof": PROOF, "now": NOW}
    assert not rhythm.choose_frequency(frequency=Frequency.ONCE_A_WEEK, **whose)
    assert not rhythm.choose_own_time(at=time(7), **whose)
    assert _acts() == []


def test_undo_keeps_what_was_chosen_and_joining_anew_forgets_it(newsletter, whose):
    rhythm.choose_frequency(frequency=Frequency.ONCE_A_WEEK, **whose)
    rhythm.choose_own_time(at=time(5), **whose)
    reader = whose["subscriber_id"]
    mine = {"subscriber_id": reader, "newsletter_id": newsletter.pk, "proof": PROOF, "now": NOW}
    subscriptions.leave(**mine)
    subscriptions.rejoin(**mine)
    assert (_row().frequency, _row().own_time) == (Frequency.ONCE_A_WEEK, time(5))
    subscriptions.leave(**mine)
    everything = {"wanted": {newsletter.pk}, "offered": {newsletter.pk}}
    subscriptions.switch(subscriber_id=reader, **everything, proof=PROOF, now=NOW)
    assert (_row().frequency, _row().own_time) == (Frequency.EVERY_DAY, None)


def test_a_privacy_export_tells_both(whose):
    rhythm.choose_frequency(frequency=Frequency.ONCE_A_WEEK, **whose)
    rhythm.choose_own_time(at=time(5, 30), **whose)
    told = privacy.export(subscriber_id=whose["subscriber_id"], now=NOW)
    (row,) = told["subscriptions"]
    assert (row["frequency"], row["own_time"]) == ("once_a_week", "05:30:00")
    assert [(act["act"], act["detail"]) for act in told["consents"]] == [
        ("once_a_week", ""),
        ("own_time", "05:30"),
    ]


def test_every_reader_gets_one_kind_of_mail_whatever_he_chose(newsletter):
    """Neither two nor none: on a weekday the daily or the weekly, at the weekend too."""
    for frequency in Frequency:
        reader = make_reader(newsletter)
        Subscription.objects.filter(subscriber=reader).update(frequency=frequency)

    def of(occurrence, **values):
        digest = make_digest(newsletter, occurrence=occurrence, **values)
        found = audience.deliverable(
            newsletter_id=newsletter.pk, at=NOW, frequencies=digest.frequencies
        )
        return set(found.values_list("frequency", flat=True))

    assert of("2026-11-27") == {"every_day", "weekdays_only"}
    assert of("2026-11-28") == {"every_day"}
    assert of("2026-11-28-week", is_weekly=True) == {"once_a_week"}


def test_an_act_of_the_hour_past_the_ledger_is_found(whose):
    rhythm.choose_own_time(at=time(5), **whose)
    Subscription.objects.update(own_time=time(6), confirmed_at=NOW + timedelta(days=1))
    (found,) = explaining.differences()
    assert (found.kept.own_time, found.told and found.told.own_time) == ("06:00", "05:00")
