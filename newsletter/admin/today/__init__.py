"""Today: the desk's first page, with a line per mail and one next step each."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from newsletter.admin.today import parts, words
from newsletter.admin.today.first_steps import first_steps
from subscribers.models import Newsletter
from subscribers.moments import place_in_words


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """django-unfold's DASHBOARD_CALLBACK: adds the board of today and the next seven days."""
    context["title"] = "Today"
    if request.user.has_perm("newsletter.view_digest"):
        context |= {
            "sees_mails": True,
            "may_add": request.user.has_perm("newsletter.add_digest"),
            "has_newsletters": Newsletter.objects.exists(),
            "first_steps": first_steps(request=request),
            **_board(request),
        }
    else:
        context["parts"] = _parts(context["sidebar_navigation"])
    return context


def _parts(sidebar: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the sidebar leads to besides this page, with what it calls "Settings" by its heading."""
    return [
        {**item, "title": group["title"] if item["title"] == "Settings" else item["title"]}
        for group in sidebar
        if group.get("title")
        for item in group["items"]
        if item["has_permission"]
    ]


def fragment(request: HttpRequest) -> HttpResponse:
    """The board alone, as it is now; the page asks for it every 30 s."""
    if not request.user.has_perm("newsletter.view_digest"):
        raise PermissionDenied
    response = TemplateResponse(request, "admin/desk/board.html", _board(request))
    response["Cache-Control"] = "no-store"
    return response


def _board(request: HttpRequest) -> dict[str, Any]:
    now = timezone.now()
    return {
        "board": parts.of(request=request, now=now),
        "now": now,
        "clock": words.clock(now),
        "place": place_in_words(words.desk_zone()),
    }
