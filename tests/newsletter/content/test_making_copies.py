"""Our copies of a picture: two JPEGs, with nothing in them but the picture."""

import struct
from io import BytesIO

import pytest
from PIL import Image as Pillow
from PIL import ImageDraw

from newsletter.content.reencoding import MAX_BYTES, PictureError, reencode


def encoded(picture: Pillow.Image, kind: str = "JPEG", **options: object) -> bytes:
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def opened(data: bytes) -> Pillow.Image:
    return Pillow.open(BytesIO(data))


def test_it_makes_a_small_and_a_large_copy():
    copies = reencode(encoded(Pillow.new("RGB", (2000, 1000), "navy")))
    assert opened(copies.small).size == (600, 300)
    assert opened(copies.large).size == (1200, 600)
    assert opened(copies.large).format == "JPEG"


def test_it_never_makes_a_picture_larger():
    copies = reencode(encoded(Pillow.new("RGB", (700, 500))))
    assert opened(copies.small).width == 600
    assert opened(copies.large).size == (700, 500)


def test_it_removes_where_and_with_what_a_picture_was_taken():
    exif = Pillow.Exif()
    exif[0x010F] = "Camera of Mara Quill"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (51.0, 30.0, 0.0)
    data = encoded(Pillow.new("RGB", (100, 100)), exif=exif, comment=b"private note")
    assert b"Mara Quill" in data
    assert dict(opened(data).getexif().get_ifd(0x8825))
    for copy in (reencode(data).small, reencode(data).large):
        assert not opened(copy).getexif()
        assert b"Mara Quill" not in copy
        assert b"private note" not in copy
        assert "icc_profile" not in opened(copy).info


def test_it_turns_a_picture_the_way_it_was_taken():
    picture = Pillow.new("RGB", (300, 100), "red")
    ImageDraw.Draw(picture).rectangle((0, 0, 100, 100), fill="blue")
    exif = Pillow.Exif()
    exif[0x0112] = 6  # turn a quarter to the right
    turned = opened(reencode(encoded(picture, exif=exif)).large)
    assert turned.size == (100, 300)
    assert turned.getpixel((50, 20))[2] > 200


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_it_puts_white_behind_what_is_transparent(mode):
    clear = Pillow.new("RGBA", (80, 80), (0, 0, 0, 0))
    flat = opened(reencode(encoded(clear.convert(mode), "PNG")).large)
    assert flat.mode == "RGB"
    assert min(flat.getpixel((40, 40))) > 250


@pytest.mark.parametrize(("mode", "kind"), [("CMYK", "JPEG"), ("L", "PNG"), ("1", "PNG")])
def test_it_makes_rgb_of_other_colour_modes(mode, kind):
    assert opened(reencode(encoded(Pillow.new(mode, (80, 80)), kind)).large).mode == "RGB"


def test_it_takes_the_first_frame_of_a_moving_picture():
    frames = [Pillow.new("RGB", (80, 80), colour) for colour in ("red", "blue")]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert opened(reencode(data).large).getpixel((40, 40))[0] > 200


def test_a_busy_picture_stays_light_enough_for_a_mail():
    noise = Pillow.effect_noise((1600, 900), 40).convert("RGB").resize((400, 225))
    copies = reencode(encoded(noise.resize((1600, 900)), "PNG"))
    assert len(copies.large) <= MAX_BYTES


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "The file is empty."),
        (b"hello", "This is not a picture in JPEG, PNG, GIF, WebP or AVIF."),
        (b"<html><body>404</body></html>", "This is a web page, not a picture."),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "Drawings in SVG"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "This is not a picture"),
        (encoded(Pillow.new("RGB", (800, 800), "red"))[:900], "damaged or cut short"),
        (encoded(Pillow.effect_noise((80, 80), 9), "PNG")[:300], "damaged or cut short"),
        (encoded(Pillow.new("RGB", (1, 1))), r"too small to show \(1 by 1 pixels\)"),
        (encoded(Pillow.new("RGB", (1000, 60))), "too narrow"),
        (encoded(Pillow.new("1", (5000, 5000)), "PNG"), "more than 20 million pixels"),
        (encoded(Pillow.new("1", (20000, 20000)), "PNG"), "more than 20 million pixels"),
    ],
    ids=[
        "empty",
        "words",
        "page",
        "svg",
        "eps",
        "cut-jpeg",
        "cut-png",
        "dot",
        "strip",
        "25MP",
        "bomb",
    ],
)
def test_it_says_why_a_file_cannot_be_used(data, said):
    with pytest.raises(PictureError, match=said):
        reencode(data)


@pytest.mark.parametrize("fault", [RuntimeError, struct.error, TypeError, MemoryError])
def test_it_calls_a_picture_damaged_whatever_its_reader_raises(fault, monkeypatch):
    def fail(*args):
        raise fault("no picture")

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", fail)
    with pytest.raises(PictureError, match="damaged or cut short"):
        reencode(encoded(Pillow.new("RGB", (80, 80))))


def test_it_looks_at_the_size_before_it_decodes(monkeypatch):
    data = encoded(Pillow.new("1", (5000, 5000)), "PNG")

    def decode(*args):
        raise AssertionError("decoded")

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", decode)
    with pytest.raises(PictureError, match="million pixels"):
        reencode(data)
