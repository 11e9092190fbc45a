"""The panel "How it went", its chart, and the same numbers as a file."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from newsletter.admin.mails.access import mail_or_404
from newsletter.delivery.counts import Counts, counts
from newsletter.models import Digest
from newsletter.statistics import sheet
from newsletter.statistics.growth import Day
from newsletter.statistics.outcome import Outcome, outcome

# Of the chart, in its own units.
WIDTH, HALF, GAP = 600, 60, 4


@dataclass(frozen=True, slots=True)
class Bar:
    """A day of the chart: joined goes up from the middle line, left goes down."""

    day: Day
    x: float
    width: float
    up: float
    down: float
    is_sending: bool

    @property
    def y(self) -> float:
        """Where the part that goes up begins."""
        return HALF - self.up


@dataclass(frozen=True, slots=True)
class How:
    """What the panel shows."""

    found: Outcome
    bars: list[Bar]
    highest: int


def of(*, digest: Digest, found: Counts, now: datetime) -> How | None:
    """None for a mail that has no readers yet."""
    if not found.audience:
        return None
    result = outcome(digest=digest, counts=found, now=now)
    highest = max(max(day.joined, day.left) for day in result.days)
    return How(found=result, bars=list(_bars(digest, result, highest)), highest=highest)


def as_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """The numbers of the panel as a file; 404 while there are none."""
    digest = mail_or_404(request, pk, permission="view")
    found = counts(digest_ids=[digest.pk]).get(digest.pk)
    if found is None:
        raise Http404
    body = sheet.as_csv(found=outcome(digest=digest, counts=found, now=timezone.now()))
    response = HttpResponse(body, content_type="text/csv; charset=utf-8")
    name = f"{digest.newsletter.slug}-{digest.occurrence}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def _bars(digest: Digest, found: Outcome, highest: int) -> Iterator[Bar]:
    each, scale = WIDTH / len(found.days), HALF / max(highest, 1)
    sending = digest.sending_at and digest.sending_at.astimezone(digest.newsletter.zone).date()
    for number, day in enumerate(found.days):
        yield Bar(
            day=day,
            x=round(number * each + GAP / 2, 1),
            width=round(each - GAP, 1),
            up=round(day.joined * scale, 1),
            down=round(day.left * scale, 1),
            is_sending=day.day == sending,
        )
