"""How often, and by which clock: shown on a reader's page, changed there when he asks for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from subscribers import zones
from subscribers.admin.read_only import ReadOnlyAdmin
from subscribers.choosing import choice_rows, choices, rhythm, rhythm_offers
from subscribers.choosing.rhythm_offers import Choice, Frequency, Hours
from subscribers.ledger import BY_DESK
from subscribers.models import Subscriber, Subscription
from subscribers.moments import clock_in_words

MAY = "subscribers.change_subscription"
NOT_HERE = "That cannot be chosen here. Nothing was changed."
NO_NEWS = "It was so already. Nothing was changed."


@dataclass(frozen=True, slots=True)
class Line:
    """One newsletter that he gets, in words, and what else there is to choose."""

    subscription: Subscription
    words: str
    frequencies: list[Choice]
    hours: Hours | None


@dataclass(frozen=True, slots=True)
class Panel:
    """Of one reader; `zone` is "" where he did not say where he is."""

    lines: list[Line]
    zone: str
    areas: Sequence[tuple[str, Sequence[tuple[str, str]]]]
    may_change: bool


def panel(*, request: HttpRequest, reader: Subscriber) -> Panel:
    """What the page shows; its newsletters should be prefetched."""
    now = timezone.now()
    active = [one for one in reader.subscriptions.all() if one.state == Subscription.State.ACTIVE]
    return Panel(
        lines=[_line(one, reader, now) for one in active],
        zone=reader.time_zone,
        areas=zones.by_area(),
        may_change=request.user.has_perm(MAY) and reader.erased_at is None,
    )


class RhythmPages(ReadOnlyAdmin):
    """For the admin of readers: two acts, each by POST, on record in the ledger or the log."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path(
                "<int:reader_id>/rhythm/<int:newsletter_id>/",
                wrap(require_POST(self.change_rhythm)),
                name="subscribers_subscriber_rhythm",
            ),
            path(
                "<int:reader_id>/time-zone/",
                wrap(require_POST(self.change_time_zone)),
                name="subscribers_subscriber_time_zone",
            ),
            *super().get_urls(),
        ]

    def change_rhythm(
        self, request: HttpRequest, reader_id: int, newsletter_id: int
    ) -> HttpResponse:
        """How often one newsletter comes, and at what hour of his day."""
        mine = _allowed(request, reader_id, newsletter_id)
        reader, newsletter = mine.subscriber, mine.newsletter
        often = request.POST.get("frequency", mine.frequency)
        hour = request.POST.get("hour", rhythm.in_words(mine.own_time))
        if not _is_offered(mine, often, hour):
            messages.error(request, NOT_HERE)
            return _back_to(reader_id)
        changed = rhythm.choose(
            subscriber_id=reader.pk,
            newsletter=newsletter,
            frequency=Frequency(often),
            at=rhythm.read_time(hour),
            proof=BY_DESK,
            now=timezone.now(),
        )
        mine.refresh_from_db()
        return self._said(request, reader, f"{newsletter}: {_words(mine)}", changed=changed)

    def change_time_zone(self, request: HttpRequest, reader_id: int) -> HttpResponse:
        """By which clock his mornings are."""
        if not request.user.has_perm(MAY):
            raise PermissionDenied
        reader = get_object_or_404(Subscriber, pk=reader_id)
        zone = request.POST.get("time_zone", "")
        try:
            changed = choices.keep_time_zone(subscriber_id=reader.pk, time_zone=zone)
        except ValueError:
            messages.error(request, NOT_HERE)
            return _back_to(reader_id)
        return self._said(
            request, reader, f"Time zone: {zone or 'as each newsletter'}", changed=changed
        )

    def _said(
        self, request: HttpRequest, reader: Subscriber, words: str, *, changed: bool
    ) -> HttpResponse:
        if changed:
            self.log_change(request, reader, f"{words}.")
            messages.success(request, f"Saved. {words}.")
        else:
            messages.info(request, NO_NEWS)
        return _back_to(reader.pk)


def _allowed(request: HttpRequest, reader_id: int, newsletter_id: int) -> Subscription:
    if not request.user.has_perm(MAY):
        raise PermissionDenied
    rows = Subscription.objects.select_related("subscriber", "newsletter")
    return get_object_or_404(
        rows,
        subscriber_id=reader_id,
        newsletter_id=newsletter_id,
        state=Subscription.State.ACTIVE,
    )


def _is_offered(mine: Subscription, often: str, hour: str) -> bool:
    found = _hours(mine)
    hours = {one.value for one in found.choices} if found else {rhythm.in_words(mine.own_time)}
    frequencies = rhythm_offers.frequencies(newsletter=mine.newsletter, chosen=mine.frequency)
    return often in frequencies and hour in hours


def _line(mine: Subscription, reader: Subscriber, now: datetime) -> Line:
    mine.subscriber = reader
    parts = [_words(mine)]
    if mine.paused_until is not None and mine.paused_until > now:
        until = choice_rows.break_in_words(
            until=mine.paused_until, newsletter=mine.newsletter, now=now
        )
        parts.append(f"on a break until {until}")
    offered = rhythm_offers.frequency_choices(newsletter=mine.newsletter, chosen=mine.frequency)
    return Line(mine, ", ".join(parts), offered, _hours(mine))


def _hours(mine: Subscription) -> Hours | None:
    return rhythm_offers.hours(newsletter=mine.newsletter, reader=mine.subscriber, mine=mine)


def _words(mine: Subscription) -> str:
    """ "once a week, at 7:30 am"."""
    at = f", at {clock_in_words(mine.own_time)}" if mine.own_time else ""
    return f"{mine.get_frequency_display()}{at}"


def _back_to(reader_id: int) -> HttpResponse:
    here = reverse("admin:subscribers_subscriber_change", args=[reader_id])
    return HttpResponseRedirect(f"{here}#reader-rhythm")
