"""`make_digest` and `send_digest`, as people script against them."""

from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from newsletter.models import Digest
from subscribers.models import Notice
from tests.factories import NOW, make_article, make_reader, make_schedule, make_staff

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
