"""Nobody works at the desk who still owes the second step of logging in."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from config.entering import codes
from config.models import StaffUser

# Needed to get in or out, and to draw those pages.
OPEN = ("admin:login", "admin:logout", "desk_code", "desk_theme_css")
# Open too for somebody who has to switch codes on first; by how they begin.
SET_UP = ("desk_account", "admin:jsi18n")


def second_step(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware that leads to the code, or to switching codes on where REQUIRE_TOTP asks for it.

    Behind those that know the person and the device that verified this session.
    """

    def guarded(request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/admin/") and not _is_among(request, OPEN):
            person = request.user
            if isinstance(person, StaffUser) and getattr(person, "otp_device", None) is None:
                instead = _instead(request, person)
                if instead:
                    return HttpResponseRedirect(instead)
        return get_response(request)

    return guarded


def _instead(request: HttpRequest, person: StaffUser) -> str:
    """Where he is led; empty when he may go on."""
    if codes.is_on(person=person):
        back = {"next": request.get_full_path()} if request.method == "GET" else {}
        return f"{reverse('desk_code')}?{urlencode(back)}" if back else reverse("desk_code")
    if settings.REQUIRE_TOTP and not _is_among(request, SET_UP):
        return reverse("desk_account")
    return ""


def _is_among(request: HttpRequest, names: tuple[str, ...]) -> bool:
    starts = tuple(reverse(name) for name in names)
    if names is OPEN:
        return request.path in starts
    return request.path.startswith(starts)
