"""Today: the desk's first page, a row per newsletter and day with one next step each."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from newsletter.admin.mails import progress
from newsletter.admin.mails.looks import PLANNED, state_chip, with_urgency
from newsletter.delivery.counts import Counts, counts
from newsletter.scheduling import board
from newsletter.scheduling.board import BoardRow
from subscribers.admin.chips import chip
from subscribers.models import Newsletter
from subscribers.moments import moment_in_words

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


@dataclass(frozen=True, slots=True)
class Line:
    """A row as the page shows it. `post` is the address of a button, `link` that of a link."""

    row: BoardRow
    when: str
    subject: str
    chip: SafeString
    link: str = ""
    post: str = ""
    is_today: bool = False

    @property
    def needs_person(self) -> bool:
        """Whether nothing happens until somebody does the next step."""
        return self.row.who in {board.EDITOR, board.SECOND, board.SENDER}


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """django-unfold's DASHBOARD_CALLBACK: adds the lines of today and the next seven days."""
    context["title"] = "Today"
    if not request.user.has_perm("newsletter.view_digest"):
        return context
    now = timezone.now()
    rows = board.rows(now=now)
    found = counts(digest_ids=[row.digest.pk for row in rows if row.digest])
    lines = [_for(request, _line(row, found, now)) for row in rows]
    context |= {
        "sees_mails": True,
        "today": [line for line in lines if line.is_today],
        "later": [line for line in lines if not line.is_today],
        "may_add": request.user.has_perm("newsletter.add_digest"),
        "has_newsletters": Newsletter.objects.exists(),
    }
    return context


def _for(request: HttpRequest, line: Line) -> Line:
    """The line without its button where somebody may not take the step."""
    needed = NEEDS.get(line.row.next_step.code)
    if needed is None or request.user.has_perm(needed):
        return line
    return replace(line, link="", post="")


def _line(row: BoardRow, found: dict[int, Counts], now: datetime) -> Line:
    zone = row.newsletter.zone
    is_today = row.at is None or row.at.astimezone(zone).date() <= now.astimezone(zone).date()
    when = moment_in_words(at=row.at, now=now, zone=zone) if row.at else "No time set"
    if row.digest is None:
        return Line(
            row=row,
            when=when,
            subject="Not made yet",
            chip=chip(look=PLANNED, word=row.label),
            post=reverse("admin:newsletter_digest_new"),
            is_today=is_today,
        )
    word = progress.in_words(row.digest, found.get(row.digest.pk, Counts()), now=now)
    link, post = _addresses(row)
    return Line(
        row=row,
        when=when,
        subject=row.digest.subject or "No subject yet",
        chip=with_urgency(state_chip(row.state, word=word), row.digest),
        link=link,
        post=post,
        is_today=is_today,
    )


def _addresses(row: BoardRow) -> tuple[str, str]:
    """Where the next step leads: (link, "") or ("", address to POST to)."""
    assert row.digest is not None  # noqa: S101  (rows without one are handled before)
    code, pk = row.next_step.code, row.digest.pk
    if code in DONE:
        return "", reverse("admin:newsletter_digest_step", args=[pk, DONE[code]])
    if code in QUESTIONS:
        return reverse("admin:newsletter_digest_step", args=[pk, QUESTIONS[code]]), ""
    page = PAGES.get(code, "change")
    return reverse(f"admin:newsletter_digest_{page}", args=[pk]), ""
