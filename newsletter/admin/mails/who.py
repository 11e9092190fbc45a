"""For whom a chosen time holds: for everybody at once, or for each reader by his own clock."""

from django import forms

ALL, EACH = "all", "each"
WHO = ((ALL, "Everybody at once"), (EACH, "At this time where each reader is"))


def who_field() -> forms.ChoiceField:
    """The choice between both; nothing said is "everybody"."""
    return forms.ChoiceField(
        label="Who gets it then", choices=WHO, required=False, widget=forms.RadioSelect
    )


def said(*, in_waves: bool) -> str:
    """The choice as it stands."""
    return EACH if in_waves else ALL
