"""The desk's views of one mail: steps, their questions, and the test."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from newsletter.admin.mails import approving, steps
from newsletter.admin.mails.access import mail_or_404, may_test, person
from newsletter.admin.mails.forms import TestForm
from newsletter.admin.mails.moments import when
from newsletter.admin.mails.questions import question
from newsletter.admin.mails.steps import STEPS, Step
from newsletter.delivery.correcting import NothingChanged, StillOnItsWay
from newsletter.models import Digest
from newsletter.pages.looks import not_drawn
from newsletter.release import testing
from newsletter.release.approval import NotApproved, NotReady, WrongState
from newsletter.release.consent import (
    ChangedMeanwhile,
    NotLookedAt,
    SecondPersonNeeded,
    WaitsForSecond,
)
from newsletter.rendering.mjml import MjmlError
from newsletter.rendering.placeholders import RenderError
from subscribers.addresses import AddressError

REFUSED = (
    NotApproved,
    WrongState,
    StillOnItsWay,
    NothingChanged,
    ChangedMeanwhile,
    SecondPersonNeeded,
)
GONE = "It is {state} by now, so nothing was done."


def back_to(digest: Digest) -> HttpResponse:
    """To the page of the mail."""
    return HttpResponseRedirect(reverse("admin:newsletter_digest_change", args=[digest.pk]))


def step(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """GET asks (only where the step asks at all), POST does it: one domain call."""
    if key not in STEPS:
        raise Http404
    wanted = STEPS[key]
    digest = mail_or_404(request, pk, permission=wanted.right)
    if request.method != "POST" and not (wanted.asks or wanted.approves):
        return HttpResponseNotAllowed(["POST"])
    if is_too_late(request, digest, wanted):
        return back_to(digest)
    if wanted.page:
        return HttpResponseRedirect(
            reverse(f"admin:newsletter_digest_{wanted.page}", args=[digest.pk])
        )
    if request.method != "POST":
        return ask(request, digest, wanted)
    said = approving.said(request)
    try:
        take(
            request,
            digest,
            wanted,
            lambda: wanted.run(digest, person(request), timezone.now(), said),
        )
    except NotLookedAt as refusal:
        messages.warning(request, str(refusal))
        return ask(request, digest, wanted)
    return back_to(digest)


def is_too_late(request: HttpRequest, digest: Digest, wanted: Step) -> bool:
    """Whether the step does not apply any more, or not yet for this person; says so."""
    if wanted not in steps.of(digest):
        messages.warning(request, GONE.format(state=digest.get_state_display()))
        return True
    if steps.waits_for_approval(digest, wanted, person(request)):
        messages.warning(request, str(NotApproved()))
        return True
    return False


def ask(request: HttpRequest, digest: Digest, wanted: Step) -> HttpResponse:
    """The page of a question; nothing is done yet."""
    more = {"asked": approving.asked(request, digest)} if wanted.approves else {}
    asks = question(wanted, digest)
    return page(request, "admin/desk/question.html", digest, question=asks, step=wanted, **more)


def take(request: HttpRequest, digest: Digest, wanted: Step, run: Callable[[], bool]) -> bool:
    """Run a step, say what became of it, and whether it was done; raises NotLookedAt."""
    try:
        done = run()
    except NotReady as refusal:
        for problem in refusal.problems:
            messages.error(request, problem.message)
        return False
    except WaitsForSecond as noted:
        messages.success(request, str(noted))
        return True
    except REFUSED as refusal:
        messages.warning(request, str(refusal))
        return False
    except (MjmlError, RenderError) as error:
        messages.error(request, not_drawn(error))
        return False
    if done:
        messages.success(request, wanted.done)
    else:
        digest.refresh_from_db(fields=["state"])
        messages.warning(request, GONE.format(state=digest.get_state_display()))
    return done


def send_test(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for addresses (one's own stands there), POST queues a test mail to each."""
    digest = mail_or_404(request, pk, permission="view")
    if not may_test(request):
        raise PermissionDenied
    posted = request.POST if request.method == "POST" else None
    form = TestForm(posted, initial={"to": getattr(request.user, "email", "")})
    if form.is_valid() and _queue_test(request, digest, form):
        return back_to(digest)
    return page(request, "admin/desk/test.html", digest, form=form)


def _queue_test(request: HttpRequest, digest: Digest, form: Form) -> bool:
    to = form.cleaned_data["to"]
    try:
        testing.send_tests(digest_id=digest.pk, to=to, by=person(request), now=timezone.now())
    except (AddressError, testing.TooManyTests) as refusal:
        form.add_error("to", str(refusal))
        return False
    messages.success(request, f"A test is on its way to {', '.join(to)}.")
    return True


def page(request: HttpRequest, template: str, digest: Digest, **more: Any) -> HttpResponse:
    """A page of a mail in the frame of the admin."""
    context = {
        **admin.site.each_context(request),
        "title": digest.subject or str(digest),
        "opts": Digest._meta,  # noqa: SLF001
        "original": digest,
        "digest": digest,
        "when": when(digest, timezone.now()),
        **more,
    }
    return TemplateResponse(request, template, context)
