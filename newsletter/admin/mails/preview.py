"""What readers will see: the mail in all its looks, as any reader, and for somebody by a link.

The HTML is shown in a frame of its own (`pages.looks`).
"""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from newsletter.admin.mails import views
from newsletter.admin.mails.access import mail_or_404, person
from newsletter.admin.mails.preview_readers import MAY_SEE, ReaderForm, found, shown_as
from newsletter.models import Digest
from newsletter.pages import looks
from newsletter.release import sharing
from newsletter.rendering import looking, message
from newsletter.rendering.links import absolute
from newsletter.rendering.merging import unknown_placeholders
from newsletter.rendering.mjml import MjmlError
from newsletter.rendering.placeholders import RenderError


def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The page with the frame. GET: look and reader are choices in the address, by their keys.

    POST finds a reader by his address, which so gets into no log, and leads to his preview.
    """
    digest = mail_or_404(request, pk, permission="view")
    look, seen_by = looks.chosen(request.GET), shown_as(request, digest)
    form = ReaderForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and (key := found(request, form)):
        query = urlencode({"as": look.key, "reader": key})
        return HttpResponseRedirect(f"{_address(digest, 'preview')}?{query}")
    try:
        words = message.newest(digest=digest, now=timezone.now())
    except (MjmlError, RenderError) as error:
        failure = looks.not_drawn(error)
        return views.page(request, "admin/desk/preview.html", digest, failure=failure)
    sample = looking.sample(newsletter=digest.newsletter, words=words, person=seen_by.person)
    said = f"{sample.subject}\n{sample.preheader}\n{sample.text}"
    asked = look.query | ({"reader": seen_by.key} if seen_by.key else {})
    return views.page(
        request,
        "admin/desk/preview.html",
        digest,
        sample=sample,
        as_typed=dict.fromkeys(unknown_placeholders(said)),
        size=looking.sent_size(newsletter=digest.newsletter, words=words),
        look=look,
        looks=looks.links(look, **({"reader": seen_by.key} if seen_by.key else {})),
        frame=f"{_address(digest, 'frame')}?{urlencode(asked)}".rstrip("?"),
        most=looks.CLIPPED_AT,
        seen_by=seen_by,
        reader_form=form if request.user.has_perm(MAY_SEE) else None,
        **_sharing(request, digest),
    )


def frame(request: HttpRequest, pk: int) -> HttpResponse:
    """The mail's HTML alone; in its place, why it cannot be drawn."""
    digest = mail_or_404(request, pk, permission="view")
    try:
        words = message.newest(digest=digest, now=timezone.now())
    except (MjmlError, RenderError) as error:
        return looks.plain(looks.not_drawn(error))
    seen_by = shown_as(request, digest)
    shown = looking.sample(newsletter=digest.newsletter, words=words, person=seen_by.person)
    return looks.frame(shown.html, request.GET)


def share(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """POST makes a link for somebody without an account, or ends all that there are."""
    digest = mail_or_404(request, pk)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    now = timezone.now()
    if act == "stop":
        sharing.stop(digest_id=digest.pk, by=person(request), now=now)
        messages.success(request, "Ended. No link to this preview works any more.")
    else:
        sharing.share(digest_id=digest.pk, by=person(request), now=now)
        messages.success(request, "There is a link now. Whoever has it can look.")
    return HttpResponseRedirect(f"{_address(digest, 'preview')}#share")


def _sharing(request: HttpRequest, digest: Digest) -> dict[str, object]:
    """The newest link that works, for those who may make one."""
    if not request.user.has_perm("newsletter.change_digest"):
        return {"may_share": False}
    link = sharing.newest(digest=digest, now=timezone.now())
    if link is None:
        return {"may_share": True}
    return {
        "may_share": True,
        "shared_url": absolute(reverse("shared", args=[link.token])),
        "shared_until": link.until.astimezone(digest.newsletter.zone),
    }


def _address(digest: Digest, page: str) -> str:
    return reverse(f"admin:newsletter_digest_{page}", args=[digest.pk])
