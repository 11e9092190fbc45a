"""Pictures that people at the desk choose: checked and made our own before anything is saved."""

from pathlib import Path
from typing import Any

from django import forms
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile

from newsletter.content import images
from newsletter.content.reencoding import Copies, PictureError, reencode
from newsletter.models import Image

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


def kept_picture(upload: "UploadedFile[bytes]") -> Image:
    """A new image of ours, made from a chosen picture that `copies_of` has let through."""
    image = Image.objects.create()
    upload.seek(0)
    images.store(image=image, data=upload.read())
    return image


def own_copy(chosen: Any, *, small: bool = False) -> Any:
    """What a form with an image field saves: of a new upload only our copy, else what was there.

    Raises ValidationError with the reason a picture cannot be used.
    """
    if not isinstance(chosen, UploadedFile):
        return chosen
    copies = copies_of(chosen)
    return ContentFile(
        copies.small if small else copies.large, name=f"{Path(chosen.name or '').stem}.jpg"
    )
