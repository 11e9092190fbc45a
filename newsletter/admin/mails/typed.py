"""What somebody typed on the page of a mail, beside what stood there when he opened it."""

from dataclasses import asdict, dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from newsletter.admin.mails.access import person
from newsletter.admin.mails.editor_forms import WordsForm
from newsletter.admin.mails.item_form import ItemsFormSet, items_form
from newsletter.digests.editing import WORDS, ItemWords
from newsletter.digests.merging import Collision
from newsletter.digests.saving import Meeting, Saved, save
from newsletter.digests.snapshots import Snapshot, from_json, snapshot
from newsletter.models import Article, Digest, Section


@dataclass(frozen=True, slots=True)
class Typed:
    """Both forms, and the snapshot that the page was made from (None: it told none)."""

    words: WordsForm
    items: ItemsFormSet
    base: Snapshot | None = None

    @property
    def is_valid(self) -> bool:
        """Whether all of it can be saved; both are asked, so that all errors are shown."""
        words, items = self.words.is_valid(), self.items.is_valid()
        return words and items

    @property
    def version(self) -> int:
        """The version that the page was made from."""
        return int(self.words.cleaned_data["version"])

    @property
    def mine(self) -> Snapshot:
        """What should stand in the mail."""
        words = {name: self.words.cleaned_data[name] for name in sorted(WORDS)}
        items = [item for item in self.items.in_order() if item.item_id or not item.is_empty]
        return Snapshot(words=words, items=items)

    @property
    def for_tomorrow(self) -> set[int]:
        """The items that are held for tomorrow."""
        return {pk for pk, is_held in self.items.out().items() if is_held}

    @property
    def has_picture(self) -> bool:
        """Whether a picture was sent along, which is ours by now."""
        return any(form.cleaned_data.get("picture") for form in self.items.forms)


def sent(request: HttpRequest, digest: Digest, sections: list[Section]) -> Typed:
    """What was sent from the page."""
    return Typed(
        words=WordsForm(request.POST, instance=Digest.objects.get(pk=digest.pk)),
        items=items_form(data=request.POST, files=request.FILES, sections=sections),
        base=from_json(request.POST.get("base", "")),
    )


def save_typed(request: HttpRequest, digest: Digest, typed: Typed, *, by_itself: bool) -> Saved:
    """Save it; raises what `digests.saving.save` does."""
    return save(
        digest_id=digest.pk,
        version=typed.version,
        base=typed.base,
        mine=typed.mine,
        for_tomorrow=typed.for_tomorrow,
        by=person(request),
        now=timezone.now(),
        by_itself=by_itself,
    )


def as_it_stands(digest: Digest, sections: list[Section]) -> Typed:
    """The forms of a page that is opened."""
    there = snapshot(digest=digest)
    return _filled(digest, sections, there, _rows(there), base=there, version=digest.version)


def beside_theirs(digest: Digest, sections: list[Section], typed: Typed, met: Meeting) -> Typed:
    """The forms with what others saved meanwhile; saving is made from their version then.

    What was typed stays in its fields, and beside it what they wrote into the same ones.
    """
    out = typed.items.out()
    rows = _rows(met.merged.result)
    gone = [item for item in met.theirs.items if item.item_id in out]
    for item in gone:
        rows = [row for row in rows if row["item_id"] != item.item_id]
        is_held = out[item.item_id or 0]
        rows.append({**_row(item), "hold": is_held, "DELETE": not is_held})
    filled = _filled(
        digest, sections, met.merged.result, rows, base=met.theirs, version=met.version
    )
    _show_theirs(filled, met)
    return filled


def _show_theirs(filled: Typed, met: Meeting) -> None:
    forms: dict[Any, Any] = {form.initial.get("item_id"): form for form in filled.items.forms}
    for one in met.merged.collisions:
        form = filled.words if one.item_id is None else forms[one.item_id]
        # The template finds it at the field, whose object a form makes once.
        field: Any = form[one.field.removesuffix("_id")]
        field.differs = True
        field.theirs = "" if one.theirs is None else one.theirs
        field.theirs_shown = _shown(one)


def _shown(one: Collision) -> str:
    """As a person reads it: of a story its title."""
    if one.field != "article_id":
        return str(one.theirs)
    titles = Article.objects.filter(pk=one.theirs).values_list("title", flat=True)
    return titles.first() or ""


def _filled(
    digest: Digest,
    sections: list[Section],
    there: Snapshot,
    rows: list[dict[str, Any]],
    *,
    base: Snapshot,
    version: int,
) -> Typed:
    initial = {**there.words, "version": version}
    return Typed(
        words=WordsForm(instance=digest, initial=initial),
        items=items_form(initial=rows, sections=sections),
        base=base,
    )


def _rows(there: Snapshot) -> list[dict[str, Any]]:
    return [_row(item) for item in there.items]


def _row(item: ItemWords) -> dict[str, Any]:
    return {**asdict(item), "section": item.section_id, "article": item.article_id}
