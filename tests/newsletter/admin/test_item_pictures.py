"""Another picture for an item: our own copy, described, and none that somebody only named."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image as Picture

from newsletter.admin.mails.item_fields import PictureField
from newsletter.models import Digest, Image, Item
from newsletter.release import readiness
from newsletter.rendering.context import page_of_digest
from newsletter.rendering.merging import Names
from tests.factories import NOW, make_article, make_image
from tests.newsletter.admin.conftest import page_of
from tests.newsletter.admin.test_writing import typed


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def upload(colour: str = "red") -> SimpleUploadedFile:
    data = BytesIO()
    Picture.new("RGB", (800, 450), colour).save(data, "PNG")
    return SimpleUploadedFile("sea.png", data.getvalue(), content_type="image/png")


def signed(mail: Digest, image: Image) -> str:
    field = PictureField()
    field.mail = mail.pk
    return str(field.prepare_value(image.pk))


def lead() -> Item:
    return Item.objects.get(section__key="lead")


def test_a_picture_is_made_our_own_and_stands_in_place_of_the_storys(
    desk: Client, mail: Digest
) -> None:
    data = typed(mail) | {"items-0-picture": upload(), "items-0-image_alt": "The sea"}
    desk.post(page_of(mail), data)
    image = lead().image
    assert image is not None
    assert image.is_ready
    assert lead().image_alt == "The sea"


def test_a_picture_needs_words_for_those_who_cannot_see_it_and_is_kept_meanwhile(
    desk: Client, mail: Digest
) -> None:
    response = desk.post(page_of(mail), typed(mail) | {"items-0-picture": upload()})
    assert "Say what the picture shows" in response.text
    assert lead().image is None
    assert f'value="{signed(mail, Image.objects.get())}"' in response.text


def test_what_is_no_picture_is_refused(desk: Client, mail: Digest) -> None:
    data = typed(mail) | {"items-0-picture": SimpleUploadedFile("x.png", b"<script>")}
    assert "Not saved yet" in desk.post(page_of(mail), data).text
    assert not Image.objects.exists()


def test_a_picture_that_somebody_only_named_is_refused(desk: Client, mail: Digest) -> None:
    image = make_image()
    other = Digest(pk=mail.pk + 1)
    for hostile in (str(image.pk), f"{image.pk}:x", signed(other, image)):
        data = typed(mail) | {"items-0-image_id": hostile, "items-0-image_alt": "x"}
        assert "not one of this mail" in desk.post(page_of(mail), data).text
    assert lead().image is None


def test_no_picture_and_the_storys_own_again(desk: Client, mail: Digest) -> None:
    story = make_article(hero=make_image(), hero_alt="Boats")
    Item.objects.filter(pk=lead().pk).update(article=story, image=make_image(), image_alt="The sea")
    own = {"items-0-image_id": signed(mail, lead().image or Image())}

    desk.post(page_of(mail), typed(mail) | own | {"items-0-no_image": "on"})
    assert page_of_digest(digest=mail, names=Names())["sections"][0]["items"][0]["image"] is None
    desk.post(
        page_of(mail), typed(mail) | own | {"items-0-own_image": "on", "items-0-no_image": ""}
    )
    image = page_of_digest(digest=mail, names=Names())["sections"][0]["items"][0]["image"]
    assert image is not None
    assert image["alt"] == "Boats"


def test_a_picture_that_is_not_shown_needs_no_description(mail: Digest) -> None:
    Item.objects.filter(pk=lead().pk).update(article=make_article(), image=make_image())
    assert "no_alt" in {problem.code for problem in readiness.problems(digest=mail, now=NOW)}
    Item.objects.filter(pk=lead().pk).update(no_image=True)
    assert "no_alt" not in {problem.code for problem in readiness.problems(digest=mail, now=NOW)}
