"""The form of one item of a mail, and that of all of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.text import Truncator
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminURLInputWidget

from newsletter.admin.mails.editor_forms import NAME_HELP, LinesField, line, lines
from newsletter.admin.mails.item_fields import PictureField, StoryField, number
from newsletter.admin.uploads import copies_of, kept_picture
from newsletter.digests.editing import ITEM_WORDS, ItemWords
from newsletter.digests.story_ledger import Run
from newsletter.models import Article, Image, Item, Section

ALT_MISSING = "Say what the picture shows, for those who cannot see it."
HELD_OVER = "held over"


class ItemForm(forms.Form):
    """One story or text of a mail. What is left empty is taken from the story."""

    # What the closed item says of itself, where else its story ran or is to run, why it is here,
    # and the picture that it would be drawn with; set by the page.
    title = ""
    ran: Sequence[Run] = ()
    why = ""
    image: Image | None = None
    item_id = number(widget=forms.HiddenInput)
    key = forms.RegexField(
        r"^[0-9a-f-]{1,36}$", required=False, empty_value="", widget=forms.HiddenInput
    )
    place = number(widget=forms.HiddenInput)
    section = forms.TypedChoiceField(coerce=int, widget=UnfoldAdminSelectWidget)
    article = StoryField(required=False, label="Story")
    is_kept = forms.BooleanField(required=False, label="Pin", widget=forms.CheckboxInput)
    hold = forms.BooleanField(required=False, label="Hold for tomorrow", widget=forms.CheckboxInput)
    kicker = forms.CharField(
        required=False, max_length=20, widget=line(**{"data-at-most": 20, "data-quiet": ""})
    )
    headline = forms.CharField(required=False, max_length=300, widget=line(), help_text=NAME_HELP)
    blurb = LinesField(
        required=False,
        widget=lines(3, **{"data-counts": "words", "data-by-section": ""}),
        label="Text",
        help_text=NAME_HELP,
    )
    figure = forms.CharField(
        required=False, max_length=8, widget=line(**{"data-at-most": 8, "data-quiet": ""})
    )
    link = forms.URLField(
        required=False, max_length=1000, assume_scheme="https", widget=UnfoldAdminURLInputWidget
    )
    picture = forms.ImageField(
        required=False,
        label="Another picture",
        widget=forms.FileInput(attrs={"accept": "image/*", "class": "desk-file"}),
        help_text="In place of the story's own. JPEG, PNG or WebP, at most 15 MB.",
    )
    image_id = PictureField()
    image_alt = forms.CharField(
        required=False,
        max_length=300,
        widget=line(),
        label="What the picture shows",
        help_text="For those who cannot see it.",
    )
    no_image = forms.BooleanField(required=False, label="No picture", widget=forms.CheckboxInput)
    own_image = forms.BooleanField(
        required=False, label="The story's own picture again", widget=forms.CheckboxInput
    )

    def __init__(self, *args: Any, sections: list[Section], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["section"].choices = [(section.pk, section.name) for section in sections]
        fields["image_id"].mail = sections[0].digest_id if sections else 0

    def clean_picture(self) -> Any:
        upload = self.cleaned_data["picture"]
        if upload:
            copies_of(upload)
        return upload

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("own_image"):
            data |= {"image_id": None, "image_alt": ""}
        if data.get("picture"):
            self._keep(kept_picture(data["picture"]))
        if data.get("image_id") and not (data.get("no_image") or data.get("image_alt")):
            self.add_error("image_alt", ALT_MISSING)
        return data

    def _keep(self, image: Image) -> None:
        """It is there when the form is shown again, whatever else is wrong."""
        self.cleaned_data |= {"image_id": image.pk, "no_image": False}
        typed: Any = self.data
        typed = typed.copy()
        typed[self.add_prefix("image_id")] = self.fields["image_id"].prepare_value(image.pk)
        self.data = typed

    def describe(
        self,
        *,
        stories: Mapping[str, Article],
        ran: Mapping[int, Sequence[Run]],
        images: Mapping[int, Image],
        rows: Mapping[int, Item],
    ) -> None:
        """Say what the closed item is, and what stands there of its story while nothing is typed.

        `stories` by their ids as typed; `ran`: where else each ran; `rows`: the items that stand.
        """
        typed = str(self["article"].value() or "")
        story = stories.get(typed)
        self.fields["article"].widget.choices = [
            ("", ""),
            *([(typed, story.title)] if story else []),
        ]
        self.title = _title(self, story)
        self.why = _why(rows.get(_number(self["item_id"].value())), self["is_kept"].value())
        picture: Any = self.fields["image_id"]
        self.image = images.get(picture.number(self["image_id"].value()) or 0)
        if story:
            self.ran = ran.get(story.pk, ())
            self.image = self.image or story.hero
            self.fields["headline"].widget.attrs["placeholder"] = story.title
            self.fields["blurb"].widget.attrs["placeholder"] = Truncator(story.dek).chars(200)

    def words(self) -> ItemWords:
        """What was typed, for `digests.editing`."""
        data = self.cleaned_data
        return ItemWords(
            item_id=data["item_id"],
            key=data["key"],
            section_id=data["section"],
            article_id=data["article"],
            is_kept=data["is_kept"],
            **{name: data[name] for name in ITEM_WORDS},
        )

    @property
    def is_out(self) -> bool:
        """Whether it is to be taken out, for this mail or until tomorrow."""
        data = self.cleaned_data
        return bool(data.get("DELETE") or (data.get("hold") and data.get("item_id")))


class ItemsFormSet(BaseFormSet[ItemForm]):
    """All items of a mail; the order is that of the field `place`."""

    def clean(self) -> None:
        """Each story is one of ours; one statement for all."""
        typed = {form.cleaned_data.get("article"): form for form in self.forms if form.is_valid()}
        there = set(
            Article.objects.filter(pk__in=[pk for pk in typed if pk]).values_list("pk", flat=True)
        )
        for pk, form in typed.items():
            if pk and pk not in there:
                form.add_error("article", "That story is not here any more.")

    def in_order(self) -> list[ItemWords]:
        """Those that were not taken out, in the order of the page."""
        kept = [form for form in self.forms if form.cleaned_data.get("section") and not form.is_out]
        kept.sort(key=lambda form: (form.cleaned_data.get("place") is None, _place(form)))
        return [form.words() for form in kept]

    def out(self) -> dict[int, bool]:
        """The items that are taken out, by id, and whether it is until tomorrow."""
        gone = [form.cleaned_data for form in self.forms if form.is_out]
        return {data["item_id"]: bool(data.get("hold")) for data in gone if data.get("item_id")}


def items_form(**arguments: Any) -> ItemsFormSet:
    """The formset of a mail's items; `sections` are those they may stand in."""
    kind: Any = formset_factory(
        ItemForm, formset=ItemsFormSet, extra=0, can_delete=True, max_num=60
    )
    form_kwargs = {"sections": arguments.pop("sections")}
    formset: ItemsFormSet = kind(prefix="items", form_kwargs=form_kwargs, **arguments)
    return formset


def _title(form: ItemForm, story: Article | None) -> str:
    words = (
        form["headline"].value(),
        story.title if story else "",
        form["figure"].value(),
        form["blurb"].value(),
    )
    return Truncator(next((word for word in words if word), "")).chars(80)


def _why(item: Item | None, is_kept: Any) -> str:
    """Why it stands there, in a sentence; "" for what somebody typed just now."""
    if item is None:
        return ""
    if item.reason.startswith(HELD_OVER):
        return f"{_sentence(item.reason)}."
    because = f"chosen because it is {item.reason}" if item.reason else ""
    if is_kept:
        return f"Kept: no news takes its place. It was {because}." if because else "Kept."
    return f"{_sentence(because)}." if because else ""


def _number(value: Any) -> int:
    text = str(value)
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def _place(form: forms.Form) -> int:
    return form.cleaned_data.get("place") or 0


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
