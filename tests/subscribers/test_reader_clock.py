"""Times are told by the clock that a reader chose, in mails and on pages."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from subscribers import extensions, links, notices, welcome
from subscribers.models import Notice
from tests.factories import NOW, make_newsletter, make_reader

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _goes_out_at_half_past_six(monkeypatch: pytest.MonkeyPatch) -> None:
    def next_release(newsletter: Any, now: datetime, rhythm: Any) -> datetime:
        day = (now + timedelta(days=1)).date()
        return datetime(day.year, day.month, day.day, 6, 30, tzinfo=UTC)

    known = replace(extensions.registered(), next_release=next_release)
    for module in (notices, welcome):
        monkeypatch.setattr(module, "registered", lambda: known)


def _mail(kind: str, zone: str, state: str) -> str:
    newsletter = make_newsletter(time_zone="UTC", welcome="Good to have you.")
    reader = make_reader(newsletter, state=state, time_zone=zone)
    notice = Notice.objects.create(
        kind=kind,
        subscriber=reader,
        context={"newsletter_ids": [newsletter.pk]},
        not_before=NOW,
        created_at=NOW,
    )
    mailing, _ = notices.compose(notice=notice, now=NOW)
    return mailing.text


@pytest.mark.parametrize(("kind", "state"), [("confirmation", "pending"), ("welcome", "active")])
@pytest.mark.parametrize(
    ("zone", "words"), [("Asia/Tokyo", "3:30 pm Tokyo time"), ("", "6:30 am UTC")]
)
def test_mails_tell_by_the_reader_s_clock(kind: str, state: str, zone: str, words: str) -> None:
    assert words in _mail(kind, zone, state)


def test_the_page_after_confirming_tells_by_the_reader_s_clock(client: Any) -> None:
    reader = make_reader(make_newsletter(), state="pending", time_zone="Asia/Tokyo")
    url = links.confirm_url(subscriber_id=reader.pk, issued_at=timezone.now())
    page = client.post("/" + url.split("/", 3)[3]).content.decode()
    assert "3:30 pm Tokyo time" in page


@pytest.mark.parametrize("days_ago", [0, 8])
def test_the_page_of_confirming_is_in_the_reader_s_language(
    client: Any, monkeypatch: pytest.MonkeyPatch, days_ago: int
) -> None:
    monkeypatch.setattr("subscribers.languages.known", lambda: [("de", "Deutsch"), ("en", "E")])
    reader = make_reader(make_newsletter(), state="pending", language="de")
    at = timezone.now() - timedelta(days=days_ago)
    url = links.confirm_url(subscriber_id=reader.pk, issued_at=at)
    assert '<html lang="de"' in client.get("/" + url.split("/", 3)[3]).content.decode()
