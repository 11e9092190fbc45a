"""The forms of "Paste a link": its address, then what was found there."""

from typing import Any, NamedTuple

from django import forms
from django.forms import BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.widgets import UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from newsletter.admin.stories.fields import StoryFields, line, lines, minutes
from newsletter.content import by_hand, images, pasting
from newsletter.content.pasting import Look
from newsletter.content.webpage.facts import Facts, Origin, PageError, Person
from newsletter.content.words import MAX_AUTHORS
from newsletter.models import Image
from subscribers.admin.chips import Look as ChipLook
from subscribers.admin.chips import chip

FOUND = ChipLook("check", "leaf")
MISSING = ChipLook("help", "amber")
# Facts of a page by the field that shows them.
FIELDS = {
    "title": "title",
    "dek": "dek",
    "alt": "alt",
    "caption": "caption",
    "credit": "credit",
    "people": "author_1",
    "published_at": "published_at",
    "site": "site",
}


class AddressForm(forms.Form):
    """The address of a page; what stands before `://` may be left out."""

    address = forms.CharField(
        label="Address of the story",
        max_length=2000,
        widget=UnfoldAdminTextInputWidget(
            attrs={"inputmode": "url", "autocomplete": "off", "placeholder": "https://"}
        ),
        help_text="Copy it from your browser.",
    )

    def clean_address(self) -> str:
        """As it is fetched."""
        return _address(self.cleaned_data["address"])


class Writer(NamedTuple):
    """The two fields of one author."""

    name: BoundField
    about: BoundField


class PastedForm(StoryFields):
    """What was found, to be looked over. `found` says where: "title:data dek:tags"."""

    link = forms.CharField(max_length=1000, widget=forms.HiddenInput)
    language = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)
    picture_url = forms.CharField(required=False, max_length=1000, widget=forms.HiddenInput)
    opening = forms.CharField(required=False, max_length=1000, widget=forms.HiddenInput)
    found = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)
    site = forms.CharField(
        required=False, max_length=80, label="Source", widget=line(), help_text="Its site's name."
    )
    use_picture = forms.BooleanField(
        required=False, label="Use this picture", widget=UnfoldBooleanSwitchWidget
    )

    def __init__(self, *args: Any, people: int = 1, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["picture"].label = "A picture of your own"
        self.count = max(1, min(people, MAX_AUTHORS))
        for number in range(1, self.count + 1):
            label = f"Author {number}" if self.count > 1 else "Author"
            self.fields[f"author_{number}"] = forms.CharField(
                required=False, max_length=120, label=label, widget=line()
            )
            self.fields[f"about_{number}"] = forms.CharField(
                required=False, label="In a few words", widget=lines(2)
            )
        self._say_where()

    def clean_link(self) -> str:
        """A web address, whatever became of the hidden field on its way."""
        return _address(self.cleaned_data["link"])

    @property
    def writers(self) -> list[Writer]:
        """The fields of the authors, in order."""
        numbers = range(1, self.count + 1)
        return [Writer(self[f"author_{one}"], self[f"about_{one}"]) for one in numbers]

    @property
    def missing(self) -> str:
        """Names of the fields for which the page had nothing, for one sentence."""
        found = {one.partition(":")[0] for one in (self["found"].value() or "").split()}
        names = [name for fact, name in FIELDS.items() if fact not in found]
        return ", ".join(str(self.fields[name].label or name).lower() for name in names)

    @property
    def found_picture(self) -> Image | None:
        """Our copy of the page's picture."""
        url = self["picture_url"].value()
        return images.known(source_url=url) if url else None

    def has_picture(self, data: dict[str, Any]) -> bool:
        return super().has_picture(data) or bool(data.get("use_picture"))

    def kept_picture(self) -> Image | None:
        """The picture of the story: one's own before the page's."""
        own = self.own_picture()
        if own is not None or not self.cleaned_data["use_picture"]:
            return own
        return images.wanted(source_url=self.cleaned_data["picture_url"])

    def looked_over(self) -> by_hand.StoryWords:
        """The story as it was left."""
        data = self.cleaned_data
        numbers = range(1, self.count + 1)
        people = (Person(data[f"author_{one}"], data[f"about_{one}"]) for one in numbers)
        return self.story(
            people=tuple(person for person in people if person.name),
            language=data["language"] or "en",
            site=data["site"],
        )

    def _say_where(self) -> None:
        """At each field where it was found, or that it is missing."""
        if not (said := self["found"].value()):
            return
        origins = dict(one.partition(":")[::2] for one in str(said).split())
        for fact, name in FIELDS.items():
            where = _where(origins.get(fact, ""))
            self.fields[name].help_text = where


def _address(typed: str) -> str:
    try:
        return pasting.address(typed)
    except PageError as error:
        raise forms.ValidationError(error.message) from error


def _where(origin: str) -> SafeString:
    if origin not in set(Origin):
        return chip(look=MISSING, word="missing")
    return format_html("{} in {}", chip(look=FOUND, word="found"), Origin(origin).in_words)


def from_look(found: Look, *, now: Any) -> PastedForm:
    """The form with what was found; with the link only if no page was read."""
    facts = found.page.facts if found.page else Facts()
    origins = dict(found.page.origins) if found.page else {}
    if Origin.TEXT in origins.values():
        origins.setdefault("dek", Origin.TEXT)
    story = pasting.story_of(facts, now=now)
    initial = {
        **{name: getattr(story, name) for name in ("title", "dek", "alt", "caption", "credit")},
        "link": found.link,
        "site": story.site,
        "language": story.language,
        "published_at": minutes(story.published_at),
        "opening": facts.opening,
        "picture_url": found.picture.source_url if found.picture else "",
        "use_picture": bool(found.picture and found.picture.is_ready),
        "found": " ".join(f"{name}:{origin}" for name, origin in origins.items()),
    }
    for number, person in enumerate(facts.people, start=1):
        initial |= {f"author_{number}": person.name, f"about_{number}": person.biography}
    return PastedForm(initial=initial, people=len(facts.people))
