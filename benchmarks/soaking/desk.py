"""Editors and senders: they look at pages, make mails, and mend what waits for them."""

import random
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.core.management import call_command

from benchmarks.clients.person import hidden
from benchmarks.data import digest as mail
from benchmarks.soaking.actor import Diary
from benchmarks.soaking.browser import Browser
from config.models import StaffUser
from newsletter.digests import lifecycle
from newsletter.digests.waves import Waves
from newsletter.models import Digest, Feed, Schedule
from newsletter.release import approval
from subscribers.clock import database_now
from subscribers.mailing import limit_settings
from subscribers.mailing.limit_settings import Limits
from subscribers.models import Newsletter, ProviderState, Subscriber

PASSWORD = "soaking-in-the-harbour"
SERVICE = "sendgrid"
OPEN = [
    Digest.State.SCHEDULED,
    Digest.State.PREPARING,
    Digest.State.SENDING,
    Digest.State.PAUSED,
]
_PAGES = (
    "/admin/",
    "/admin/calendar/",
    "/admin/newsletter/digest/",
    "/admin/newsletter/digest/{digest}/change/",
    "/admin/newsletter/article/",
    "/admin/subscribers/subscriber/",
    "/newsletters/morning-briefing/",
)


def furnish(*, readers: int, source: str, mails_a_second: float) -> tuple[Newsletter, Newsletter]:
    """A newsletter with readers, one that goes by its schedule, a source, a limit, an editor."""
    morning = mail.newsletter(name="Morning Briefing")
    evening = morning.promotes
    assert evening is not None
    for newsletter in (morning, evening):
        _bring_in(newsletter, readers)
    # Every other reader lives where it is an hour later: his wave goes at once.
    Subscriber.objects.filter(id__iregex="[02468]$").update(time_zone="Etc/GMT-1")
    Feed.objects.create(name="Elsewhere", url=source, every_minutes=1)
    person = mail.sender()
    person.set_password(PASSWORD)
    person.save()
    now = database_now()
    limit_settings.save(
        provider=SERVICE, new=Limits(mails_per_second=mails_a_second), by=person.pk, now=now
    )
    return morning, evening


def _bring_in(newsletter: Newsletter, readers: int) -> None:
    """As a publisher does: a file, with the words that they agreed to."""
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
        file.write("email\n")
        file.writelines(f"reader{number}@readers.example\n" for number in range(1, readers + 1))
        file.flush()
        call_command(
            "import_subscribers",
            str(Path(file.name)),
            newsletter=newsletter.slug,
            consent="Signed up at the counter",
            verbosity=0,
        )


@dataclass
class Desk:
    """What the staff of the soak do."""

    port: int
    diary: Diary
    chance: random.Random
    newsletter: Newsletter
    # Set while a fault makes that a provider refuses us: nobody would use it again then.
    refuses: list[str] = field(default_factory=list)
    _browser: Browser | None = None
    _made: int = 0

    def look(self) -> None:
        """One page; log in first, also again when the session is gone."""
        browser = self._browser or self._log_in()
        newest = Digest.objects.order_by("-pk").values_list("pk", flat=True).first()
        path = self.chance.choice(_PAGES).format(digest=newest)
        answer = browser.get(path)
        if answer.status_code == 302:
            self._browser = None
        else:
            self.diary.answered(answer.status_code)
            self.diary.note("pages of the desk")

    def make(self) -> None:
        """A mail: at once, in half a minute, or in two waves; in turns. One at a time."""
        if Digest.objects.filter(newsletter=self.newsletter, state__in=OPEN).exists():
            return
        draft = mail.draft(of=self.newsletter)
        now, by = database_now(), mail.sender()
        way = self._made % 3
        if way == 0:
            approval.send_now(digest_id=draft.pk, by=by, now=now)
        elif way == 1:
            later = now + timedelta(seconds=30)
            approval.schedule(digest_id=draft.pk, release_at=later, by=by, now=now)
        else:
            later = (now + timedelta(minutes=1)).astimezone(UTC)
            waves = Waves(day=later.date(), at=later.time().replace(microsecond=0))
            approval.schedule(digest_id=draft.pk, release_at=now, by=by, now=now, waves=waves)
        self._made += 1
        self.diary.note(f"mails made {('at once', 'for later', 'in waves')[way]}")

    def mend(self) -> None:
        """Let go on what was paused, and use a provider again that had refused us."""
        by, now = mail.sender(), database_now()
        for digest in Digest.objects.filter(state=Digest.State.PAUSED):
            lifecycle.resume(digest_id=digest.pk, by=by, now=now)
            self.diary.note("mails resumed")
        closed = ProviderState.objects.filter(closed=ProviderState.Closed.ACCOUNT)
        for name in closed.values_list("name", flat=True):
            if name not in self.refuses:
                limit_settings.use_again(provider=name, by=by.pk, now=now)
                self.diary.note("providers used again")

    def _log_in(self) -> Browser:
        browser = Browser(port=self.port, address="11.254.0.7")
        page = browser.get("/admin/login/").raise_for_status().text
        name = StaffUser.objects.get(username="bench").username
        fields = hidden(page) | {"username": name, "password": PASSWORD}
        if browser.post("/admin/login/", data=fields).status_code == 302:
            self._browser = browser
        return browser


def go_by_schedule(newsletter: Newsletter, *, now: datetime, after: timedelta) -> None:
    """The newsletter runs today, by itself, about `after` from now."""
    due = (now + after).astimezone(newsletter.zone)
    Schedule.objects.update_or_create(
        newsletter=newsletter,
        defaults={
            "is_active": True,
            "approval": Schedule.Approval.AUTOMATIC,
            "weekdays": "1234567",
            "local_time": due.time().replace(second=0, microsecond=0),
            "effective_from": now,
            "looks_at": None,
        },
    )
