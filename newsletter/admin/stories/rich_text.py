"""The field for the text of a story: a toolbar above it, and a plain one without scripts."""

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminTextareaWidget


class RichTextWidget(UnfoldAdminTextareaWidget):
    """A textarea with HTML, which `rich-text.js` shows as the text itself."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs={"rows": 14, "data-rich-text": "", **(attrs or {})})

    @property
    def media(self) -> forms.Media:
        return forms.Media(css={"all": ["css/rich-text.css"]}, js=["js/rich-text.js"])
