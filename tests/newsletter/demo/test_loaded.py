"""What is in the demo: complete, harmless, and the same when it is loaded again."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import Count

from config.models import StaffUser
from newsletter import demo
from newsletter.models import Article, Delivery, Digest, Feed, Image, Schedule
from newsletter.scheduling import looking
from subscribers.models import Consent, Newsletter, Notice, OutboxMail, Subscriber, Subscription

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded", "quick_pictures")]

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
COUNTED = (Article, Delivery, Digest, Feed, Image, Newsletter, OutboxMail, Schedule, StaffUser)


def test_it_loads_once_however_often_it_is_called(loaded: demo.DemoResult) -> None:
    counts = [model.objects.count() for model in (*COUNTED, Subscriber, Subscription, Consent)]

    again = demo.load(now=NOW + timedelta(days=2))

    assert (loaded.stories, len(loaded.sent)) == (40, 5)
    assert (again.stories, again.readers, again.sent) == (0, 0, [])
    after = [model.objects.count() for model in (*COUNTED, Subscriber, Subscription, Consent)]
    assert after == counts


def test_only_who_joins_from_now_on_is_welcomed() -> None:
    assert not Notice.objects.filter(kind=Notice.Kind.WELCOME).exists()
    assert Newsletter.objects.get(slug="good-news").welcome


def test_it_leaves_what_an_editor_changed() -> None:
    Newsletter.objects.filter(slug="good-news").update(tagline="Ours.")
    Article.objects.filter(slug="town-clock-runs-again").update(title="It ticks")

    demo.load(now=NOW)

    assert Newsletter.objects.get(slug="good-news").tagline == "Ours."
    assert Article.objects.get(slug="town-clock-runs-again").title == "It ticks"


def test_it_has_forty_stories_of_which_twelve_are_good_news() -> None:
    assert Article.objects.count() == 40
    assert Article.objects.filter(good_news=True).count() == 12
    assert not Article.objects.filter(published_at__gt=NOW).exists()
    assert Article.objects.filter(published_at__gt=NOW - timedelta(hours=6)).exists()


def test_more_adds_eight_stories_once() -> None:
    assert demo.more(now=NOW) == 8
    assert demo.more(now=NOW) == 0
    assert Article.objects.count() == 48


def test_no_address_of_it_could_reach_anybody() -> None:
    addresses = [
        *Subscriber.objects.values_list("address", flat=True),
        *StaffUser.objects.values_list("email", flat=True),
        *Newsletter.objects.values_list("from_address", flat=True),
        *Newsletter.objects.values_list("reply_to", flat=True),
    ]
    assert addresses
    assert all(str(address).endswith(".example") for address in addresses)
    assert not Feed.objects.filter(is_active=True).exists()
    assert all(".example/" in url for url in Feed.objects.values_list("url", flat=True))


def test_every_reader_has_a_consent_that_says_demo() -> None:
    assert set(Consent.objects.values_list("method", flat=True)) == {"demo"}
    with_proof = set(Consent.objects.values_list("subscriber_id", "newsletter_id"))
    states = Subscription.objects.values_list("subscriber_id", "newsletter_id")
    assert set(states) <= with_proof
    found = {
        row["state"]: row["n"]
        for row in Subscription.objects.values("state").annotate(n=Count("pk"))
    }
    assert found["pending"] == found["ended"] == 1
    assert found["active"] >= 25


def test_loading_does_not_make_past_runs_of_the_schedule_due() -> None:
    assert looking.look(now=NOW).to_open == []


def test_a_sender_may_send_and_see_no_readers() -> None:
    sender = StaffUser.objects.get(username="sender")

    assert sender.is_staff
    assert not sender.is_superuser
    assert sender.has_perms(["newsletter.send_digest", "newsletter.cancel_digest"])
    assert not sender.has_perm("newsletter.approve_digest")
    assert not sender.has_perm("subscribers.view_subscriber")
