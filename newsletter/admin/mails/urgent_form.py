"""The form of an urgent mail: what happened, in as few fields as it can be told in."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from newsletter.content import pasting
from newsletter.content.webpage.facts import PageError
from newsletter.digests.blank import MOST_WORDS, News
from newsletter.models import Article, Digest
from subscribers.models import Newsletter

# To choose from, newest first; any other is found by its address.
STORIES = 40
A_HEADLINE = Digest._meta.get_field("subject").max_length  # noqa: SLF001
NOTHING = "Say what happened, or choose the story."
NO_WORDS = "Say it in a sentence or two, or choose the story."


class UrgentForm(forms.Form):
    """One newsletter, a headline, a few words, and where to read on."""

    newsletter = forms.ModelChoiceField(
        Newsletter.objects.all(), widget=UnfoldAdminSelectWidget, empty_label=None
    )
    headline = forms.CharField(
        required=False,
        max_length=A_HEADLINE,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
        help_text="It is the subject too. Empty: that of the story.",
    )
    words = forms.CharField(
        required=False,
        label="In a few words",
        max_length=2000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=f"A sentence or two, at most {MOST_WORDS} words. Empty: those of the story.",
    )
    story = forms.TypedChoiceField(
        required=False, coerce=int, empty_value=None, widget=UnfoldAdminSelectWidget
    )
    link = forms.CharField(
        required=False,
        label="Or a link to read on",
        max_length=2000,
        widget=UnfoldAdminTextInputWidget(
            attrs={"inputmode": "url", "autocomplete": "off", "placeholder": "https://"}
        ),
    )
    # Sent off twice, it is one mail; what he was told is told once.
    key = forms.UUIDField(widget=forms.HiddenInput)
    told = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found: Any = self.fields["story"]
        newest = Article.objects.filter(published_at__lte=timezone.now())
        titles = newest.order_by("-published_at", "-pk").values_list("pk", "title")[:STORIES]
        found.choices = [("", "none"), *titles]
        self.fields["key"].initial = uuid4

    def clean_link(self) -> str:
        """As it is linked to, without what only tells where somebody came from."""
        typed: str = self.cleaned_data["link"].strip()
        try:
            return pasting.linked(typed) if typed else ""
        except PageError as error:
            raise forms.ValidationError(error.message) from error

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["article"] = _article(data.get("story"), data.get("link", ""))
        if data["article"] is None and not self.errors:
            if not data["headline"]:
                self.add_error("headline", NOTHING)
            elif not data["words"]:
                self.add_error("words", NO_WORDS)
        return data

    def note(self, *, told: str) -> None:
        """Keep with the form what he is told now."""
        posted: Any = self.data
        filled = posted.copy()
        filled["told"] = told
        self.data = filled

    @property
    def news(self) -> News:
        """What is told."""
        data = self.cleaned_data
        return News(
            key=str(data["key"]),
            headline=" ".join(data["headline"].split()),
            words=data["words"].strip(),
            link=data["link"],
            article=data["article"],
        )


def _article(story: int | None, link: str) -> Article | None:
    """The chosen story, or that which the link leads to, if it is here."""
    if story is not None:
        return Article.objects.filter(pk=story).first()
    return pasting.known(link) if link else None
