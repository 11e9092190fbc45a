"""Making a mail by hand: for a newsletter and a day, filled from the newest stories."""

from datetime import date, datetime

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from newsletter.admin.mails.forms import NewMailForm
from newsletter.digests.assembly import make_digest, next_occurrence, rule_of
from newsletter.models import Digest
from newsletter.scheduling.recurrence import on_day
from subscribers.models import Newsletter


def new_mail(request: HttpRequest) -> HttpResponse:
    """GET asks which newsletter and day; POST makes the mail and opens it."""
    if not request.user.has_perm("newsletter.add_digest"):
        raise PermissionDenied
    posted = request.POST if request.method == "POST" else None
    form = NewMailForm(posted, initial={"day": timezone.localdate()})
    if form.is_valid():
        digest = _make(form)
        if digest.state == Digest.State.SKIPPED:
            messages.warning(request, f"Skipped. {digest.reason} You can make it anyway.")
        return HttpResponseRedirect(reverse("admin:newsletter_digest_change", args=[digest.pk]))
    context = {
        **admin.site.each_context(request),
        "title": "Make a mail",
        "opts": Digest._meta,  # noqa: SLF001
        "form": form,
    }
    return TemplateResponse(request, "admin/desk/new_mail.html", context)


def _make(form: NewMailForm) -> Digest:
    newsletter, day = form.cleaned_data["newsletter"], form.cleaned_data["day"]
    # The board names the occurrence, so that pressing twice makes one.
    occurrence = form.cleaned_data["occurrence"] or next_occurrence(newsletter=newsletter, day=day)
    return make_digest(
        newsletter=newsletter,
        occurrence=occurrence,
        release_at=_time_of_day(newsletter, day) if occurrence == day.isoformat() else None,
        now=timezone.now(),
    )


def _time_of_day(newsletter: Newsletter, day: date) -> datetime | None:
    """The schedule's time on that day when it is still to come; a second mail has none."""
    rule = rule_of(newsletter)
    if rule.pk is None:
        return None
    run = on_day(schedule=rule, day=day)
    return run.release_at if run and run.release_at > timezone.now() else None
