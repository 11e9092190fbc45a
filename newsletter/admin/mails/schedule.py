"""When a mail goes: a time that a person chooses, by the newsletter's clock or by each reader's."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from newsletter.admin.mails import approving, steps, usual_mail
from newsletter.admin.mails.access import mail_or_404, person
from newsletter.admin.mails.forms import ScheduleForm
from newsletter.admin.mails.views import back_to, is_too_late, page, take
from newsletter.admin.mails.who import said
from newsletter.digests.assembly import rule_of
from newsletter.models import Digest
from newsletter.release import approval
from newsletter.release.consent import NotLookedAt
from newsletter.scheduling.chosen import stands


def schedule(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for date and time in the newsletter's zone; POST approves if needed and schedules."""
    digest = mail_or_404(request, pk, permission=steps.SCHEDULE.right)
    if is_too_late(request, digest, steps.SCHEDULE):
        return back_to(digest)
    now = timezone.now()
    form = ScheduleForm(
        request.POST if request.method == "POST" else None,
        newsletter=digest.newsletter,
        offers_waves=_may_go_in_waves(digest),
        initial=_offered(digest, now),
    )
    if form.is_valid():
        try:
            _schedule(request, digest, form)
        except NotLookedAt as refusal:
            messages.warning(request, str(refusal))
        else:
            return back_to(digest)
    return page(
        request,
        "admin/desk/schedule.html",
        digest,
        form=form,
        asked=approving.asked(request, digest),
        usual=usual_mail.beside(digest, now),
    )


def _schedule(request: HttpRequest, digest: Digest, form: ScheduleForm) -> None:
    chosen = form.cleaned_data["chosen"]

    def run() -> bool:
        approval.schedule(
            digest_id=digest.pk,
            release_at=chosen.release_at,
            waves=chosen.waves,
            by=person(request),
            now=timezone.now(),
            said=approving.said(request),
        )
        return True

    if take(request, digest, steps.SCHEDULE, run):
        for remark in chosen.remarks:
            messages.info(request, remark)


def _may_go_in_waves(digest: Digest) -> bool:
    """Where its newsletter does; never what corrects another, or cannot wait."""
    if digest.corrects_id is not None or digest.is_urgent:
        return False
    return digest.goes_in_waves or rule_of(digest.newsletter).by_reader


def _offered(digest: Digest, now: datetime) -> dict[str, Any]:
    """The time that it has, or that of the run it stands for; and for whom, as it stands."""
    has_none = digest.release_at is None and rule_of(digest.newsletter).by_reader
    who = {"who": said(in_waves=digest.goes_in_waves or has_none)}
    found = stands(digest=digest, now=now)
    if found is None:
        return who
    day, at = found
    return {"day": day, "time": f"{at:%H:%M}", **who}
