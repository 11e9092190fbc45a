"""The page "Next runs" of a schedule: what its rule comes to, in local time and UTC."""

from django.contrib import admin
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone

from newsletter.models import Schedule
from newsletter.scheduling.forecast import forecast, ready_in_words
from newsletter.scheduling.words import for_staff, place_of


def urls(site: AdminSite) -> list[URLPattern]:
    """Behind the log-in of the desk."""
    name = "newsletter_schedule_next_runs"
    return [path("<int:pk>/next-runs/", site.admin_view(next_runs), name=name)]


def next_runs(request: HttpRequest, pk: int) -> HttpResponse:
    """The next 20 runs, and the days left out among them."""
    if not request.user.has_perm("newsletter.view_schedule"):
        raise PermissionDenied
    schedule = get_object_or_404(Schedule.objects.select_related("newsletter"), pk=pk)
    now = timezone.now()
    zone = schedule.newsletter.zone
    today = now.astimezone(zone).date()
    context = {
        **admin.site.each_context(request),
        "opts": Schedule._meta,  # noqa: SLF001
        "title": "Next runs",
        "schedule": schedule,
        "rule": for_staff(schedule, today=today),
        "place": place_of(schedule),
        "zone": zone,
        "today": today,
        "ready": ready_in_words(schedule=schedule, now=now),
        "lines": forecast(schedule=schedule, now=now),
    }
    return TemplateResponse(request, "admin/desk/next_runs.html", context)
