"""The page where a mail is written: words and items on one page, saved at once."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from newsletter.admin.mails import beside, drawer, fields, further, status
from newsletter.admin.mails.access import person
from newsletter.admin.mails.telling import told
from newsletter.admin.mails.typed import Typed, as_it_stands, beside_theirs, save_typed, sent
from newsletter.digests.edits import EditConflict, NotEditable
from newsletter.digests.queries import sections_of
from newsletter.digests.saving import Collides, Saved
from newsletter.models import Digest, Section

CONFLICT = (
    "This changed meanwhile, your text is kept here. Where both wrote, theirs stands beside yours: "
    "choose, then save."
)
KEPT = "{refusal} Your text is kept here."
TAKEN_BACK = "Saved. What was approved is not what stands here now, so it is a draft again."
NOT_YET_OUT = "Saved. It goes out once you approve the correction; nobody gets it before."


def change_page(*, site: Any, opts: Any, request: HttpRequest, digest: Digest) -> HttpResponse:
    """Show a mail, or save it. `may_change` decides whether there are fields and buttons."""
    may_change = request.user.has_perm("newsletter.change_digest")
    sections = sections_of(digest=digest)
    if request.method == "POST":
        if not may_change:
            raise PermissionDenied
        typed = sent(request, digest, sections)
        shown = _save(request, digest, sections, typed) if typed.is_valid else typed
        if shown is None:
            return HttpResponseRedirect(reverse("admin:newsletter_digest_change", args=[digest.pk]))
    else:
        shown = as_it_stands(digest, sections)
    editable = may_change and digest.is_rewritable
    context = {
        **site.each_context(request),
        **status.context(digest=digest, person=person(request)),
        **fields.context(digest, sections, shown),
        **(_around(request, digest, sections) if editable else {}),
        "title": digest.subject or "No subject yet",
        "opts": opts,
        "original": digest,
        "media": shown.words.media + shown.items.media + shown.items.empty_form.media,
        "editable": editable,
        "has_view_permission": True,
    }
    return TemplateResponse(request, "admin/desk/mail.html", context)


def _around(request: HttpRequest, digest: Digest, sections: list[Section]) -> dict[str, Any]:
    """What helps to write it: stories to add, and the mail itself beside it."""
    return {
        **drawer.context(request, digest, sections),
        "beside": beside.looks(digest),
    }


def _save(
    request: HttpRequest, digest: Digest, sections: list[Section], typed: Typed
) -> Typed | None:
    """One domain call; None when it is done, else what the page shows again."""
    try:
        saved = save_typed(request, digest, typed, by_itself=False)
    except Collides as refusal:
        messages.error(request, CONFLICT)
        return beside_theirs(digest, sections, typed, refusal.met)
    except (NotEditable, EditConflict) as refusal:
        messages.error(request, KEPT.format(refusal=refusal))
        return typed
    was_pressed = further.wanted(request) is not None
    if saved.is_changed or not was_pressed:
        _say(request, digest, saved)
    if was_pressed:
        further.run(request, digest, version=saved.version)
    return None


def _say(request: HttpRequest, digest: Digest, saved: Saved) -> None:
    if not saved.is_changed:
        messages.info(request, "Nothing was changed.")
    elif digest.state == Digest.State.PAUSED:
        messages.warning(request, NOT_YET_OUT)
    elif digest.revision_id is not None:
        messages.warning(request, TAKEN_BACK)
    else:
        messages.success(request, "Saved.")
    if note := told(saved.met):
        messages.info(request, note)
