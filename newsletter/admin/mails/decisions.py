"""Decisions about readers who have nothing, may have nothing, or have something wrong.

Each asks on a page of its own, in numbers, and is one call of one domain function.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.urls import reverse
from django.utils import timezone

from config.models import StaffUser
from newsletter.admin.mails import choices
from newsletter.admin.mails.access import mail_or_404, person
from newsletter.admin.mails.choices import Choices
from newsletter.admin.mails.numbers import counts_of, people
from newsletter.admin.mails.questions import Question
from newsletter.admin.mails.views import back_to, page
from newsletter.delivery import correcting, missed, unanswered
from newsletter.digests.lifecycle import DateTaken
from newsletter.models import Digest
from newsletter.release.approval import WrongState

State = Digest.State
NOBODY = "There was nobody left to decide about: somebody else was faster, or an answer came."
PAUSED = "It is paused, so they wait with the others until it goes on."
UNKNOWN = "The provider never answered, and nobody was to get it twice."


@dataclass(frozen=True, slots=True)
class Decision:
    """`number` of readers it is about; `run` returns how many it was in the end."""

    number: Callable[[Choices], int]
    question: Callable[[Digest, int], Question]
    run: Callable[[int, StaffUser, datetime], int]
    # With the number and "reader" or "readers".
    done: str


def _ask_again(digest: Digest, number: int) -> Question:
    return Question(
        before="Send",
        after=f"again to the {number:,} {people(number)} of whom it is unknown?",
        yes=f"Send again to {number:,}",
        no="Not now",
        details=(
            UNKNOWN,
            "Sent again, some may get it twice; others never had it.",
            *_if_paused(digest),
        ),
    )


def _ask_leave(digest: Digest, number: int) -> Question:
    return Question(
        before=f"Leave the {number:,} {people(number)} alone who may not have",
        after="?",
        yes="Leave them alone",
        no="Not now",
        details=(
            "Some of them may not have it. They stay counted as unknown; nobody is asked again.",
            "An answer that comes late is still noted.",
        ),
    )


def _ask_missed(digest: Digest, number: int) -> Question:
    back = []
    if digest.state == State.CANCELLED:
        back = ["It was cancelled, and is on its way again then, to them alone."]
    return Question(
        before="Send",
        after=f"to the {number:,} {people(number)} who were missed?",
        yes=f"Send to {number:,}",
        no="Not now",
        details=(
            "They have nothing, for causes that are not their own.",
            "Who left meanwhile gets nothing.",
            *back,
            *_if_paused(digest),
        ),
    )


def _if_paused(digest: Digest) -> list[str]:
    return [PAUSED] if digest.state == State.PAUSED else []


DECISIONS = {
    "send-again": Decision(
        number=lambda found: found.again,
        question=_ask_again,
        run=lambda pk, by, now: unanswered.send_again(digest_id=pk, by=by, now=now),
        done="It goes again to {number:,} {people}.",
    ),
    "leave-alone": Decision(
        number=lambda found: found.again,
        question=_ask_leave,
        run=lambda pk, by, now: unanswered.leave(digest_id=pk, by=by, now=now),
        done="{number:,} {people} left alone. They stay counted as unknown.",
    ),
    "send-to-missed": Decision(
        number=lambda found: found.missed,
        question=_ask_missed,
        run=lambda pk, by, now: missed.send(digest_id=pk, by=by, now=now),
        done="It goes to {number:,} {people} who had been missed.",
    ),
}


def decide(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """GET asks in numbers, POST does it."""
    if key not in DECISIONS:
        raise Http404
    wanted, digest = DECISIONS[key], mail_or_404(request, pk, permission="send")
    number = wanted.number(_choices(digest))
    if not number:
        messages.warning(request, NOBODY)
        return back_to(digest)
    if request.method != "POST":
        asked = wanted.question(digest, number)
        return page(request, "admin/desk/question.html", digest, question=asked)
    try:
        done = wanted.run(digest.pk, person(request), timezone.now())
    except DateTaken as refusal:
        messages.warning(request, str(refusal))
        return back_to(digest)
    if done:
        messages.success(request, wanted.done.format(number=done, people=people(done)))
    else:
        messages.warning(request, NOBODY)
    return back_to(digest)


def correct_reached(request: HttpRequest, pk: int) -> HttpResponse:
    """POST makes the draft of a correction for those whom a mail reached, and leads to it."""
    digest = mail_or_404(request, pk)
    if not request.user.has_perm("newsletter.add_digest"):
        raise PermissionDenied
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        made = correcting.correct_reached(
            digest_id=digest.pk, by=person(request), now=timezone.now()
        )
    except WrongState as refusal:
        messages.warning(request, str(refusal))
        return back_to(digest)
    return HttpResponseRedirect(reverse("admin:newsletter_digest_change", args=[made.pk]))


def _choices(digest: Digest) -> Choices:
    return choices.of(digest=digest, found=counts_of(digest), now=timezone.now())
