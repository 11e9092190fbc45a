"""The forms of the page where a mail is written: its words and its items."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.forms import BaseFormSet, formset_factory
from django.utils.text import Truncator
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldAdminURLInputWidget,
)

from newsletter.digests.editing import ITEM_WORDS, ItemWords
from newsletter.digests.layouts import PREHEADER_AT_LEAST, PREHEADER_AT_MOST, SUBJECT_AT_MOST
from newsletter.digests.story_ledger import Run
from newsletter.models import Article, Digest, Item, Section

# `newsletter.rendering.merging` says what it does.
NAME_HELP = '{name|there} becomes the reader\'s name, or "there" where we have none.'


def _line(**attrs: Any) -> Any:
    return UnfoldAdminTextInputWidget(attrs=attrs)


def _lines(rows: int, **attrs: Any) -> Any:
    return UnfoldAdminTextareaWidget(attrs={"rows": rows, **attrs})


class LinesField(forms.CharField):
    """Text of several lines; browsers send CRLF, which is no change."""

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class WordsForm(forms.ModelForm[Digest]):
    """What stands around the stories, and the version that the page was made from."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    intro = LinesField(
        required=False,
        label="Hello",
        widget=_lines(4),
        help_text=f"40 to 60 words. The greeting and the name stand there already. {NAME_HELP}",
    )
    sign_off = LinesField(
        required=False,
        label="Sign-off",
        widget=_lines(2),
        help_text=f"At most 25 words. {NAME_HELP}",
    )

    class Meta:
        model = Digest
        fields = ("subject", "preheader", "intro", "sign_off")
        widgets = {
            "subject": _line(**{"data-at-most": SUBJECT_AT_MOST}),
            "preheader": _line(
                **{"data-at-least": PREHEADER_AT_LEAST, "data-at-most": PREHEADER_AT_MOST}
            ),
        }
        labels = {"preheader": "Preview line"}
        help_texts = {
            "subject": f"At most {SUBJECT_AT_MOST} characters, no date in it. {NAME_HELP}",
            "preheader": (
                f"Shown after the subject; {PREHEADER_AT_LEAST} to {PREHEADER_AT_MOST} characters, "
                f"not a repeat of it. {NAME_HELP}"
            ),
        }


class ItemForm(forms.Form):
    """One story or text of a mail. What is left empty is taken from the story."""

    # What the closed item says of itself; set by the page.
    title = ""
    # Where else its story ran or is to run; set by the page.
    ran: Sequence[Run] = ()
    item_id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    place = forms.IntegerField(required=False, widget=forms.HiddenInput)
    section = forms.ModelChoiceField(
        Section.objects.none(), widget=UnfoldAdminSelectWidget, empty_label=None
    )
    article = forms.ModelChoiceField(
        Article.objects.defer("body"),
        required=False,
        label="Story",
        widget=AutocompleteSelect(Item._meta.get_field("article"), admin.site),  # noqa: SLF001
    )
    image_id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    is_kept = forms.BooleanField(required=False, label="Pin", widget=forms.CheckboxInput)
    kicker = forms.CharField(required=False, max_length=20, widget=_line())
    headline = forms.CharField(required=False, max_length=300, widget=_line(), help_text=NAME_HELP)
    blurb = LinesField(required=False, widget=_lines(3), label="Text", help_text=NAME_HELP)
    figure = forms.CharField(required=False, max_length=8, widget=_line())
    link = forms.URLField(
        required=False, max_length=1000, assume_scheme="https", widget=UnfoldAdminURLInputWidget
    )
    image_alt = forms.CharField(
        required=False,
        max_length=300,
        widget=_line(),
        label="What the picture shows",
        help_text="For those who cannot see it.",
    )

    def __init__(self, *args: Any, sections: list[Section], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["section"]
        field.queryset = Section.objects.filter(pk__in=[section.pk for section in sections])
        field.choices = [(section.pk, section.name) for section in sections]

    def describe(self, stories: Mapping[str, Article], ran: Mapping[int, Sequence[Run]]) -> None:
        """Say what the closed item is, and what stands there of its story while nothing is typed.

        `stories` by their ids as typed; `ran`: where else each ran.
        """
        story = stories.get(str(self["article"].value()))
        words = (
            self["headline"].value(),
            story.title if story else "",
            self["figure"].value(),
            self["blurb"].value(),
        )
        self.title = Truncator(next((word for word in words if word), "")).chars(80)
        if story:
            self.ran = ran.get(story.pk, ())
            self.fields["headline"].widget.attrs["placeholder"] = story.title
            self.fields["blurb"].widget.attrs["placeholder"] = Truncator(story.dek).chars(200)

    def words(self) -> ItemWords:
        """What was typed, for `digests.editing`."""
        data = self.cleaned_data
        return ItemWords(
            item_id=data["item_id"],
            section_id=data["section"].pk,
            article_id=data["article"].pk if data["article"] else None,
            is_kept=data["is_kept"],
            **{name: data[name] for name in ITEM_WORDS},
        )


class ItemsFormSet(BaseFormSet[ItemForm]):
    """All items of a mail; the order is that of the field `place`."""

    def in_order(self) -> list[ItemWords]:
        """Those that were not taken out, in the order of the page."""
        kept = [
            form
            for form in self.forms
            if form.cleaned_data.get("section") and not form.cleaned_data.get("DELETE")
        ]
        kept.sort(key=lambda form: (form.cleaned_data.get("place") is None, _place(form)))
        return [form.words() for form in kept]


def _place(form: forms.Form) -> int:
    return form.cleaned_data.get("place") or 0


def items_form(**arguments: Any) -> ItemsFormSet:
    """The formset of a mail's items; `sections` are those they may stand in."""
    kind: Any = formset_factory(
        ItemForm, formset=ItemsFormSet, extra=0, can_delete=True, max_num=60
    )
    form_kwargs = {"sections": arguments.pop("sections")}
    formset: ItemsFormSet = kind(prefix="items", form_kwargs=form_kwargs, **arguments)
    return formset
