"""Fields of an item whose answers come from a page, and are checked without asking for each."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.core import signing

from newsletter.models import Item

LARGEST = 2**63 - 1


def number(**arguments: Any) -> forms.IntegerField:
    """A number that a database can hold, or nothing."""
    return forms.IntegerField(required=False, min_value=0, max_value=LARGEST, **arguments)


class StorySelect(AutocompleteSelect):
    """Finds a story by typing. The one that is chosen is in `choices`, set by the page."""

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        return forms.Select.optgroups(self, name, value, attr)


class StoryField(forms.IntegerField):
    """The number of a story; whether it is one, the formset asks for all at once."""

    def __init__(self, **arguments: Any) -> None:
        field: Any = Item._meta.get_field("article")  # noqa: SLF001
        widget = StorySelect(field, admin.site)
        super().__init__(min_value=1, max_value=LARGEST, widget=widget, **arguments)


class PictureField(forms.CharField):
    """The number of a picture that this mail may show, signed: nobody can name another one."""

    # The mail that it is signed for; set by the form.
    mail = 0

    def __init__(self) -> None:
        super().__init__(required=False, widget=forms.HiddenInput)

    def prepare_value(self, value: Any) -> Any:
        return self._signer.sign(str(value)) if isinstance(value, int) else value

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        if (found := self.number(text)) is None:
            raise forms.ValidationError("That picture is not one of this mail.")
        return found

    def number(self, value: Any) -> int | None:
        """The picture behind what stands in the field; None for nothing, and for a wrong one."""
        try:
            return int(self._signer.unsign(str(value)))
        except signing.BadSignature:
            return None

    @property
    def _signer(self) -> signing.Signer:
        return signing.Signer(salt=f"picture of mail {self.mail}")
