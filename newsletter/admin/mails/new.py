"""Making a mail by hand: for a newsletter and a day, filled from the newest stories."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from newsletter.admin.mails.access import person
from newsletter.admin.mails.forms import NewMailForm
from newsletter.models import Digest, Item
from newsletter.release import approval
from newsletter.scheduling import upcoming

STANDS_THERE = "This one waits for that day already. Send it or cancel it before you make another."
OLDER = "{reason} So older ones, not used before, stand in it."
EMPTY = "{reason} There is none left that was not used: add what should stand in it."


def new_mail(request: HttpRequest) -> HttpResponse:
    """GET asks which newsletter and day; POST makes the mail and opens it."""
    if not request.user.has_perm("newsletter.add_digest"):
        raise PermissionDenied
    posted = request.POST if request.method == "POST" else None
    form = NewMailForm(posted, initial={"day": timezone.localdate()})
    if form.is_valid():
        digest = _waiting(form)
        if digest is not None:
            messages.info(request, STANDS_THERE)
        else:
            digest = _make(form)
            _make_even_so(request, digest)
        return HttpResponseRedirect(reverse("admin:newsletter_digest_change", args=[digest.pk]))
    context = {
        **admin.site.each_context(request),
        "title": "Make a mail",
        "opts": Digest._meta,  # noqa: SLF001
        "form": form,
    }
    return TemplateResponse(request, "admin/desk/new_mail.html", context)


def _waiting(form: NewMailForm) -> Digest | None:
    """The mail of that day that nobody sent yet, such as the one that the schedule opened.

    A second one would find its stories taken. The board asks for one that is not there.
    """
    newsletter, day = form.cleaned_data["newsletter"], form.cleaned_data["day"]
    if form.cleaned_data["occurrence"]:
        return None
    return Digest.objects.filter(
        newsletter=newsletter, occurrence__startswith=day.isoformat(), state__in=Digest.EDITABLE
    ).first()


def _make_even_so(request: HttpRequest, digest: Digest) -> None:
    """A person who asks for a mail gets one, also when the service would have skipped it."""
    if digest.state != Digest.State.SKIPPED:
        return
    approval.make_anyway(digest_id=digest.pk, by=person(request), now=timezone.now())
    found = Item.objects.filter(section__digest=digest).exists()
    messages.warning(request, (OLDER if found else EMPTY).format(reason=digest.reason))


def _make(form: NewMailForm) -> Digest:
    # The board names the occurrence, so that pressing twice makes one.
    return upcoming.make_by_hand(
        newsletter=form.cleaned_data["newsletter"],
        day=form.cleaned_data["day"],
        occurrence=form.cleaned_data["occurrence"],
        now=timezone.now(),
    )
