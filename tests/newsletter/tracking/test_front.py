"""Clicks that are answered before Django."""

from wsgiref.util import setup_testing_defaults

import pytest

from newsletter.tracking import front
from tests.newsletter.tracking.clicking import LINKS, link, loose, with_links

pytestmark = pytest.mark.django_db


@pytest.fixture
def revision(digest):
    return with_links(digest)


@pytest.fixture
def passed_on():
    return []


@pytest.fixture
def ask(passed_on):
    """Ask the application; the status and the headers, None when it was left to Django."""

    def django(environ, start_response):
        passed_on.append(environ["PATH_INFO"])
        return [b""]

    application = front.redirecting(django)

    def run(path, method="GET"):
        environ = {"PATH_INFO": path, "REQUEST_METHOD": method}
        setup_testing_defaults(environ)
        answers = []
        body = application(environ, lambda status, headers: answers.append((status, headers)))
        assert b"".join(body) == b""
        getattr(body, "close", lambda: None)()
        return answers[0] if answers else None

    return run


def test_it_answers_as_the_view_does(ask, client, revision):
    response = client.get(link(revision))
    status, headers = ask(link(revision))

    assert status == "302 Found"
    told = dict(headers)
    assert told["Location"] == response["Location"] == LINKS[0]["url"]
    for name in ("Cache-Control", "Referrer-Policy", "X-Robots-Tag", "X-Content-Type-Options"):
        assert told[name] == response[name]
    assert "Set-Cookie" not in told
    assert loose() == 2


def test_looking_is_not_counted(ask, client, revision):
    client.head(link(revision))

    assert ask(link(revision), method="HEAD")[0] == "302 Found"
    assert loose() == 0


def test_it_asks_the_database_for_nothing_before_it_answers(
    ask, client, revision, django_assert_num_queries
):
    client.head(link(revision))

    with django_assert_num_queries(0):
        ask(link(revision), method="HEAD")


def test_a_click_is_noted_after_the_answer(client, revision):
    client.head(link(revision))
    environ = {"PATH_INFO": link(revision), "REQUEST_METHOD": "GET"}
    body = front.redirecting(None)(environ, lambda *_: None)
    assert loose() == 0

    body.close()
    assert loose() == 1


@pytest.mark.parametrize("path", ["/", "/c/", "/c/0.nonsense", "/c", "/cx/0.x", "/healthz"])
def test_everything_else_is_left_to_django(path, ask, passed_on):
    assert ask(path) is None
    assert passed_on == [path]


def test_what_was_not_looked_up_yet_is_left_to_django(ask, passed_on, client, revision):
    assert ask(link(revision)) is None
    client.head(link(revision))
    assert ask(link(revision)) is not None
    assert ask(link(revision, number=2)) is None


def test_posts_are_left_to_django(ask, client, revision):
    client.head(link(revision))

    assert ask(link(revision), method="POST") is None
