"""Making a mail by hand: the usual one of a day, or a single one at a time of its own."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from newsletter.admin.mails.access import person
from newsletter.admin.mails.new_form import BY_RULES, NewMailForm
from newsletter.models import Digest, Item
from newsletter.release import approval
from newsletter.scheduling import singles, upcoming

STANDS_THERE = "This one waits for that day already. Send it or cancel it before you make another."
SAME_TIME = "This one waits for that time already."
MADE_MEANWHILE = "The usual mail was made meanwhile. Schedule it for the time that you want."
OLDER = "{reason} So older ones, not used before, stand in it."
NOTHING_YET = "There is no new story for it yet. They come in by themselves, or add some now."
EMPTY = "{reason} There is none left that was not used: add what should stand in it."


def new_mail(request: HttpRequest) -> HttpResponse:
    """GET asks which newsletter and day; POST makes the mail and opens it.

    At a time of its own, after what somebody should know about that.
    """
    if not request.user.has_perm("newsletter.add_digest"):
        raise PermissionDenied
    posted = request.POST if request.method == "POST" else None
    form = NewMailForm(posted, initial={"day": timezone.localdate(), "start": BY_RULES})
    more: dict[str, Any] = {}
    if form.is_valid():
        if not form.is_to_look_over:
            digest = _made(request, form)
            return HttpResponseRedirect(reverse("admin:newsletter_digest_change", args=[digest.pk]))
        more = form.look_over()
    context = {
        **admin.site.each_context(request),
        "title": "Make a mail",
        "opts": Digest._meta,  # noqa: SLF001
        "form": form,
        **more,
    }
    return TemplateResponse(request, "admin/desk/new_mail.html", context)


def _made(request: HttpRequest, form: NewMailForm) -> Digest:
    if form.chosen is not None or form.is_empty:
        return _single(request, form)
    digest = _waiting(form)
    if digest is not None:
        messages.info(request, STANDS_THERE)
        return digest
    # The board names the occurrence, so that pressing twice makes one.
    digest = upcoming.make_by_hand(
        newsletter=form.cleaned_data["newsletter"],
        day=form.cleaned_data["day"],
        occurrence=form.cleaned_data["occurrence"],
        is_weekly=form.is_weekly,
        now=timezone.now(),
    )
    _make_even_so(request, digest)
    return digest


def _single(request: HttpRequest, form: NewMailForm) -> Digest:
    """For its own time, or empty without one; says what stands there already."""
    digest, is_new = singles.make(
        newsletter=form.cleaned_data["newsletter"],
        day=form.cleaned_data["day"],
        chosen=form.chosen,
        is_empty=form.is_empty,
        instead=form.is_instead,
        now=timezone.now(),
    )
    if is_new:
        _make_even_so(request, digest)
        _say_if_bare(request, digest)
    else:
        messages.info(request, MADE_MEANWHILE if digest.follows_rule else SAME_TIME)
    if form.chosen is None and (usual := form.usual):
        messages.info(request, usual.words)
    return digest


def _say_if_bare(request: HttpRequest, digest: Digest) -> None:
    """That nothing came into it though its rules would fill it."""
    is_open = digest.locked_at is None and digest.state == Digest.State.DRAFT
    if is_open and not Item.objects.filter(section__digest=digest).exists():
        messages.info(request, NOTHING_YET)


def _waiting(form: NewMailForm) -> Digest | None:
    """The usual mail of that day that nobody sent yet, such as the one that the schedule opened.

    A second one would find its stories taken. The board asks for one that is not there.
    """
    newsletter, day = form.cleaned_data["newsletter"], form.cleaned_data["day"]
    if form.cleaned_data["occurrence"]:
        return None
    return Digest.objects.filter(
        newsletter=newsletter,
        occurrence__startswith=day.isoformat(),
        state__in=Digest.EDITABLE,
        is_weekly=form.is_weekly,
        is_single=False,
    ).first()


def _make_even_so(request: HttpRequest, digest: Digest) -> None:
    """A person who asks for a mail gets one, also when the service would have skipped it."""
    if digest.state != Digest.State.SKIPPED:
        return
    approval.make_anyway(digest_id=digest.pk, by=person(request), now=timezone.now())
    found = Item.objects.filter(section__digest=digest).exists()
    messages.warning(request, (OLDER if found else EMPTY).format(reason=digest.reason))
