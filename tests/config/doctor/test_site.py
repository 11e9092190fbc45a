"""SITE_URL as the world sees it: this site, and servers that answer wrongly."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client

from config.doctor import site
from config.watching.readiness import Status
from subscribers import links
from subscribers.models import Consent, Subscription
from tests.config.doctor.looking import by_name, silent_server
from tests.factories import make_newsletter, make_reader
from tests.providers import http_api

FORM = "List-Unsubscribe=One-Click"


@pytest.fixture
def this_site(settings, live_server):
    settings.SITE_URL = live_server.url
    return settings


@pytest.fixture
def wrong(settings):
    """Another server where ours should be."""
    with http_api() as api:
        api.status = 200
        settings.SITE_URL = api.url.rstrip("/")
        yield api


def ours(call) -> tuple[int, str]:
    """As this service answers, for those paths that a test is not about."""
    known = links.nobodys_unsubscribe_url().endswith(call.path)
    if call.path == "/healthz":
        return 200, "ok\n"
    return (200, "Done.\n") if known else (404, "")


def test_this_site_is_reached_and_known_as_ours(this_site):
    found = by_name(site.look())

    names = ("SITE_URL", "one-click unsubscribe", "style sheets", "pictures", "/metrics")
    assert [found[name].status for name in names] == [Status.OK] * 5, found


def test_nothing_is_left_of_the_picture_that_was_asked_for(this_site, tmp_path):
    site_checks = by_name(site.look())

    assert site_checks["pictures"].status is Status.OK
    assert not list((tmp_path / "media").iterdir())


def test_nobody_leaves_by_the_one_click_that_is_tried(this_site):
    make_reader(make_newsletter())
    before = list(Subscription.objects.values()), Consent.objects.count()

    list(site.look())

    assert (list(Subscription.objects.values()), Consent.objects.count()) == before


def test_nobody_there_fails_and_leaves_the_rest(settings, free_port):
    settings.SITE_URL = f"http://127.0.0.1:{free_port}"

    found = by_name(site.look())

    assert found["SITE_URL"].status is Status.FAILED
    assert found["one-click unsubscribe"].status is Status.NOT_LOOKED


def test_who_says_nothing_is_given_up(settings, monkeypatch):
    monkeypatch.setattr(site.asking_site, "SECONDS", 0.3)
    with silent_server() as port:
        settings.SITE_URL = f"http://127.0.0.1:{port}"
        check = by_name(site.look())["SITE_URL"]

    assert check.status is Status.FAILED


@pytest.mark.parametrize(
    ("status", "body", "headers", "words"),
    [
        (200, "Welcome to nginx!", {}, "not as this service does"),
        (502, "", {}, "502"),
        (301, "", {"Location": "https://www.example.org/"}, "https://www.example.org/"),
    ],
)
def test_another_server_at_that_address_is_told(wrong, status, body, headers, words):
    wrong.status, wrong.body, wrong.headers = status, body, headers

    check = by_name(site.look())["SITE_URL"]

    assert check.status is Status.FAILED
    assert words in check.detail


@pytest.mark.parametrize(
    ("status", "remedy"),
    [(404, "SECRET_KEY"), (301, "redirect"), (400, "ALLOWED_HOSTS"), (403, "/unsubscribe/")],
)
def test_a_one_click_that_does_not_come_through_is_told_with_its_cause(wrong, status, remedy):
    wrong.say = lambda call: ours(call) if "unsubscribe" not in call.path else (status, "")

    check = by_name(site.look())["one-click unsubscribe"]

    assert check.status is Status.FAILED
    assert remedy in check.remedy


def test_it_is_a_post_as_mail_clients_make_it(wrong):
    wrong.say = ours

    found = by_name(site.look())

    assert found["one-click unsubscribe"].status is Status.OK
    post = next(call for call in wrong.calls if "unsubscribe" in call.path)
    assert (post.method, post.body.decode()) == ("POST", FORM)
    assert "Cookie" not in post.headers


def test_who_says_done_to_any_link_is_not_us(wrong):
    wrong.say = lambda call: ours(call) if call.path == "/healthz" else (200, "Done.\n")

    check = by_name(site.look())["one-click unsubscribe"]

    assert check.status is Status.FAILED
    assert "altered" in check.detail


def test_our_password_is_given_to_nobody_but_us(wrong, settings):
    settings.EMAIL_PROVIDERS = ["sendgrid"]
    settings.WEBHOOK_SECRET = "name:password-of-many-signs"
    wrong.say = lambda call: (200, "ok") if call.path == "/healthz" else (401, "")

    check = by_name(site.look())["reports of sendgrid"]

    assert check.status is Status.NOT_LOOKED
    assert not [call for call in wrong.calls if "Authorization" in call.headers]


def test_style_sheets_and_pictures_that_do_not_come_are_told(wrong):
    wrong.say = ours

    found = by_name(site.look())

    assert found["style sheets"].status is found["pictures"].status is Status.FAILED
    assert "/media/" in found["pictures"].remedy


def test_open_figures_are_fine_here_and_not_in_the_world(wrong, monkeypatch):
    wrong.say = lambda call: (
        (200, "newsletter_digests 1") if call.path == "/metrics" else ours(call)
    )
    assert by_name(site.look())["/metrics"].status is Status.OK

    monkeypatch.setattr(site.served, "is_local", lambda: False)
    check = by_name(site.look())["/metrics"]

    assert check.status is Status.FAILED
    assert "METRICS_TOKEN" in check.remedy


@pytest.mark.parametrize(
    ("days", "status"), [(60, Status.OK), (9, Status.WARNING), (1, Status.FAILED)]
)
def test_a_certificate_is_renewed_before_it_ends(days, status):
    until = datetime.now(UTC) + timedelta(days=days, hours=1)

    check = site._days_left(until.strftime("%b %d %H:%M:%S %Y GMT"))

    assert check.status is status
    assert f"{days} day" in check.detail


@pytest.mark.django_db
@pytest.mark.parametrize("is_https", [True, False])
def test_the_site_says_by_a_header_whether_it_was_asked_over_https(settings, is_https):
    settings.SECURE_HSTS_SECONDS = 60
    path = urlsplit(links.nobodys_unsubscribe_url()).path

    answer = Client().post(path, {"List-Unsubscribe": "One-Click"}, secure=is_https)

    assert answer.status_code == 200
    assert ("strict-transport-security" in answer.headers) is is_https


def test_a_site_that_takes_https_for_http_is_told(settings):
    settings.SITE_URL = "https://news.example.org"
    (bare,) = site._secure(site.Answer(200, "Done.", {}))
    (well,) = site._secure(site.Answer(200, "Done.", {"strict-transport-security": "max-age=1"}))

    assert (bare.status, well.status) == (Status.FAILED, Status.OK)
    assert "TRUSTED_PROXIES" in bare.remedy
