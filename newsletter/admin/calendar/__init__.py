"""The calendar: all newsletters' mails by month, week or day."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from newsletter.admin.calendar import cells
from newsletter.admin.calendar.span import Span, asked, span_of
from newsletter.scheduling.calendar import between
from subscribers.models import Newsletter


def calendar(request: HttpRequest) -> HttpResponse:
    """`?month=2026-11`, `?week=2026-11-23` or `?day=2026-11-24`, and `&newsletter=<slug>`."""
    if not request.user.has_perm("newsletter.view_digest"):
        raise PermissionDenied
    context = {
        **admin.site.each_context(request),
        "title": "Calendar",
        **_found(request, timezone.now()),
        "sees_schedules": request.user.has_perm("newsletter.view_schedule"),
    }
    return TemplateResponse(request, "admin/desk/calendar.html", context)


def _found(request: HttpRequest, now: datetime) -> dict[str, Any]:
    today = timezone.localdate(now)
    span = asked(request.GET, today=today)
    newsletters = list(Newsletter.objects.only("name", "slug", "position"))
    wanted = request.GET.get("newsletter", "")
    newsletter = next((one for one in newsletters if one.slug == wanted), None)
    found = between(
        first=span.first,
        last=span.last,
        now=now,
        newsletter=newsletter,
        most=cells.MOST[span.kind],
    )
    before, after = span.beside(today=today)
    return {
        "span": span,
        "weeks": cells.weeks(span=span, found=found, today=today),
        "is_empty": not found.entries and not found.days_off,
        "newsletters": newsletters,
        "newsletter": newsletter,
        "before": before and _link(before, newsletter),
        "after": after and _link(after, newsletter),
        "kinds": _kinds(span, newsletter, now),
        "of_newsletter": f"&newsletter={newsletter.slug}" if newsletter else "",
    }


def _kinds(span: Span, newsletter: Newsletter | None, now: datetime) -> list[tuple[str, str, bool]]:
    """Month, week and day: word, link, whether it is this one. Today's, where that is shown."""
    today = timezone.localdate(now)
    day = today if span.first <= today <= span.last else span.anchor
    return [
        (kind.capitalize(), _link(span_of(kind, day), newsletter), kind == span.kind)
        for kind in ("month", "week", "day")
    ]


def _link(span: Span, newsletter: Newsletter | None) -> str:
    query = {span.kind: span.value} | ({"newsletter": newsletter.slug} if newsletter else {})
    return f"?{urlencode(query)}"
