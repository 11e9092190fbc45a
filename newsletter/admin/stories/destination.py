"""Where somebody goes with a new story: back to the mail that he came from, or to its page."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.admin.models import ADDITION, LogEntry
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from newsletter.admin.mails.access import mail_or_404, person
from newsletter.digests.adding import add_story
from newsletter.digests.edits import EditConflict, NotEditable
from newsletter.models import Article, Digest, Section

SAVED = "Saved. It is a story now."
ADDED = "Saved, and put at the end of {section}."
NOT_ADDED = "The story is saved. {refusal} So it was not put in."
IN_ALREADY = "It stands in {section} already."


@dataclass(frozen=True, slots=True)
class Destination:
    """The mail that the story is for, and the section, if somebody came from there."""

    digest: Digest | None = None
    section: Section | None = None

    @property
    def url(self) -> str:
        """Where "Not now" leads."""
        if self.digest is None:
            return reverse("admin:newsletter_article_changelist")
        return reverse("admin:newsletter_digest_change", args=[self.digest.pk])

    @property
    def query(self) -> str:
        """For links between the pages that make a story."""
        if self.digest is None:
            return ""
        section = f"&section={self.section.pk}" if self.section else ""
        return f"?mail={self.digest.pk}{section}"


def destination(request: HttpRequest) -> Destination:
    """From `?mail=<id>&section=<id>`; raises PermissionDenied, and Http404 for what is not there.

    Whoever makes stories may come here; with a mail he must be allowed to change that, too.
    """
    if not request.user.has_perm("newsletter.add_article"):
        raise PermissionDenied
    if "mail" not in request.GET:
        return Destination()
    digest = mail_or_404(request, number_of(request.GET["mail"]))
    if not request.GET.get("section"):
        return Destination(digest)
    number = number_of(request.GET["section"])
    return Destination(digest, get_object_or_404(Section, pk=number, digest=digest))


def go(request: HttpRequest, article: Article, there: Destination) -> HttpResponse:
    """Put the story where it was made for, and go there."""
    if there.digest is None:
        return HttpResponseRedirect(reverse("admin:newsletter_article_change", args=[article.pk]))
    if there.section is not None:
        _add(request, article, there.section)
    return HttpResponseRedirect(there.url)


def note_new(request: HttpRequest, article: Article, there: Destination) -> None:
    """Say that it is saved, and write down who made it."""
    LogEntry.objects.log_actions(person(request).pk, [article], ADDITION, single_object=True)
    if there.section is None:
        messages.success(request, SAVED)


def _add(request: HttpRequest, article: Article, section: Section) -> None:
    try:
        added = add_story(
            section=section, article_id=article.pk, by=person(request), now=timezone.now()
        )
    except (NotEditable, EditConflict) as refusal:
        messages.warning(request, NOT_ADDED.format(refusal=refusal))
        return
    messages.success(request, (ADDED if added else IN_ALREADY).format(section=section.name))


def number_of(text: str) -> int:
    """An id from an address or a form; raises Http404 for what is none."""
    if not text.isdecimal() or len(text) > 18:
        raise Http404
    return int(text)
