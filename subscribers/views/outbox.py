"""`/outbox/`: the mail that the outbox provider captured, for looking at in development."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe

from subscribers import captured_html, captured_mail
from subscribers.mailing.outbox import KEPT
from subscribers.models import OutboxMail

VIEWS = {"html": "HTML", "text": "Text", "source": "Source", "headers": "Headers"}
View = Callable[..., HttpResponse]


def only_captured(view: View) -> View:
    """Answer 404 unless this is a development server whose mail goes to the outbox.

    The mails hold personal links, so on a public server nobody may read them.
    """

    @require_safe
    @wraps(view)
    def guarded(request: HttpRequest, **ids: int) -> HttpResponse:
        if not (settings.DEBUG and "outbox" in settings.EMAIL_PROVIDERS):
            raise Http404
        try:
            response = view(request, **ids)
        except OutboxMail.DoesNotExist as error:
            raise Http404("This mail is not kept any more.") from error
        add_never_cache_headers(response)
        return response

    return guarded


@only_captured
def mails(request: HttpRequest) -> HttpResponse:
    """The list, newest first, of one address (`q`) or one source (`source`)."""
    query = request.GET.get("q", "").strip()
    source = request.GET.get("source", "")
    before = request.GET.get("before", "")
    page = captured_mail.newest(address=query, source=source, before=_number(before))
    context = {
        "page": page,
        "query": query,
        "source": source,
        "source_words": captured_mail.source_in_words(source) if source else "",
        "before": before,
        "kept": KEPT,
    }
    return render(request, "subscribers/outbox/list.html", context)


@csp_update({"frame-src": [SELF], "form-action": [settings.SITE_URL]})
@only_captured
def mail(request: HttpRequest, mail_id: int) -> HttpResponse:
    """One mail, in one of four views."""
    captured = captured_mail.read(mail_id=mail_id)
    wanted = request.GET.get("view", "")
    context: dict[str, Any] = {
        "mail": captured,
        "sender": captured.header("From"),
        "views": VIEWS,
        "view": wanted if wanted in VIEWS else "html",
        "dark": request.GET.get("dark") == "1",
        "phone": request.GET.get("width") == "390",
        "sandbox": captured_html.SANDBOX,
        "one_click_url": captured_mail.one_click_url(captured),
    }
    if context["view"] == "source":
        context["source"] = captured.message.as_bytes().decode(errors="replace")
    return render(request, "subscribers/outbox/mail.html", context)


@only_captured
def html(request: HttpRequest, mail_id: int) -> HttpResponse:
    """The HTML part for the frame; `dark=1` shows it as a client in dark mode does."""
    captured = captured_mail.read(mail_id=mail_id)
    dark = request.GET.get("dark") == "1"
    response = HttpResponse(captured_html.framed(captured.html, dark=dark))
    response["Content-Security-Policy"] = captured_html.policy()
    return response


@only_captured
def source(request: HttpRequest, mail_id: int) -> HttpResponse:
    """The mail as a file, to open in a mail program."""
    captured = captured_mail.read(mail_id=mail_id)
    response = HttpResponse(captured.message.as_bytes(), content_type="message/rfc822")
    response["Content-Disposition"] = f'attachment; filename="mail-{mail_id}.eml"'
    return response


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 19 else None
