"""The rows of the board as the page shows them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString

from newsletter.admin.mails import progress
from newsletter.admin.mails.looks import PLANNED, STATES, state_chip
from newsletter.admin.mails.tally import tally
from newsletter.admin.today import words
from newsletter.admin.today.words import Countdown
from newsletter.delivery.counts import Counts
from newsletter.models import Digest
from newsletter.scheduling.board import BoardRow
from subscribers.admin.chips import Look, chip

State = Digest.State
# Next step of the board -> the page that it opens, below the mail's own address.
PAGES = {"preview": "preview", "send": "schedule"}
QUESTIONS = {"approve": "approve", "resume": "resume"}
# Done at once, by POST.
DONE = {"make_anyway": "make-anyway"}
# The steps of mails that need more than a look; every other one leads to the mail's page.
NEEDS = {
    "approve": "newsletter.approve_digest",
    "make_anyway": "newsletter.change_digest",
    "send": "newsletter.send_digest",
    "resume": "newsletter.send_digest",
    "make": "newsletter.add_digest",
}
# How fast a mail goes costs statements for each, so only the first few on their way say it.
PACED = 5


@dataclass(frozen=True, slots=True)
class Line:
    """A row as the page shows it. `post` is the address of a button, `link` that of a link."""

    row: BoardRow
    # By the desk's clock, and by the newsletter's where that is another.
    when: str
    # The same below the heading of its day.
    clock: str
    own_time: str
    countdown: Countdown | None
    subject: str
    chip: SafeString
    notes: tuple[str, ...]
    # How it went.
    tally: SafeString | str = ""
    link: str = ""
    post: str = ""


def look_of(row: BoardRow) -> Look:
    """Icon and colour of its state."""
    return STATES[State(row.state)] if row.digest else PLANNED


def lines(
    *, rows: list[BoardRow], found: Mapping[int, Counts], request: HttpRequest, now: datetime
) -> list[Line]:
    """In the same order; `found` are the counts of those that have readers."""
    sending = [row for row in rows if row.state == State.SENDING][:PACED]
    paced = {row.key for row in sending}
    return [_for(request, _line(row, found, now, is_paced=row.key in paced)) for row in rows]


def _for(request: HttpRequest, line: Line) -> Line:
    """The line without its button where somebody may not take the step."""
    needed = NEEDS.get(line.row.next_step.code)
    if needed is None or request.user.has_perm(needed):
        return line
    return replace(line, link="", post="")


def _line(row: BoardRow, found: Mapping[int, Counts], now: datetime, *, is_paced: bool) -> Line:
    counts = found.get(row.digest.pk, Counts()) if row.digest else Counts()
    link, post = _addresses(row)
    return Line(
        row=row,
        when=words.moment(row.at, now) if row.at else "No time set",
        clock=words.clock(row.at) if row.at else "No time set",
        own_time=words.own_time(row),
        countdown=words.countdown(row, now),
        subject=(row.digest.subject or "No subject yet") if row.digest else "Not made yet",
        chip=_chip(row, counts, now, is_paced=is_paced),
        notes=words.notes(row, now),
        tally=tally(counts) if row.is_over else "",
        link=link,
        post=post,
    )


def _chip(row: BoardRow, found: Counts, now: datetime, *, is_paced: bool) -> SafeString:
    if row.digest is None:
        return chip(look=PLANNED, word=row.label)
    word = progress.in_words(row.digest, found, now=now) if is_paced else row.label
    return state_chip(row.state, word=word)


def _addresses(row: BoardRow) -> tuple[str, str]:
    """Where the next step leads: (link, "") or ("", address to POST to)."""
    if row.digest is None:
        return "", reverse("admin:newsletter_digest_new")
    code, pk = row.next_step.code, row.digest.pk
    if code in DONE:
        return "", reverse("admin:newsletter_digest_step", args=[pk, DONE[code]])
    if code in QUESTIONS:
        return reverse("admin:newsletter_digest_step", args=[pk, QUESTIONS[code]]), ""
    return reverse(f"admin:newsletter_digest_{PAGES.get(code, 'change')}", args=[pk]), ""
