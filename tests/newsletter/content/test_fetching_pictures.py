"""Pictures are fetched once, stored, and tried again when their server was away."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image as Pillow

from newsletter import wake
from newsletter.content import images
from newsletter.models import Image

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def picture() -> bytes:
    out = BytesIO()
    Pillow.new("RGB", (1300, 650), "teal").save(out, "PNG")
    return out.getvalue()


def fetch(url: str, now: datetime = NOW) -> Image:
    image = images.wanted(source_url=url)
    images.fetch_image(image_id=image.pk, now=now)
    image.refresh_from_db()
    return image


def test_it_stores_two_copies_with_their_sizes(site):
    image = fetch(site.serve("/a.png", picture()))
    assert image.is_ready
    assert (image.small_width, image.small_height) == (600, 300)
    assert (image.large_width, image.large_height) == (1200, 600)
    with Pillow.open(image.small.path) as copy:
        assert copy.format == "JPEG"


def test_a_copy_is_not_named_after_its_source(site):
    image = fetch(site.serve("/ferry.png", picture()))
    assert "ferry" not in image.small.name
    assert image.small.name.startswith("images/")


def test_it_fetches_a_picture_once(site):
    url = site.serve("/a.png", picture())
    fetch(url)
    fetch(url)
    assert len(site.seen) == 1
    assert Image.objects.count() == 1


def test_it_wakes_a_worker_for_a_new_picture(django_capture_on_commit_callbacks, monkeypatch):
    woken = []
    monkeypatch.setattr(wake, "_publish", lambda task, ids: woken.append((task, ids)))
    with django_capture_on_commit_callbacks(execute=True):
        image = images.wanted(source_url="https://s.example/a.jpg")
        images.wanted(source_url="https://s.example/a.jpg")
    assert woken == [(wake.FETCH_IMAGE, {"image_id": image.pk})]


@pytest.mark.parametrize("url", ["data:image/png;base64,xx", "https://s.example/" + "x" * 1000])
def test_it_wants_no_pictures_from_addresses_that_it_cannot_keep(url):
    assert images.wanted(source_url=url) is None


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b"<html></html>", 200, "This is a web page, not a picture."),
        (b"", 404, "127.0.0.1 has nothing at this address (404)."),
        (b"x" * 5_000_001, 200, "127.0.0.1 sent more than 5 MB."),
    ],
)
def test_it_says_why_a_picture_failed(site, body, status, said):
    image = fetch(site.serve("/a.png", body, status))
    assert image.state == Image.State.FAILED
    assert image.failure == said
    assert not image.small


def test_it_tries_again_later_when_the_server_was_away(site):
    url = site.serve("/a.png", status=503)
    image = fetch(url)
    assert image.state == Image.State.WAITING
    assert images.waiting(now=NOW + timedelta(minutes=4)) == []
    assert images.waiting(now=NOW + timedelta(minutes=5)) == [image.pk]
    site.serve("/a.png", picture())
    assert fetch(url, NOW + timedelta(minutes=5)).is_ready


def test_it_gives_up_after_six_tries(site):
    url = site.serve("/a.png", status=503)
    for day in range(6):
        image = fetch(url, NOW + timedelta(days=day))
    assert image.state == Image.State.FAILED
    assert image.failure == "127.0.0.1 has a fault of its own (503)."


def test_it_gives_up_a_picture_that_brings_its_worker_down(site, monkeypatch):
    def die(**_):
        raise SystemExit

    monkeypatch.setattr(images, "store", die)
    url, now = site.serve("/a.png", picture()), NOW
    for _ in range(images.MAX_TRIES):
        with pytest.raises(SystemExit):
            fetch(url, now=now)
        now += images.LEASE
    image = fetch(url, now=now)
    assert image.state == Image.State.FAILED
    assert image.failure == "The picture could not be finished in 6 tries."
    assert len(site.seen) == images.MAX_TRIES


def test_it_does_not_fetch_what_somebody_else_is_fetching(site):
    image = images.wanted(source_url=site.serve("/a.png", picture()))
    Image.objects.update(next_try_at=NOW + timedelta(minutes=1))
    images.fetch_image(image_id=image.pk, now=NOW)
    assert site.seen == []


def test_a_picture_whose_wake_up_was_lost_is_found():
    image = images.wanted(source_url="https://s.example/a.jpg")
    assert images.waiting(now=image.created_at) == []
    assert images.waiting(now=image.created_at + timedelta(minutes=2)) == [image.pk]


def test_a_picture_of_our_own_is_stored_the_same_way():
    image = Image()
    images.store(image=image, data=picture())
    assert Image.objects.get().is_ready
    broken = Image()
    images.store(image=broken, data=b"no picture")
    assert broken.state == Image.State.FAILED
