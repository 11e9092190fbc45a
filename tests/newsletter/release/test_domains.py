"""SPF, DKIM and DMARC of a sender's domain, as the name servers give them."""

from datetime import timedelta

import pytest

from newsletter.models import Digest, DomainCheck
from newsletter.release import domains, readiness
from tests.factories import NOW

pytestmark = pytest.mark.django_db

GOOD = {
    "daymark.org": ["v=spf1 include:_spf.provider.net -all", "other=1"],
    "s1._domainkey.daymark.org": ["v=DKIM1; k=rsa; p=MIGf"],
    "_dmarc.daymark.org": ["v=DMARC1; p=none"],
}


def codes(records: dict[str, list[str]], domain: str = "daymark.org") -> list[str]:
    found = domains.judge(domain=domain, ask=lambda name: records.get(name, []))
    return [code for code, _, _ in found]


def test_a_domain_with_all_three_is_well() -> None:
    assert codes(GOOD) == []


@pytest.mark.parametrize(
    ("name", "texts", "code"),
    [
        ("daymark.org", [], "no_spf"),
        ("daymark.org", ["v=spf1 -all", "v=spf1 mx -all"], "two_spf"),
        ("daymark.org", ["v=spf1 mx +all"], "open_spf"),
        ("daymark.org", ["v=spf1 all"], "open_spf"),
        ("s1._domainkey.daymark.org", [], "no_dkim"),
        ("s1._domainkey.daymark.org", ["v=DKIM1; p="], "no_dkim"),
        ("_dmarc.daymark.org", [], "no_dmarc"),
    ],
)
def test_what_is_missing_or_wrong_is_said(name: str, texts: list[str], code: str) -> None:
    assert codes(GOOD | {name: texts}) == [code]


def test_the_domain_above_stands_for_its_names_in_dmarc() -> None:
    below = {
        "news.daymark.org": ["v=spf1 -all"],
        "s1._domainkey.news.daymark.org": ["p=MIGf"],
        "_dmarc.daymark.org": ["v=DMARC1; p=reject"],
    }
    assert codes(below, "news.daymark.org") == []


def test_it_says_which_selectors_were_tried(settings) -> None:
    settings.DKIM_SELECTORS = ["news1", "news2"]
    (found,) = domains.judge(
        domain="daymark.org",
        ask=lambda name: GOOD.get(name, []) if "_domainkey" not in name else [],
    )
    assert "news1, news2" in found[1]


@pytest.fixture
def sender(ready: Digest, settings) -> str:
    settings.EMAIL_PROVIDERS = ["postmark"]
    ready.newsletter.from_address = "news@daymark.org"
    ready.newsletter.save()
    return "news@daymark.org"


def test_what_was_found_is_worth_a_look_and_nothing_more(ready: Digest, sender: str) -> None:
    domains.check(address=sender, now=NOW, ask=lambda name: GOOD.get(name, [])[:1])
    assert readiness.problems(digest=ready, now=NOW) == []
    DomainCheck.objects.all().delete()
    domains.check(address=sender, now=NOW, ask=lambda name: [])
    found = readiness.problems(digest=ready, now=NOW)
    assert [(one.code, one.blocking) for one in found] == [
        ("no_spf", False),
        ("no_dkim", False),
        ("no_dmarc", False),
    ]


def test_without_an_answer_nothing_is_said_against_it_and_it_is_tried_again(
    ready: Digest, sender: str
) -> None:
    def silent(name: str) -> list[str]:
        raise domains.NoAnswer

    domains.check(address=sender, now=NOW, ask=silent)
    found = readiness.look(digest=ready, now=NOW)
    assert found.problems == []
    assert any("No name server answered" in remark for remark in found.remarks)
    again = NOW + timedelta(minutes=10)
    assert domains.check(address=sender, now=again, ask=lambda name: GOOD.get(name, []))


def test_it_is_looked_up_once_in_a_while(sender: str) -> None:
    def ask(name: str) -> list[str]:
        return GOOD.get(name, [])

    assert domains.check(address=sender, now=NOW, ask=ask)
    assert not domains.check(address=sender, now=NOW + timedelta(hours=5), ask=ask)
    assert domains.check(address=sender, now=NOW + timedelta(hours=6), ask=ask)


@pytest.mark.parametrize(
    ("address", "provider"), [("a@daymark.org", "outbox"), ("a@daymark.example", "postmark")]
)
def test_nobody_is_asked_about_mail_that_stays_here(settings, address: str, provider: str) -> None:
    settings.EMAIL_PROVIDERS = [provider]
    assert not domains.check(address=address, now=NOW)
    assert "not looked up" in domains.remark(address=address)
