"""The page of a newsletter: what it is, when it comes, the latest one, and sign-up."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.factories import NOW, make_newsletter, make_schedule, make_scheduled_digest

pytestmark = pytest.mark.django_db


def page(client: Any, newsletter: Any) -> str:
    response = client.get(newsletter.get_absolute_url())
    assert response.status_code == 200
    return str(response.content.decode())


def test_it_tells_what_it_is_who_writes_it_and_when_it_comes(client: Any) -> None:
    newsletter = make_newsletter(description="First.\n\nSecond.", writer="Ines Okafor")
    make_schedule(newsletter)

    html = page(client, newsletter)

    assert f"<h1>{newsletter.name}</h1>" in html
    assert newsletter.tagline in html
    assert "<p>Second.</p>" in html
    assert "Ines Okafor" in html
    assert "Every weekday at 6:30 am, London time" in html


def test_it_tells_when_the_next_one_comes_and_how_to_leave(client: Any) -> None:
    newsletter = make_newsletter()
    assert "The next one comes" not in page(client, newsletter)
    make_schedule(newsletter, weekdays="1234567")

    html = page(client, newsletter)

    assert re.search(r"The next one comes (today|tomorrow), 6:30 am London time\.", html)
    assert "How to leave" in html
    assert "One tap and you are out" in html


def test_signing_up_comes_before_everything_else(client: Any) -> None:
    html = page(client, make_newsletter(description="What it is, at length."))

    assert html.index('name="email"') < html.index("What it is, at length.")


def test_signing_up_needs_no_tick(client: Any) -> None:
    newsletter = make_newsletter()
    make_newsletter()

    html = page(client, newsletter)

    assert f'<input type="hidden" name="newsletters" value="{newsletter.slug}">' in html
    assert 'type="checkbox"' not in html


def test_one_that_is_closed_offers_no_sign_up(client: Any) -> None:
    html = page(client, make_newsletter(is_open=False))

    assert "sign-up-box" not in html
    assert "takes no new readers" in html


def test_it_links_to_the_latest_mail_once_there_is_one(client: Any) -> None:
    newsletter = make_newsletter()
    assert "See the latest" not in page(client, newsletter)

    digest = make_scheduled_digest(newsletter)
    digest.state, digest.sending_at = "sent", NOW
    digest.save()

    assert f'href="{digest.get_absolute_url()}"' in page(client, newsletter)


def test_a_picture_whose_file_is_gone_is_left_out(
    client: Any, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path

    assert "hero-image" not in page(client, make_newsletter(picture="newsletters/gone.jpg"))


def test_an_unknown_one_is_404(client: Any) -> None:
    assert client.get("/newsletters/nothing/").status_code == 404
