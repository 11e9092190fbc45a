"""The form of a mail's words, and the fields that its items share with it."""

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from newsletter.digests.layouts import PREHEADER_AT_LEAST, PREHEADER_AT_MOST, SUBJECT_AT_MOST
from newsletter.models import Digest

# `newsletter.rendering.merging` says what it does.
NAME_HELP = '{name|there} becomes the reader\'s name, or "there" where we have none.'


def line(**attrs: Any) -> Any:
    """A field of one line."""
    return UnfoldAdminTextInputWidget(attrs=attrs)


def lines(rows: int, **attrs: Any) -> Any:
    """A field of several lines."""
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
        widget=lines(4, **{"data-at-least": 40, "data-at-most": 60, "data-counts": "words"}),
        help_text=f"40 to 60 words. The greeting and the name stand there already. {NAME_HELP}",
    )
    sign_off = LinesField(
        required=False,
        label="Sign-off",
        widget=lines(2, **{"data-at-most": 25, "data-counts": "words"}),
        help_text=f"At most 25 words. {NAME_HELP}",
    )

    class Meta:
        model = Digest
        fields = ("subject", "preheader", "intro", "sign_off")
        widgets = {
            "subject": line(**{"data-at-most": SUBJECT_AT_MOST}),
            "preheader": line(
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
