"""`make_digest` and `send_digest`, as people script against them."""

from datetime import UTC, datetime
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from newsletter.models import Digest, Schedule
from subscribers.models import Notice
from tests.factories import NOW, make_article, make_reader, make_revision, make_schedule, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def slug(time_machine_at: None) -> str:
    schedule = make_schedule(max_age_hours=2000)
    make_reader(schedule.newsletter)
    for _ in range(20):
        make_article()
    return schedule.newsletter.slug


@pytest.fixture
def time_machine_at(db: None) -> object:
    with time_machine.travel(NOW, tick=False):
        yield


def run(*words: object) -> list[str]:
    out = StringIO()
    call_command(*(str(word) for word in words), stdout=out)
    return out.getvalue().splitlines()


def make(slug: str, *options: str) -> Digest:
    return Digest.objects.get(pk=int(run("make_digest", slug, *options)[-1]))


def test_it_makes_a_digest_and_prints_its_id_last(slug: str) -> None:
    digest = make(slug)
    assert (digest.state, digest.occurrence) == ("draft", "2026-11-24")


def test_each_call_without_a_date_makes_a_further_one(slug: str) -> None:
    assert [make(slug).occurrence for _ in range(2)] == ["2026-11-24", "2026-11-24-2"]


def test_a_date_names_one_digest(slug: str) -> None:
    first, second = (make(slug, "--date", "2026-11-25") for _ in range(2))
    assert first == second
    assert first.occurrence == "2026-11-25"


def test_one_made_by_hand_stands_for_the_run_still_to_come(slug: str) -> None:
    assert make(slug).release_at == NOW.replace(hour=6, minute=30)
    assert make(slug).release_at is None


def test_it_names_the_newsletters_there_are(slug: str) -> None:
    with pytest.raises(CommandError, match=slug):
        run("make_digest", "no-such")


def test_it_says_why_a_digest_is_skipped(slug: str) -> None:
    make(slug)
    make(slug)
    lines = run("make_digest", slug)
    assert lines[-2].startswith("No new story")


def test_what_is_not_approved_needs_an_account(slug: str) -> None:
    digest = make(slug)
    with pytest.raises(CommandError, match="--approve-as"):
        run("send_digest", digest.pk)
    with pytest.raises(CommandError, match="No active staff account"):
        run("send_digest", digest.pk, "--approve-as", "nobody")
    editor = make_staff()
    run("send_digest", digest.pk, "--approve-as", editor.username)
    digest.refresh_from_db()
    assert (digest.state, digest.approved_by) == ("scheduled", editor)


def test_a_dry_run_says_what_would_happen_and_changes_nothing(slug: str) -> None:
    digest = make(slug)
    lines = run("send_digest", digest.pk, "--dry-run")
    assert lines[-1] == "Would go to 1 reader. Nothing was changed."
    digest.refresh_from_db()
    assert digest.state == "draft"


def test_it_sends_a_test_mail_to_one_address(slug: str) -> None:
    run("send_digest", make(slug).pk, "--to", "ines@daymark.example")
    assert Notice.objects.get().kind == Notice.Kind.TEST


def test_it_says_what_keeps_it_from_going_out(slug: str) -> None:
    digest = make(slug)
    Digest.objects.update(subject="")
    with pytest.raises(CommandError, match="no subject"):
        run("send_digest", digest.pk, "--approve-as", make_staff().username)


def test_an_unknown_id_is_said_so() -> None:
    with pytest.raises(CommandError, match="no mail with the id 404"):
        run("send_digest", 404)


def test_a_single_mail_is_made_for_a_time_of_its_own(slug: str) -> None:
    lines = run("make_digest", slug, "--at", "2026-11-24 12:00")
    digest = Digest.objects.get(pk=int(lines[-1]))
    assert lines[0] == "The usual mail of that day goes at 6:30 am as well."
    assert (digest.occurrence, digest.is_single) == ("2026-11-24-2", True)
    assert digest.release_at == NOW.replace(hour=12)


def test_a_single_mail_can_be_empty(slug: str) -> None:
    assert not make(slug, "--at", "2026-11-24 12:00", "--empty").sections.filter(items__gt=0)
    assert make(slug, "--empty", "--date", "2026-11-28").occurrence == "2026-11-28"


def test_it_can_go_by_each_readers_clock(slug: str) -> None:
    with pytest.raises(CommandError, match="does not go by each reader's clock"):
        run("make_digest", slug, "--at", "2026-11-27 07:15", "--by-reader")
    Schedule.objects.update(by_reader=True)
    digest = make(slug, "--at", "2026-11-27 07:15", "--by-reader")
    assert digest.goes_in_waves
    assert digest.release_at == datetime(2026, 11, 26, 17, 15, tzinfo=UTC)


def test_a_time_that_clocks_skip_is_said(slug: str) -> None:
    lines = run("make_digest", slug, "--at", "2027-03-28 01:30")
    assert "1:30 am does not exist that day; it goes at 2:00 am." in lines


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--at", "tomorrow"], "Give day and time as"),
        (["--at", "2026-11-27"], "Give day and time as"),
        (["--at", "2026-02-30 07:15"], "Give day and time as"),
        (["--at", "0001-01-01 00:00"], "That time is past."),
        (["--at", "2026-11-24 05:59"], "That time is past."),
        (["--at", "9999-12-31 23:59"], "more than a year away"),
        (["--date", "tomorrow"], "Give a day as"),
        (["--date", "0001-01-01"], "between 1970 and a year from now"),
        (["--date", "9999-12-31"], "between 1970 and a year from now"),
        (["--date", "2026-11-27", "--at", "2026-11-27 07:15"], "not both"),
        (["--by-reader"], "give --at"),
        (["--urgent"], "needs --headline and --words"),
        (["--urgent", "--at", "2026-11-27 07:15"], "leave out --at"),
        (["--headline", "Harbour closed"], "give --urgent too"),
        (["--urgent", "--headline", "a", "--words", "b", "--link", "no link"], "not a web address"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(
    slug: str, options: list[str], said: str
) -> None:
    with pytest.raises(CommandError, match=said):
        run("make_digest", slug, *options)
    assert not Digest.objects.exists()


def test_news_that_cannot_wait_is_made_and_sent(slug: str) -> None:
    news = ("--urgent", "--headline", "Harbour closed", "--words", "Ferries stay in port.")
    digest = make(slug, *news)
    assert (digest.is_urgent, digest.subject) == (True, "Harbour closed")
    assert run("make_digest", slug, *news)[0].startswith("There is another, 0 min old:")
    run("send_digest", digest.pk, "--approve-as", make_staff().username)
    digest.refresh_from_db()
    assert (digest.state, digest.release_at) == ("scheduled", NOW)


def test_a_mail_that_went_is_not_asked_to_be_approved(slug: str) -> None:
    digest = make(slug)
    Digest.objects.update(state="sent", revision=make_revision(digest))
    with pytest.raises(CommandError, match="It is sent already"):
        run("send_digest", digest.pk)


def test_it_says_to_how_many_it_goes_and_how_to_follow_it(slug: str) -> None:
    make_staff(username="ines")
    digest = make(slug, "--date", "2026-11-25")
    assert run("send_digest", digest.pk, "--approve-as", "ines")[-1] == (
        "It goes out to 1 reader now; the workers send it. "
        f"manage.py deliveries {digest.pk} says how far it is."
    )
