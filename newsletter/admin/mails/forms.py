"""The forms of the desk's mail pages: a new mail, a time, a test."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.core.validators import validate_email
from django.utils import timezone
from unfold.widgets import (
    UnfoldAdminEmailInputWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from newsletter.content.days import AHEAD, EARLIEST, UNLIKELY, is_likely
from newsletter.models import Digest
from newsletter.scheduling.clocks import instant
from subscribers.models import Newsletter

# Addresses of one test.
MOST_TESTS = 10


class NewMailForm(forms.Form):
    """Which newsletter, and for which day."""

    newsletter = forms.ModelChoiceField(
        Newsletter.objects.all(), widget=UnfoldAdminSelectWidget, empty_label=None
    )
    day = forms.DateField(
        label="Day",
        widget=UnfoldAdminTextInputWidget(attrs={"type": "date"}),
        help_text="The date that stands in it and in its address.",
    )
    occurrence = forms.RegexField(
        r"^\d{4}-\d\d-\d\d(-\d{1,2})?$", required=False, widget=forms.HiddenInput
    )

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if not is_likely(day, now=timezone.now()):
            raise forms.ValidationError(UNLIKELY)
        return day

    def clean(self) -> dict[str, Any]:
        """An occurrence is one of the day; somebody who chose another day wants another mail."""
        data = super().clean() or {}
        if not data.get("occurrence", "").startswith(str(data.get("day"))):
            data["occurrence"] = ""
        return data


class ScheduleForm(forms.Form):
    """Date and time in the newsletter's zone."""

    day = forms.DateField(label="Day", widget=UnfoldAdminTextInputWidget(attrs={"type": "date"}))
    time = forms.TimeField(label="Time", widget=UnfoldAdminTextInputWidget(attrs={"type": "time"}))

    def __init__(self, *args: Any, newsletter: Newsletter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.newsletter = newsletter

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "day" in data and "time" in data:
            data["release_at"] = self._instant(data["day"], data["time"])
        return data

    def _instant(self, day: date, time: Any) -> datetime | None:
        now = timezone.now()
        if day > (now + AHEAD).date():
            self.add_error("day", "That is more than a year away.")
            return None
        due = instant(day=day, at=time, zone=self.newsletter.zone) if day >= EARLIEST else None
        if due is None or due <= now:
            self.add_error("time", "That time is past. Give a later one, or use Send now.")
        return due


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
