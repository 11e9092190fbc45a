"""An urgent mail: from a headline to the question whether it goes, on one page."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from newsletter.admin.mails import steps
from newsletter.admin.mails.access import person
from newsletter.admin.mails.urgency import in_words
from newsletter.admin.mails.urgent_form import UrgentForm
from newsletter.admin.mails.views import back_to
from newsletter.models import Digest
from newsletter.release import consent
from newsletter.scheduling import singles

State = Digest.State


def urgent_mail(request: HttpRequest) -> HttpResponse:
    """GET asks what happened; POST makes the draft and leads on to the question before it goes.

    Where another went out or was made a moment ago, that is said first.
    """
    if not request.user.has_perm("newsletter.add_digest"):
        raise PermissionDenied
    now = timezone.now()
    form = UrgentForm(request.POST if request.method == "POST" else None)
    others = singles.urgent_lately(now=now)
    if form.is_valid():
        others = _others(form, others)
        if form.cleaned_data["told"] == _fingerprint(others):
            digest = singles.make_news(
                newsletter=form.cleaned_data["newsletter"],
                news=form.news,
                by=person(request),
                now=now,
            )
            return _on_from(request, digest)
    if form.is_bound:
        form.note(told=_fingerprint(others))
    context = {
        **admin.site.each_context(request),
        "title": "Urgent mail",
        "opts": Digest._meta,  # noqa: SLF001
        "form": form,
        "told": [in_words(one, now) for one in others],
    }
    return TemplateResponse(request, "admin/desk/urgent.html", context)


def _others(form: UrgentForm, found: list[Digest]) -> list[Digest]:
    """Those of the newsletter; what was made of this very form is none of them."""
    mine = str(form.cleaned_data["key"])
    newsletter = form.cleaned_data["newsletter"]
    return [
        one
        for one in found
        if one.newsletter_id == newsletter.pk and not one.sections.filter(items__key=mine).exists()
    ]


def _fingerprint(others: list[Digest]) -> str:
    return " ".join(str(one.pk) for one in others)


def _on_from(request: HttpRequest, digest: Digest) -> HttpResponse:
    """To the last question that this person may answer."""
    by = person(request)
    if digest.state != State.DRAFT or not steps.may_approve(by):
        return back_to(digest)
    sends = steps.may(by, steps.SEND_NOW) and consent.needed(digest) == 1
    step = steps.SEND_NOW if sends else steps.APPROVE
    return HttpResponseRedirect(reverse("admin:newsletter_digest_step", args=[digest.pk, step.key]))
