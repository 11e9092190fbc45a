"""The page where a mail is written: words and items on one page, saved at once."""

from dataclasses import asdict, dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from newsletter.admin.mails import status
from newsletter.admin.mails.access import person
from newsletter.admin.mails.editor_forms import ItemForm, ItemsFormSet, WordsForm, items_form
from newsletter.digests import story_ledger
from newsletter.digests.editing import WORDS, rewrite, standing
from newsletter.digests.edits import EditConflict, NotEditable
from newsletter.models import Article, Digest, Item, Section

CONFLICT = (
    "This changed meanwhile: somebody else saved it while you had it open. Your text is kept here. "
    "Look at theirs in another tab; if you save now, yours replaces it."
)
TAKEN_BACK = "Saved. What was approved is not what stands here now, so it is a draft again."
NOT_YET_OUT = "Saved. It goes out once you approve the correction; nobody gets it before."


@dataclass(slots=True)
class Place:
    """A section of the page with the forms of its items."""

    section: Section
    forms: list[ItemForm]

    @property
    def limits(self) -> str:
        """ "2 to 4 items": what the section is made for."""
        low, high = self.section.at_least, self.section.at_most
        if low == high:
            return f"{high} item" if high == 1 else f"{high} items"
        return f"at most {high}" if low == 0 else f"{low} to {high} items"


def change_page(*, site: Any, opts: Any, request: HttpRequest, digest: Digest) -> HttpResponse:
    """Show a mail, or save it. `may_change` decides whether there are fields and buttons."""
    may_change = request.user.has_perm("newsletter.change_digest")
    sections = _sections(digest)
    if request.method == "POST":
        if not may_change:
            raise PermissionDenied
        words = WordsForm(request.POST, instance=Digest.objects.get(pk=digest.pk))
        items = items_form(data=request.POST, sections=sections)
        if words.is_valid() and items.is_valid() and _save(request, digest, words, items):
            return HttpResponseRedirect(reverse("admin:newsletter_digest_change", args=[digest.pk]))
    else:
        words = WordsForm(instance=digest, initial={"version": digest.version})
        items = items_form(initial=_initial(digest), sections=sections)
    context = {
        **site.each_context(request),
        **status.context(digest=digest, person=person(request)),
        "title": digest.subject or "No subject yet",
        "opts": opts,
        "original": digest,
        "words": words,
        "items": items,
        "places": _places(digest, sections, items),
        "media": words.media + items.media + items.empty_form.media,
        "editable": may_change and digest.is_rewritable,
        "has_view_permission": True,
    }
    return TemplateResponse(request, "admin/desk/mail.html", context)


def _save(request: HttpRequest, digest: Digest, words: WordsForm, items: ItemsFormSet) -> bool:
    """One domain call; False when the page must be shown again with what was typed."""
    if not (set(words.changed_data) - {"version"} or _changed(digest, items)):
        messages.info(request, "Nothing was changed.")
        return True
    try:
        rewrite(
            digest_id=digest.pk,
            version=words.cleaned_data["version"],
            words={name: words.cleaned_data[name] for name in sorted(WORDS)},
            items=items.in_order(),
            by=person(request),
            now=timezone.now(),
        )
    except EditConflict:
        messages.error(request, CONFLICT)
        _take_over(request, words, digest)
        return False
    except NotEditable as refusal:
        messages.error(request, f"{refusal} Your text is kept here.")
        return False
    if digest.state == Digest.State.PAUSED:
        messages.warning(request, NOT_YET_OUT)
    elif digest.revision_id is not None:
        messages.warning(request, TAKEN_BACK)
    else:
        messages.success(request, "Saved.")
    return True


def _take_over(request: HttpRequest, words: WordsForm, digest: Digest) -> None:
    """Let the next save be made from the version that stands now."""
    version = Digest.objects.values_list("version", flat=True).get(pk=digest.pk)
    # Not unpacked with **: of a QueryDict that makes a list of each text.
    typed = request.POST.copy()
    typed["version"] = str(version)
    words.data = typed


def _changed(digest: Digest, items: ItemsFormSet) -> bool:
    order = {section.pk: place for place, section in enumerate(_sections(digest))}
    typed = [words for words in items.in_order() if not words.is_empty]
    return sorted(typed, key=lambda words: order[words.section_id]) != standing(digest=digest)


def _sections(digest: Digest) -> list[Section]:
    items = Item.objects.select_related("article").defer("article__body")
    return list(digest.sections.prefetch_related(Prefetch("items", queryset=items)))


def _initial(digest: Digest) -> list[dict[str, Any]]:
    return [
        {**asdict(words), "section": words.section_id, "article": words.article_id}
        for words in standing(digest=digest)
    ]


def _places(digest: Digest, sections: list[Section], items: ItemsFormSet) -> list[Place]:
    ids = {str(form["article"].value() or "0") for form in items.forms}
    found = Article.objects.only("title", "dek").filter(
        pk__in=[one for one in ids if one.isdigit()]
    )
    stories = {str(story.pk): story for story in found}
    runs = story_ledger.runs_of(article_ids=[story.pk for story in found])
    elsewhere = {pk: [run for run in ran if run.digest_id != digest.pk] for pk, ran in runs.items()}
    for form in items.forms:
        form.describe(stories, elsewhere)
    return [
        Place(
            section=section,
            forms=[form for form in items.forms if str(form["section"].value()) == str(section.pk)],
        )
        for section in sections
    ]
