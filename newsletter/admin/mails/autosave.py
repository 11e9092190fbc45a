"""What the script of a mail's page asks for: saving by itself, and who else is there."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone

from newsletter.admin.mails import fields
from newsletter.admin.mails.access import mail_or_404, person
from newsletter.admin.mails.page import CONFLICT
from newsletter.admin.mails.telling import told
from newsletter.admin.mails.typed import Typed, as_it_stands, beside_theirs, save_typed, sent
from newsletter.digests import presence
from newsletter.digests.edits import EditConflict, IsApproved, NotEditable
from newsletter.digests.queries import sections_of
from newsletter.digests.saving import Collides, Meeting, Saved, meet
from newsletter.digests.snapshots import as_json, snapshot
from newsletter.models import Digest, Section

Answer = dict[str, Any]


def autosave(request: HttpRequest, pk: int) -> HttpResponse:
    """POST saves what is on the page; with `peek` it only says what others changed meanwhile.

    Answers with `state` and words for people, and with `html`, new fields, where those on the page
    are not what stands there any more.
    """
    digest = mail_or_404(request, pk)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    sections = sections_of(digest=digest)
    typed = sent(request, digest, sections)
    if not typed.is_valid:
        return JsonResponse({"state": "invalid", **_errors(typed)})
    if "peek" in request.POST:
        return JsonResponse(_peek(request, digest, sections, typed))
    return JsonResponse(_save(request, digest, sections, typed))


def here(request: HttpRequest, pk: int) -> HttpResponse:
    """POST: somebody still has the page open. Answers who else has, and which version stands."""
    digest = mail_or_404(request, pk)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    now, by = timezone.now(), person(request)
    presence.seen(digest_id=digest.pk, by=by, now=now)
    others = presence.others(digest_id=digest.pk, by=by, now=now)
    return JsonResponse({"others": _here_too(others), "version": digest.version})


def gone(request: HttpRequest, pk: int) -> HttpResponse:
    """POST: somebody leaves the page."""
    digest = mail_or_404(request, pk)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    presence.gone(digest_id=digest.pk, by=person(request))
    return HttpResponse(status=204)


def _save(request: HttpRequest, digest: Digest, sections: list[Section], typed: Typed) -> Answer:
    try:
        saved = save_typed(request, digest, typed, by_itself=True)
    except Collides as refusal:
        html = _html(request, digest, beside_theirs(digest, sections, typed, refusal.met))
        return {"state": "conflict", "said": CONFLICT, "note": told(refusal.met), "html": html}
    except IsApproved as refusal:
        return {"state": "approved", "said": str(refusal)}
    except (NotEditable, EditConflict) as refusal:
        return {"state": "refused", "said": f"{refusal} Your text is kept here."}
    return _saved(request, digest, typed, saved)


def _saved(request: HttpRequest, digest: Digest, typed: Typed, saved: Saved) -> Answer:
    digest = Digest.objects.select_related("newsletter").get(pk=digest.pk)
    stands = snapshot(digest=digest)
    ids = {item.key: item.item_id for item in stands.items if item.key}
    answer: Answer = {
        "state": "saved",
        "version": digest.version,
        "base": as_json(stands),
        # Where the next save begins for a page that does not show what others did yet.
        "sent": as_json(typed.mine.resolved(stands)),
        "standing": [item.item_id for item in stands.items],
        "words": stands.words,
        "kept": [item.item_id for item in stands.items if item.is_kept],
        "ids": {key: pk for key, pk in ids.items() if pk},
        "note": told(saved.met),
    }
    is_other = bool(saved.met.changes or typed.items.out() or typed.has_picture)
    if is_other or digest.version != saved.version or _left_out(typed):
        sections = sections_of(digest=digest)
        answer["html"] = _html(request, digest, as_it_stands(digest, sections))
    return answer


def _left_out(typed: Typed) -> bool:
    """Whether the page shows an own picture that is not the item's any more."""
    return any(form.cleaned_data.get("own_image") for form in typed.items.forms)


def _peek(request: HttpRequest, digest: Digest, sections: list[Section], typed: Typed) -> Answer:
    met: Meeting = meet(
        digest_id=digest.pk, version=typed.version, base=typed.base, mine=typed.mine
    )
    if met.version == typed.version:
        return {"state": "same"}
    html = _html(request, digest, beside_theirs(digest, sections, typed, met))
    collides = bool(met.merged.collisions)
    out = bool(typed.items.out())
    return {
        "state": "conflict" if collides else "met",
        "said": CONFLICT if collides else "",
        "note": told(met),
        "unsaved": met.is_changed or out,
        "html": html,
    }


def _html(request: HttpRequest, digest: Digest, typed: Typed) -> str:
    sections = sections_of(digest=digest)
    context = fields.context(digest, sections, typed)
    return render_to_string("admin/desk/mail_fields.html", context, request)


def _errors(typed: Typed) -> Answer:
    """What is wrong with which field, by its id on the page."""
    found: dict[str, str] = {}
    words = []
    for form in [typed.words, *typed.items.forms]:
        for name, errors in form.errors.items():
            field = form[name] if name in form.fields else None
            words.append(f"{field.label if field else 'This'}: {errors[0]}")
            if field:
                found[field.id_for_label or field.auto_id] = str(errors[0])
    words += [str(error) for error in typed.items.non_form_errors()]
    return {"said": f"Not saved: {' '.join(words[:3])}", "errors": found}


def _here_too(names: Sequence[str]) -> str:
    """ "Ines and Tomas are here too."."""
    if not names:
        return ""
    whole = ", ".join(names[:-1])
    return f"{whole} and {names[-1]} are here too." if whole else f"{names[0]} is here too."
