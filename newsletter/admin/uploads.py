"""Pictures that people at the desk choose: checked and made our own before anything is saved."""

from django import forms
from django.core.files.uploadedfile import UploadedFile

from newsletter.content.reencoding import Copies, PictureError, reencode

LARGEST_PICTURE = 15_000_000


def copies_of(upload: "UploadedFile[bytes]") -> Copies:
    """Copies of a chosen picture; raises ValidationError with the reason it cannot be used."""
    if (upload.size or 0) > LARGEST_PICTURE:
        raise forms.ValidationError("That picture is larger than 15 MB.")
    upload.seek(0)
    try:
        return reencode(upload.read())
    except PictureError as error:
        raise forms.ValidationError(error.message) from error
