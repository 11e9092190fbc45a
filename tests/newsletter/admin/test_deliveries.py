"""The desk's page of who got a mail: for those who may see readers, in pages, without OFFSET."""

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from newsletter.admin import deliveries
from newsletter.delivery import drain, preparation
from newsletter.delivery.story import UNKNOWN
from newsletter.digests import lifecycle
from newsletter.models import Batch, Digest
from subscribers.models import Subscriber
from tests.factories import NOW, make_newsletter, make_readers, make_scheduled_digest, make_staff
from tests.newsletter.admin.conftest import page_of
from tests.newsletter.delivery.broken import differ, ids


@pytest.fixture
def digest(db: None) -> Digest:
    newsletter = make_newsletter()
    make_readers(newsletter, 8)
    digest = make_scheduled_digest(newsletter)
    lifecycle.release(digest_id=digest.pk, now=NOW)
    preparation.prepare(digest_id=digest.pk, now=NOW)
    drain.drain()
    return Digest.objects.get(pk=digest.pk)


def address_of(one: int) -> str:
    return Subscriber.objects.get(pk=one).address or ""


def test_the_mails_page_leads_there(desk: Client, digest: Digest):
    address = page_of(digest, "deliveries")
    assert f'href="{address}"' in desk.get(page_of(digest)).text
    assert "Nobody." in desk.get(address).text


def test_only_who_may_see_readers_sees_it(client: Client, digest: Digest):
    for permissions, status in (
        ([], 403),
        (["view_digest"], 403),
        (["view_subscriber"], 403),
        (["view_digest", "view_subscriber"], 200),
    ):
        somebody = make_staff()
        somebody.user_permissions.set(Permission.objects.filter(codename__in=permissions))
        client.force_login(somebody)
        assert client.get(page_of(digest, "deliveries")).status_code == status, permissions
        if permissions == ["view_digest"]:
            assert "Who got it" not in client.get(page_of(digest)).text


def test_those_who_differ_are_listed_by_state(desk: Client, digest: Digest):
    first, second, *_ = ids(digest)
    differ(digest, first, "failed", reason="bad_mailbox", detail="550 <no> such user")
    differ(digest, second, "left", reason="unsubscribed")
    page = desk.get(page_of(digest, "deliveries"), {"state": "failed"}).text
    assert address_of(first) in page
    assert "no such mailbox: 550 &lt;no&gt; such user" in page
    assert address_of(second) not in page
    assert address_of(second) in desk.get(page_of(digest, "deliveries")).text


def test_unknown_readers_stand_there_with_the_sentence(desk: Client, digest: Digest):
    Batch.objects.update(state="unknown")
    page = desk.get(page_of(digest, "deliveries"), {"state": "unknown"}).text
    assert f"{UNKNOWN[0].upper()}{UNKNOWN[1:]}." in page
    assert all(address_of(one) in page for one in ids(digest))


def test_pages_go_on_where_the_last_one_ended(desk: Client, digest: Digest, monkeypatch):
    monkeypatch.setattr(deliveries, "PAGE", 3)
    for one in ids(digest):
        differ(digest, one, "failed")
    with CaptureQueriesContext(connection) as queries:
        page = desk.get(page_of(digest, "deliveries"), {"state": "failed"})
    assert "OFFSET" not in "".join(one["sql"] for one in queries)
    assert f"?state=failed&amp;after={ids(digest)[2]}" in page.text
    seen: list[str] = []
    after: int | None = 0
    while after is not None:
        page = desk.get(page_of(digest, "deliveries"), {"state": "failed", "after": after})
        seen += [line.name for line in page.context["lines"]]
        after = page.context["next"]
    assert seen == [address_of(one) for one in ids(digest)]


def test_a_reader_is_found_by_address_which_stays_out_of_the_address_bar(
    desk: Client, digest: Digest
):
    one = ids(digest)[3]
    there = desk.post(page_of(digest, "deliveries"), {"address": address_of(one).upper()})
    assert there["Location"].endswith(f"?reader={one}#story")
    page = desk.get(there["Location"]).text
    assert address_of(one) in page
    assert "So now: accepted by the provider." in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [("", "required"), ("no-at", "no @"), ("x@nowhere.example", deliveries.NOBODY)],
)
def test_an_address_of_nobody_gets_a_sentence(desk: Client, digest: Digest, typed, said):
    assert said in desk.post(page_of(digest, "deliveries"), {"address": typed}).text


def test_nonsense_in_the_address_bar_shows_the_list(desk: Client, digest: Digest):
    for nonsense in ({"reader": "x"}, {"after": "²"}, {"state": "x"}, {"after": "9" * 30}):
        assert desk.get(page_of(digest, "deliveries"), nonsense).status_code == 200


def test_an_erased_reader_has_no_address_there(desk: Client, digest: Digest):
    one = ids(digest)[0]
    differ(digest, one, "left", reason="erased")
    Subscriber.objects.filter(pk=one).update(address=None, address_key=None, erased_at=NOW)
    assert f"erased reader {one}" in desk.get(page_of(digest, "deliveries")).text
