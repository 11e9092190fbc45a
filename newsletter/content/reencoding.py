"""Making our own copies of a picture: two JPEGs with nothing of the original but what one sees."""

import warnings
from dataclasses import dataclass
from io import BytesIO

from PIL import Image as Pillow
from PIL import ImageOps, UnidentifiedImageError

SMALL_WIDTH = 600
LARGE_WIDTH = 1200
MAX_PIXELS = 20_000_000
MIN_SIDE = 50
MAX_RATIO = 6
# A mail's picture stays under 100 KB if any of these qualities gets it there.
MAX_BYTES = 100_000
_QUALITIES = (84, 76, 68, 60)
# No others are tried: some of Pillow's readers start outside programs.
_FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")


class PictureError(Exception):
    """Why a file cannot be used as a picture, in one sentence for staff."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Copies:
    """JPEG files at most 600 and 1200 pixels wide, without EXIF, profile or comment."""

    small: bytes
    large: bytes


def reencode(data: bytes) -> Copies:
    """Copies of the picture in `data`; raises PictureError.

    Turned as EXIF says, first frame only, flattened on white, never made larger.
    """
    with warnings.catch_warnings():
        # Our own limit is checked before anything is decoded.
        warnings.simplefilter("ignore", Pillow.DecompressionBombWarning)
        try:
            return _copies(data)
        except UnidentifiedImageError:
            raise PictureError(_not_a_picture(data)) from None
        except Pillow.DecompressionBombError:
            raise PictureError(_too_many_pixels()) from None
        except PictureError:
            raise
        except Exception:  # noqa: BLE001  (Pillow raises what it likes on a broken file)
            raise PictureError("The picture is damaged or cut short.") from None


def _copies(data: bytes) -> Copies:
    with Pillow.open(BytesIO(data), formats=_FORMATS) as opened:
        _check_size(opened.width, opened.height)
        upright = ImageOps.exif_transpose(opened)
        flat = _flattened(upright)
    return Copies(
        small=_jpeg(_at_most(flat, SMALL_WIDTH)), large=_jpeg(_at_most(flat, LARGE_WIDTH))
    )


def _check_size(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise PictureError(_too_many_pixels())
    if min(width, height) < MIN_SIDE:
        raise PictureError(f"The picture is too small to show ({width} by {height} pixels).")
    if max(width, height) > MAX_RATIO * min(width, height):
        raise PictureError(f"The picture is too narrow to show ({width} by {height} pixels).")


def _flattened(picture: Pillow.Image) -> Pillow.Image:
    """In RGB, with white where it was transparent."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    picture = picture.convert("RGBA")
    white = Pillow.new("RGB", picture.size, "white")
    white.paste(picture, mask=picture.getchannel("A"))
    return white


def _at_most(picture: Pillow.Image, width: int) -> Pillow.Image:
    if picture.width <= width:
        return picture
    height = max(1, round(picture.height * width / picture.width))
    return picture.resize((width, height), Pillow.Resampling.LANCZOS, reducing_gap=3.0)


def _jpeg(picture: Pillow.Image) -> bytes:
    # A fresh image, because `info` carries profile and comment of the original along.
    bare = Pillow.new("RGB", picture.size)
    bare.paste(picture)
    for quality in _QUALITIES:
        out = BytesIO()
        bare.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
        if out.tell() <= MAX_BYTES:
            break
    return out.getvalue()


def _not_a_picture(data: bytes) -> str:
    start = data[:500].lstrip().lower()
    if not data:
        return "The file is empty."
    if b"<svg" in start:
        return "Drawings in SVG are not used, because they can carry programs."
    if start.startswith((b"<!doctype html", b"<html")):
        return "This is a web page, not a picture."
    return "This is not a picture in JPEG, PNG, GIF, WebP or AVIF."


def _too_many_pixels() -> str:
    return f"The picture has more than {MAX_PIXELS // 1_000_000} million pixels."
