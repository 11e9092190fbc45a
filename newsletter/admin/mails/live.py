"""What moves on the page of a mail while it is on its way; its script asks every few seconds."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.safestring import SafeString

from newsletter.admin.mails import choices, progress, trouble, wave_rows
from newsletter.admin.mails.access import mail_or_404
from newsletter.admin.mails.choices import Choices
from newsletter.admin.mails.looks import state_chip, with_urgency
from newsletter.admin.mails.moments import is_due, when
from newsletter.admin.mails.numbers import counts_of
from newsletter.admin.mails.wave_rows import Panel
from newsletter.delivery import pace
from newsletter.delivery.counts import Counts
from newsletter.delivery.waves import WavesStand
from newsletter.models import Digest

State = Digest.State
MOVING = {State.PREPARING, State.SENDING}
# What screen readers are told goes in such steps, or they would talk all the time.
STEP = 25


@dataclass(frozen=True, slots=True)
class Live:
    """Where a mail stands at one moment. `rate` and `left` are words, empty while nothing moves."""

    digest: Digest
    chip: SafeString
    when: str
    counts: Counts
    choices: Choices
    # Whether more is to be expected, so that it is worth looking again.
    is_moving: bool
    rate: str = ""
    left: str = ""
    trouble: str = ""
    # None: everybody gets it at once.
    waves: Panel | None = None

    @property
    def percent(self) -> int:
        """How much is done; 100 only when all is, and nobody is still to be counted in."""
        done = self.counts.settled * 100 // max(self.counts.audience, 1)
        return done if self.digest.prepared_at else min(done, 99)

    @property
    def every(self) -> int:
        """After how many seconds to look again; between waves nothing moves for hours."""
        return 15 if self.waves and self.waves.coming.is_between else 2

    @property
    def state(self) -> str:
        """Changes when the buttons of the page do."""
        return f"{self.digest.state} {self.digest.version}"

    @property
    def waits(self) -> int:
        """Readers who get it later, or when it goes on."""
        return self.counts.waiting - self.counts.handing_over

    @property
    def said(self) -> str:
        """What is read out: on changes of state and at every quarter of the way."""
        if self.digest.state == State.PAUSED:
            on_their_way = self.counts.handing_over
            more = "Some are still on their way." if on_their_way else "Nothing is on its way."
            return f"Paused. {more}"
        if self.digest.state == State.SENDING:
            coming = self.waves.next if self.waves else ""
            done = f"Sending, {self.percent // STEP * STEP} percent done."
            return " ".join(part for part in (done, coming, self.trouble) if part)
        return f"This mail is {self.digest.get_state_display()}."


def of(*, digest: Digest, now: datetime) -> Live:
    """A fixed number of statements."""
    found = counts_of(digest)
    moving = digest.state in MOVING or is_due(digest, now)
    paused = digest.state == State.PAUSED and found.handing_over > 0
    standing = Live(
        digest=digest,
        chip=with_urgency(state_chip(digest.state), digest),
        when=when(digest, now),
        counts=found,
        choices=choices.of(digest=digest, found=found, now=now),
        is_moving=moving or paused,
        waves=wave_rows.of(digest=digest, now=now),
    )
    return _with_pace(standing, now) if moving and found.waiting else standing


def _with_pace(live: Live, now: datetime) -> Live:
    coming = live.waves.coming if live.waves else WavesStand(now)
    # Between waves it has no pace.
    rate = 0.0 if coming.is_between else pace.per_second(digest_id=live.digest.pk, now=now)
    # A wave that waits for its time is not on its way yet.
    left = pace.time_left(waiting=max(live.counts.waiting - coming.later, 0), rate=rate)
    return replace(
        live,
        rate=progress.rate_in_words(rate),
        left=progress.time_left(left),
        trouble=trouble.in_words(digest=live.digest, coming=coming, now=now),
    )


def fragment(request: HttpRequest, pk: int) -> HttpResponse:
    """The parts of the page that move, for its script."""
    digest = mail_or_404(request, pk, permission="view")
    context: dict[str, Any] = {
        "live": of(digest=digest, now=timezone.now()),
        "digest": digest,
        "may_send": request.user.has_perm("newsletter.send_digest"),
    }
    response = TemplateResponse(request, "admin/desk/live.html", context)
    response["Cache-Control"] = "no-store"
    return response
