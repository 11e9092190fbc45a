"""Where the links of a mail lead: asked beforehand, kept, and read by the checks."""

import threading
from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from config.models import StaffUser
from newsletter.content.fetching import FetchError
from newsletter.models import Digest, Item, LinkCheck
from newsletter.release import approval, checking, link_checks, readiness
from newsletter.scheduling.planning import plan
from subscribers.models import Notice
from tests.factories import NOW, make_article
from tests.newsletter.content.conftest import Site

pytestmark = pytest.mark.django_db


def link_to(url: str) -> None:
    Item.objects.update(link=url)


def check(digest: Digest, *, hours: float = 0) -> None:
    checking.check(digest_id=digest.pk, now=NOW + timedelta(hours=hours))


def check_twice(digest: Digest) -> None:
    """As far apart as it takes to believe that a page is gone."""
    check(digest)
    check(digest, hours=0.1)


def codes(digest: Digest) -> list[tuple[str, bool]]:
    found = readiness.problems(digest=digest, now=NOW)
    return [(problem.code, problem.blocking) for problem in found]


@pytest.mark.parametrize("status", [404, 410])
def test_a_dead_link_stops_it_and_is_named(ready: Digest, site: Site, status: int) -> None:
    link_to(site.serve("/gone", status=status))
    check(ready)
    assert codes(ready) == [("link_trouble", False)], "a single look may be mistaken"
    check(ready, hours=0.1)
    assert codes(ready) == [("dead_link", True)]
    assert "Harbour reopens" in readiness.problems(digest=ready, now=NOW)[0].message


def test_one_that_died_since_a_person_approved_it_does_not_hold_it(
    ready: Digest, site: Site, ines: StaffUser
) -> None:
    link_to(site.serve("/gone", status=404))
    at = NOW + timedelta(hours=1)
    approval.schedule(digest_id=ready.pk, release_at=at, by=ines, now=NOW)
    check_twice(ready)
    plan(now=at)
    ready.refresh_from_db()
    assert ready.state == Digest.State.PREPARING
    assert "is dead" in Notice.objects.get().context["message"]


@pytest.mark.parametrize("status", [403, 500, 503])
def test_what_may_be_a_passing_trouble_is_worth_a_look(
    ready: Digest, site: Site, status: int
) -> None:
    link_to(site.serve("/trouble", status=status))
    check(ready)
    assert codes(ready) == [("link_trouble", False)]


def test_a_link_that_leads_on_is_worth_a_look(ready: Digest, site: Site) -> None:
    new = site.serve("/new")
    link_to(site.serve("/old", status=301, Location="/new"))
    check(ready)
    assert codes(ready) == [("moved_link", False)]
    assert new in readiness.problems(digest=ready, now=NOW)[0].message


def test_a_server_that_knows_no_head_is_asked_with_get(site: Site) -> None:
    assert link_checks.ask(site.serve("/well")) == (LinkCheck.Outcome.GOOD, "")
    assert [path for path, _ in site.seen] == ["/well"]


def test_a_machine_of_our_own_network_is_never_asked(settings: object) -> None:
    outcome, detail = link_checks.ask("http://127.0.0.1:1/")
    assert outcome == LinkCheck.Outcome.TROUBLE
    assert detail


@pytest.mark.parametrize(
    ("status", "hours", "asked"), [(200, 5, 1), (200, 7, 2), (500, 0.1, 1), (500, 0.2, 2)]
)
def test_what_is_well_is_asked_rarely_and_what_is_not_often(
    ready: Digest, site: Site, status: int, hours: float, asked: int
) -> None:
    link_to(site.serve("/story", status=status))
    check(ready)
    check(ready, hours=hours)
    assert len(site.seen) == asked


def test_the_page_says_that_links_are_being_checked_until_they_are(
    ready: Digest, site: Site
) -> None:
    link_to(site.serve("/story"))
    assert "Links are being checked." in readiness.look(digest=ready, now=NOW).remarks
    check(ready)
    assert "Links are being checked." not in readiness.look(digest=ready, now=NOW).remarks
    assert len(site.seen) == 1, "looking asks nobody"


def test_pages_of_our_own_are_looked_up_here(
    ready: Digest, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(link_checks, "knock", nobody)
    story = make_article()
    Item.objects.update(article=story, link="")
    check(ready)
    assert codes(ready) == []
    link_to(f"{settings.SITE_URL}/articles/no-such-story/")  # type: ignore[attr-defined]
    assert codes(ready) == [("dead_link", True)]


def test_names_for_examples_are_not_asked(ready: Digest) -> None:
    check(ready)
    assert not LinkCheck.objects.exists()


def test_many_links_are_asked_at_once_and_kept_in_one_statement(
    monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    def refuse(url: str, *, method: str) -> None:
        raise FetchError("It is away.", temporary=True)

    monkeypatch.setattr(link_checks, "knock", refuse)
    urls = [f"https://site.org/{number}" for number in range(50)]
    with django_assert_max_num_queries(3):
        assert link_checks.check(urls=urls, now=NOW) == 50


def test_a_server_that_never_answers_does_not_hold_up_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    over = threading.Event()

    def ask(url: str) -> tuple[LinkCheck.Outcome, str]:
        if "slow" in url:
            over.wait(20)
        return LinkCheck.Outcome.GOOD, ""

    monkeypatch.setattr(link_checks, "ask", ask)
    monkeypatch.setattr(link_checks, "SECONDS", 0.5)
    try:
        assert link_checks.check(urls=["https://a.org/slow", "https://a.org/"], now=NOW) == 1
    finally:
        over.set()
