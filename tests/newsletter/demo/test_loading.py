"""The demo: complete, harmless, and the same however often it is loaded."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count
from django.urls import reverse

from config.models import StaffUser
from newsletter import demo
from newsletter.delivery import drain
from newsletter.demo.staff import password_file
from newsletter.digests import story_ledger
from newsletter.models import Article, Delivery, Digest, Feed, Image, Schedule
from newsletter.scheduling import looking
from subscribers.models import Consent, Newsletter, Notice, OutboxMail, Subscriber, Subscription

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_pictures")]

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
COUNTED = (Article, Delivery, Digest, Feed, Image, Newsletter, OutboxMail, Schedule, StaffUser)


def test_it_loads_once_however_often_it_is_called() -> None:
    first = demo.load(now=NOW)
    counts = [model.objects.count() for model in (*COUNTED, Subscriber, Subscription, Consent)]

    again = demo.load(now=NOW + timedelta(days=2))

    assert (first.stories, len(first.sent)) == (40, 5)
    assert (again.stories, again.readers, again.sent) == (0, 0, [])
    after = [model.objects.count() for model in (*COUNTED, Subscriber, Subscription, Consent)]
    assert after == counts


def test_only_who_joins_from_now_on_is_welcomed() -> None:
    demo.load(now=NOW)
    assert not Notice.objects.filter(kind=Notice.Kind.WELCOME).exists()
    assert Newsletter.objects.get(slug="good-news").welcome


def test_it_leaves_what_an_editor_changed() -> None:
    demo.load(now=NOW)
    Newsletter.objects.filter(slug="good-news").update(tagline="Ours.")
    Article.objects.filter(slug="town-clock-runs-again").update(title="It ticks")

    demo.load(now=NOW)

    assert Newsletter.objects.get(slug="good-news").tagline == "Ours."
    assert Article.objects.get(slug="town-clock-runs-again").title == "It ticks"


def test_it_has_forty_stories_of_which_twelve_are_good_news() -> None:
    demo.load(now=NOW)

    assert Article.objects.count() == 40
    assert Article.objects.filter(good_news=True).count() == 12
    assert not Article.objects.filter(published_at__gt=NOW).exists()
    assert Article.objects.filter(published_at__gt=NOW - timedelta(hours=6)).exists()


def test_more_adds_eight_stories_once() -> None:
    demo.load(now=NOW)

    assert demo.more(now=NOW) == 8
    assert demo.more(now=NOW) == 0
    assert Article.objects.count() == 48


def test_no_address_of_it_could_reach_anybody() -> None:
    demo.load(now=NOW)

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
    demo.load(now=NOW)

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


@pytest.mark.parametrize("day", range(7))
def test_mails_of_each_newsletter_are_sent_whatever_the_day(day: int) -> None:
    # Not ahead of the database's clock, by which the mails are sent.
    now = NOW - timedelta(days=day)
    demo.load(now=now)

    for newsletter in Newsletter.objects.all():
        for digest in newsletter.digests.all():
            assert digest.state == Digest.State.SENT
            assert digest.occurrence[:10] < now.date().isoformat()
            active = newsletter.subscriptions.filter(state="active")
            readers = active.filter(frequency__in=digest.frequencies).count()
            mails = OutboxMail.objects.filter(source=f"digest:{digest.pk}")
            assert readers == digest.audience_size == mails.count()
        latest = newsletter.digests.filter(is_weekly=False).latest("occurrence")
        sections = {
            section["key"]: section["items"] for section in latest.revision.page["sections"]
        }
        if newsletter.slug == "morning-briefing":
            assert len(sections["more"]) >= 2
            assert len(sections["brief"]) >= 4
            assert sections["good_thing"]
        else:
            assert newsletter.digests.count() == 1
            assert len(sections["three_more"]) == 3


@pytest.mark.parametrize("day", range(7))
def test_one_of_the_morning_briefings_is_a_weekly_one(day: int) -> None:
    now = NOW + timedelta(days=day)
    demo.load(now=now)

    briefings = Digest.objects.filter(newsletter__slug="morning-briefing")
    weekly = briefings.get(is_weekly=True)
    assert weekly.day.isoweekday() == 6
    assert weekly.audience_size == 3
    told = briefings.filter(is_weekly=False, occurrence__lt=weekly.occurrence)
    assert told.count() == 2
    stories = {section["key"]: section["items"] for section in weekly.revision.page["sections"]}
    assert len(stories["week_missed"]) >= 4
    assert len(stories["week_brief"]) >= 3


@pytest.mark.parametrize("day", range(7))
def test_enough_new_stories_are_left_for_the_next_briefing(day: int) -> None:
    now = NOW + timedelta(days=day)
    demo.load(now=now)
    newsletter = Newsletter.objects.get(slug="morning-briefing")

    left = story_ledger.new_stories(newsletter=newsletter, rule=newsletter.schedule, now=now)

    assert left.count() >= 7
    assert left.filter(good_news=True).exists()


def test_loading_does_not_make_past_runs_of_the_schedule_due() -> None:
    demo.load(now=NOW)

    assert looking.look(now=NOW).to_open == []


def test_passwords_are_kept_for_their_owner_only(files_apart: Path, client: Any) -> None:
    demo.load(now=NOW)

    for account in ("admin", "sender"):
        path = password_file(account=account)
        assert path.parent == files_apart
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        password = path.read_text(encoding="utf-8").strip()
        assert len(password) >= 12
        address = reverse("admin:login")
        answer = client.post(address, {"username": account, "password": password})
        assert answer["Location"] == reverse("admin:index")


def test_a_kept_password_is_used_again_for_a_new_database() -> None:
    demo.load(now=NOW)
    kept = password_file(account="admin").read_text(encoding="utf-8")
    StaffUser.objects.all().delete()

    demo.load(now=NOW)

    assert password_file(account="admin").read_text(encoding="utf-8") == kept
    assert StaffUser.objects.get(username="admin").check_password(kept.strip())


def test_a_sender_may_send_and_see_no_readers() -> None:
    demo.load(now=NOW)
    sender = StaffUser.objects.get(username="sender")

    assert sender.is_staff
    assert not sender.is_superuser
    assert sender.has_perms(["newsletter.send_digest", "newsletter.cancel_digest"])
    assert not sender.has_perm("newsletter.approve_digest")
    assert not sender.has_perm("subscribers.view_subscriber")


@pytest.mark.parametrize(
    ("providers", "url"),
    [
        (["sendgrid"], "smtp://127.0.0.1:25"),
        (["outbox", "sendgrid"], "smtp://127.0.0.1:25"),
        (["smtp"], "smtp://mail.example.org:25"),
    ],
)
@pytest.mark.parametrize("options", [[], ["--more"], ["--soon"]])
def test_it_refuses_where_mail_could_reach_strangers(
    settings: Any, providers: list[str], url: str, options: list[str]
) -> None:
    settings.EMAIL_PROVIDERS = providers
    settings.EMAIL_URL = url

    with pytest.raises(CommandError, match="EMAIL_PROVIDERS=outbox"):
        call_command("demo", *options)

    assert not Newsletter.objects.exists()
    assert not StaffUser.objects.exists()


def test_a_mail_server_on_this_machine_is_fine(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EMAIL_PROVIDERS = ["smtp"]
    settings.EMAIL_URL = "smtp://127.0.0.1:2525"
    monkeypatch.setattr(drain, "run_inline", lambda **_: None)

    assert demo.load(now=NOW).stories == 40
