"""The forms of the desk's mail pages: a time, a correction, a test."""

from typing import Any

from django import forms
from django.core.validators import validate_email
from unfold.widgets import (
    UnfoldAdminEmailInputWidget,
    UnfoldAdminTextInputWidget,
)

from newsletter.admin.mails.chosen_time import chosen_in
from newsletter.admin.mails.who import EACH, who_field
from newsletter.models import Digest
from subscribers.models import Newsletter

# Addresses of one test.
MOST_TESTS = 10


class ScheduleForm(forms.Form):
    """Date and time in the newsletter's zone, and for whom where that can be chosen."""

    day = forms.DateField(label="Day", widget=UnfoldAdminTextInputWidget(attrs={"type": "date"}))
    time = forms.TimeField(label="Time", widget=UnfoldAdminTextInputWidget(attrs={"type": "time"}))
    who = who_field()

    def __init__(
        self, *args: Any, newsletter: Newsletter, offers_waves: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.newsletter = newsletter
        if not offers_waves:
            del self.fields["who"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "day" in data and "time" in data:
            data["chosen"] = chosen_in(
                self,
                data,
                newsletter=self.newsletter,
                by_reader=data.get("who") == EACH,
                else_="Or use Send now.",
            )
        return data


class CorrectionForm(forms.Form):
    """What changed, and the version of the words that are approved."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(
        label="What changed",
        max_length=Digest._meta.get_field("correction_note").max_length,  # noqa: SLF001
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
        help_text="One sentence, at most 300 characters. It stands above the web page, dated.",
        error_messages={"required": "Say in a sentence what changed."},
    )

    def clean_note(self) -> str:
        return " ".join(self.cleaned_data["note"].split())


class TestForm(forms.Form):
    """Where test mails go: `to` is a list of addresses, each once."""

    to = forms.CharField(
        label="Addresses",
        max_length=MOST_TESTS * 254,
        widget=UnfoldAdminEmailInputWidget(attrs={"autocomplete": "email", "multiple": True}),
        help_text=(
            f"At most {MOST_TESTS}, with commas between them. "
            'The subject starts with "[Test]". They are counted nowhere.'
        ),
    )

    def clean_to(self) -> list[str]:
        typed = filter(None, (one.strip() for one in self.cleaned_data["to"].split(",")))
        addresses = list(dict.fromkeys(typed))
        if len(addresses) > MOST_TESTS:
            raise forms.ValidationError(f"That is more than {MOST_TESTS}. Send the rest after.")
        for one in addresses:
            try:
                validate_email(one)
            except forms.ValidationError as error:
                raise forms.ValidationError(f"{one} is no address.") from error
        return addresses
