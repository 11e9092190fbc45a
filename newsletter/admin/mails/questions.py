"""What a step asks before it is taken, in numbers."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone

from newsletter.admin.mails import steps, usual_mail
from newsletter.admin.mails.numbers import counts_of, people, readers
from newsletter.admin.mails.rewriting import is_rewritten
from newsletter.admin.mails.steps import Step
from newsletter.admin.mails.urgency import in_words
from newsletter.delivery import brake
from newsletter.delivery.counts import Counts
from newsletter.models import Batch, Digest
from newsletter.scheduling import singles

State = Digest.State
REWRITTEN = (
    "What was changed since it was paused is not approved: they get the old words. To send the "
    "new ones, approve the correction first."
)
STOPS_ONCE = (
    "Find out why first: once you go on, this mail is not paused for the same cause again, and "
    "mailbox providers may take all your mail for spam."
)
UNCOUNTED = "Its readers are not all counted yet; the others are added when it goes on."


@dataclass(frozen=True, slots=True)
class Question:
    """`before` + the subject + `after` is the sentence; `yes` and `no` are the buttons."""

    before: str
    after: str
    yes: str
    no: str
    details: tuple[str, ...] = ()
    stops: bool = False
    # Whose words are meant, where they are not those that stand there.
    subject: str = ""


def question(step: Step, digest: Digest) -> Question:
    """The question of a step that asks."""
    if step is steps.SEND_NOW:
        return _send_now(digest)
    if step is steps.APPROVE:
        return _approve(digest)
    if step is steps.RESUME:
        return _resume(digest)
    return _cancel(digest)


def _send_now(digest: Digest) -> Question:
    number = readers(digest)
    unchanged = "Keep as draft" if digest.state == State.DRAFT else f"Keep it {digest.state}"
    return Question(
        before="Send",
        after=f"to {number:,} {people(number)} now?",
        yes=f"Send to {number:,}",
        no=unchanged,
        details=tuple(_at_once(digest)),
    )


def _at_once(digest: Digest) -> Iterator[str]:
    """What somebody might not expect of sending it now."""
    now = timezone.now()
    if digest.goes_in_waves:
        yield "Everybody gets it at once, not at a time of the reader's own."
    if digest.is_urgent:
        yield "It goes to everybody at once, and before other mails."
        others = singles.urgent_lately(now=now, newsletter=digest.newsletter, but_for=digest)
        yield from (in_words(other, now) for other in others)
    elif usual := usual_mail.beside(digest, now):
        yield usual.words


def _approve(digest: Digest) -> Question:
    number = readers(digest)
    return Question(
        before="Approve",
        after="?",
        yes="Approve it",
        no="Not now",
        details=(
            "What you approve are exactly the words that stand there now.",
            f"As things are, {number:,} {people(number)} {'gets' if number == 1 else 'get'} it.",
        ),
    )


def _resume(digest: Digest) -> Question:
    found = counts_of(digest)
    waiting = found.waiting - found.handing_over
    if not waiting:
        # Before the first reader was counted, or when only the end is missing.
        return Question(
            before="Go on with",
            after="?",
            yes="Go on",
            no="Leave it paused",
            details=tuple(_before_going_on(digest, found)),
        )
    return Question(
        before="Go on sending",
        after=f"to the {waiting:,} {people(waiting)} who wait for it?",
        yes=f"Send to {waiting:,}",
        no="Leave it paused",
        details=tuple(_before_going_on(digest, found)),
        subject=digest.revision.subject if digest.revision else "",
    )


def _before_going_on(digest: Digest, found: Counts) -> Iterator[str]:
    """Why it was paused, and what somebody might not expect of going on."""
    if digest.reason:
        yield digest.reason
    if brake.stops_once(reason=digest.reason):
        yield STOPS_ONCE
    if found.handing_over:
        yield f"At most {found.handing_over:,} more are being handed over at this moment already."
    if is_rewritten(digest):
        yield REWRITTEN
    if refused := _refused(digest):
        yield f"{refused:,} of them were refused before; they are tried again."
    if digest.prepared_at is None:
        yield UNCOUNTED


def _refused(digest: Digest) -> int:
    """Readers of calls that were refused for nobody in particular, parked until it goes on."""
    parked = Batch.objects.filter(
        digest=digest, state=Batch.State.PENDING, bisection=Batch.Bisection.REFUSED
    )
    return sum(parked.values_list("size", flat=True))


def _cancel(digest: Digest) -> Question:
    found = counts_of(digest)
    details = ["It cannot be brought back. Its date is free for another mail."]
    if found.audience:
        has = found.accepted + found.unknown
        waiting = found.waiting - found.handing_over
        details = [f"{has:,} of {found.audience:,} have it, or may have it; that stays so."]
        if found.handing_over:
            details.append(
                f"{found.handing_over:,} are being handed over at this moment and still get it."
            )
        details.append(
            f"{waiting:,} will not get it. It can be sent to them later, "
            "unless another mail has its date by then."
        )
    return Question(
        before="Cancel",
        after="?",
        yes="Cancel it",
        no="Keep it",
        details=tuple(details),
        stops=True,
    )
