"""Nobody learns from an answer who is a reader. How long answers take is a benchmark's to say."""

from itertools import cycle

import pytest

from subscribers import suppression
from subscribers.models import Notice
from tests.factories import NOW, make_newsletter, make_reader
from tests.sign_up_forms import filled_in

pytestmark = pytest.mark.django_db

KINDS = ("known", "waits", "leftt", "spamm", "fresh", "fresh", "fresh", "fresh")


def test_400_interleaved_sign_ups_of_known_and_unknown_addresses_are_answered_alike(
    client, settings
):
    settings.SIGNUP_LIMITS = False
    newsletter = make_newsletter()
    kinds = cycle(KINDS)
    names = [f"{next(kinds)}{number:03}" for number in range(400)]
    for name in names:
        _prepare(name, newsletter)
    answers = {_answer(client, newsletter, name) for name in names}
    assert len(answers) == 1
    status, headers, body = answers.pop()
    assert status == 200
    assert "Check your inbox." in body
    assert "set-cookie" not in headers.lower()
    assert Notice.objects.count() == 400


def _prepare(name, newsletter):
    address = f"{name}@mail.example"
    if name.startswith("known"):
        make_reader(newsletter, address=address)
    elif name.startswith("waits"):
        make_reader(newsletter, address=address, state="pending")
    elif name.startswith("leftt"):
        make_reader(newsletter, address=address, state="ended")
    elif name.startswith("spamm"):
        make_reader(newsletter, address=address, state="ended")
        suppression.suppress(
            address_hashes=[suppression.address_hash(address)],
            reason="complaint",
            detail="",
            now=NOW,
        )


def _answer(client, newsletter, name):
    data = filled_in(email=f"{name}@mail.example", newsletters=newsletter.slug)
    response = client.post("/subscribe/", data)
    # Of each answer its own, and made of nothing but chance.
    own = {"Date", "X-Request-ID"}
    headers = {key: value for key, value in response.headers.items() if key not in own}
    body = response.content.decode().replace(name, "name")
    return response.status_code, str(sorted(headers.items())), body
