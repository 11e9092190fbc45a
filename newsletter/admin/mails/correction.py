"""Approving a correction in flight: a sentence about it, and what it means in numbers."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from newsletter.admin.mails import approving, steps
from newsletter.admin.mails.access import mail_or_404, person
from newsletter.admin.mails.forms import CorrectionForm
from newsletter.admin.mails.numbers import counts_of, people
from newsletter.admin.mails.rewriting import is_rewritten
from newsletter.admin.mails.views import GONE, back_to, page, take
from newsletter.delivery import correcting
from newsletter.models import Digest
from newsletter.release.consent import NotLookedAt


def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """GET says whether it can be approved and asks for the note; POST approves what was shown."""
    digest = mail_or_404(request, pk, permission=steps.CORRECT.right)
    if steps.CORRECT not in steps.of(digest):
        messages.warning(request, GONE.format(state=digest.get_state_display()))
        return back_to(digest)
    posted = request.POST.copy() if request.method == "POST" else None
    form = CorrectionForm(posted, initial={"version": digest.version})
    try:
        if form.is_valid() and _approve(request, digest, form):
            return back_to(digest)
    except NotLookedAt as refusal:
        messages.warning(request, str(refusal))
    if posted is not None:
        # The next try approves what stands there now: the page is shown anew with it.
        posted["version"] = str(digest.version)
    return page(request, "admin/desk/correct.html", digest, form=form, **_context(request, digest))


def _approve(request: HttpRequest, digest: Digest, form: CorrectionForm) -> bool:
    def run() -> bool:
        correcting.approve(
            digest_id=digest.pk,
            note=form.cleaned_data["note"],
            version=form.cleaned_data["version"],
            by=person(request),
            now=timezone.now(),
            said=approving.said(request),
        )
        return True

    return take(request, digest, steps.CORRECT, run)


def _context(request: HttpRequest, digest: Digest) -> dict[str, Any]:
    found = counts_of(digest)
    waiting = found.waiting - found.handing_over
    old = found.accepted + found.unknown + found.handing_over
    return {
        "old": old,
        "old_words": people(old),
        "new": waiting,
        "new_words": people(waiting),
        "unknown": found.unknown,
        "on_their_way": found.handing_over,
        "is_changed": is_rewritten(digest),
        "asked": approving.asked(request, digest),
        "is_counted": digest.prepared_at is not None,
    }
