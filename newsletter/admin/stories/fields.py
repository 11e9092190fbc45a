"""The fields that a pasted and a written story share, with what they must keep to."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from unfold.widgets import (
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from newsletter.admin.uploads import copies_of, kept_picture
from newsletter.content.by_hand import StoryWords
from newsletter.content.days import UNLIKELY, is_likely
from newsletter.content.webpage.facts import Person
from newsletter.models import Image

TITLE_AT_MOST = 80
DEK_WORDS = 60
ALT_MISSING = "Say what the picture shows, for those who cannot see it."
PICTURE_HELP = "JPEG, PNG or WebP, at most 15 MB."


def line(**attrs: Any) -> Any:
    """A field of one line."""
    return UnfoldAdminTextInputWidget(attrs=attrs)


def lines(rows: int, **attrs: Any) -> Any:
    """A field of several lines."""
    return UnfoldAdminTextareaWidget(attrs={"rows": rows, **attrs})


def moment_field() -> Any:
    """Day and time in the desk's zone."""
    look = UnfoldAdminTextInputWidget().attrs["class"]
    widget = forms.DateTimeInput(
        format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local", "class": look}
    )
    return forms.DateTimeField(label="Published", widget=widget, validators=[must_be_likely])


def must_be_likely(at: datetime) -> None:
    """Refuse a day that no story can have."""
    if not is_likely(at.date(), now=timezone.now()):
        raise forms.ValidationError(UNLIKELY)


class StoryFields(forms.Form):
    """Words, picture and date; a picture needs a description."""

    kicker = forms.CharField(
        required=False, max_length=20, widget=line(), help_text="A word above the headline."
    )
    title = forms.CharField(
        label="Headline", max_length=300, widget=line(**{"data-at-most": TITLE_AT_MOST})
    )
    dek = forms.CharField(
        required=False, widget=lines(3, **{"data-at-most": DEK_WORDS, "data-counts": "words"})
    )
    picture = forms.ImageField(
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/*", "class": "desk-file"}),
        help_text=PICTURE_HELP,
    )
    alt = forms.CharField(
        required=False,
        max_length=300,
        label="What the picture shows",
        widget=line(),
        help_text="Needed with every picture: for those who cannot see it.",
    )
    caption = forms.CharField(required=False, max_length=300, widget=line())
    credit = forms.CharField(
        required=False, max_length=120, widget=line(), help_text="Who made the picture."
    )
    published_at = moment_field()
    good_news = forms.BooleanField(
        required=False, label="Good news", widget=UnfoldBooleanSwitchWidget
    )

    def clean_picture(self) -> Any:
        upload = self.cleaned_data["picture"]
        if upload:
            copies_of(upload)
        return upload

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        need_description(self, has_picture=self.has_picture(data), field="alt")
        return data

    def has_picture(self, data: dict[str, Any]) -> bool:
        """Whether the story would be shown with one."""
        return bool(data.get("picture"))

    def own_picture(self) -> Image | None:
        """Our copy of the picture that was chosen."""
        upload = self.cleaned_data["picture"]
        return kept_picture(upload) if upload else None

    def story(self, *, people: tuple[Person, ...], **more: Any) -> StoryWords:
        """What was typed, for `content.by_hand`."""
        data = self.cleaned_data
        names = ("kicker", "title", "dek", "alt", "caption", "credit", "good_news", "published_at")
        return StoryWords(people=people, **{name: data[name] for name in names}, **more)


def need_description(form: Any, *, has_picture: bool, field: str) -> None:
    """An error at `field` if there is a picture, and nothing says what it shows."""
    is_told = field in form.errors or form.cleaned_data.get(field, "").strip()
    if has_picture and not is_told:
        form.add_error(field, ALT_MISSING)


def minutes(moment: datetime) -> datetime:
    """Without seconds, which the field for a moment does not show."""
    return moment.replace(second=0, microsecond=0)
