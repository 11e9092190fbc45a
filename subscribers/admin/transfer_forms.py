"""The forms of importing and exporting readers at the desk."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from subscribers.models import Newsletter
from subscribers.transfer.importing import LONGEST_BASIS, agreement
from subscribers.transfer.lines import Unreadable

# About 200,000 readers: looked at within the patience of a person and of a proxy.
LARGEST = 10_000_000


class ImportForm(forms.Form):
    """A file, a newsletter and how the readers agreed."""

    newsletter = forms.ModelChoiceField(
        Newsletter.objects.all(), widget=UnfoldAdminSelectWidget, empty_label=None
    )
    file = forms.FileField(
        label="CSV file",
        allow_empty_file=True,
        help_text="The first line names the columns. One must be address or email; name, language, "
        "time_zone and signed_up are read too.",
        error_messages={"required": "Choose a file."},
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv", "class": "desk-file"}),
    )
    basis = forms.CharField(
        label="How they agreed",
        max_length=LONGEST_BASIS,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text="Kept as proof with each of them, such as: ticked the box on the order form, "
        "spring 2026.",
        error_messages={"required": "Say how these readers agreed to get it."},
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST:
            raise forms.ValidationError(
                f"This page takes at most {LARGEST // 1_000_000} MB. For more there is the command "
                "import_subscribers."
            )
        return file

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "basis" in cleaned and "file" in cleaned:
            try:
                cleaned["agreed"] = agreement(
                    basis=cleaned["basis"], file_name=cleaned["file"].name or ""
                )
            except Unreadable as error:
                self.add_error("basis", str(error))
        return cleaned


class ExportForm(forms.Form):
    """Of which newsletter."""

    newsletter = forms.ModelChoiceField(
        Newsletter.objects.all(),
        widget=UnfoldAdminSelectWidget,
        required=False,
        empty_label="All newsletters",
    )
