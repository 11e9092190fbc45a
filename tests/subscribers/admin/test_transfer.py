"""Files of readers at the desk: looked at first, imported by a button, exported as a stream."""

import csv
import io
from itertools import islice
from uuid import uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from redis.exceptions import ConnectionError as RedisAway

from config.models import StaffUser
from subscribers.admin import transfer_forms
from subscribers.models import Consent, Newsletter, Subscriber, Subscription
from subscribers.transfer import looked_at
from tests.factories import make_newsletter, make_reader, make_readers, make_staff

IMPORT = "admin:subscribers_import"
EXPORT = "admin:subscribers_export"
LIST = "admin:subscribers_subscriber_changelist"
FILE = b"address;name\nana@example.org;Ana\nbob@example.org;Bob\nnobody;x\n"


@pytest.fixture
def newsletter(db: None) -> Newsletter:
    return make_newsletter(name="Good News")


@pytest.fixture
def who(db: None) -> StaffUser:
    """Somebody who may do nothing but what these pages are for."""
    somebody = make_staff()
    names = ["view_subscriber", "import_subscriber", "export_subscriber"]
    somebody.user_permissions.set(Permission.objects.filter(codename__in=names))
    return somebody


@pytest.fixture
def desk(who: StaffUser, client: Client) -> Client:
    client.force_login(who)
    return client


def upload(desk: Client, newsletter: Newsletter, content: bytes, **values: str) -> HttpResponse:
    given = {
        "newsletter": str(newsletter.pk),
        "basis": "Signed a card at the fair",
        "file": SimpleUploadedFile(values.pop("name", "fair.csv"), content),
    }
    return desk.post(reverse(IMPORT), given | values)


def test_it_is_looked_at_first_and_imported_by_the_button(
    desk: Client, newsletter: Newsletter
) -> None:
    looked = upload(desk, newsletter, FILE)
    assert looked.status_code == 302
    page = desk.get(looked["Location"]).text
    assert "Import 2 readers" in page
    assert "That address has no @." in page
    assert not Subscriber.objects.exists()

    done = desk.post(looked["Location"], follow=True).text
    assert "2 new readers of <em>Good News</em>" in done
    assert Subscription.objects.filter(state="active").count() == 2
    assert {one.detail for one in Consent.objects.all()} == {"Signed a card at the fair"}
    desk.post(looked["Location"])
    assert Consent.objects.count() == 2, "pressed twice, done once"
    again = upload(desk, newsletter, FILE)["Location"]
    assert "Nobody in it is new to" in desk.get(again).text


def test_looking_again_changes_nothing(desk: Client, newsletter: Newsletter) -> None:
    place = upload(desk, newsletter, FILE)["Location"]
    assert desk.get(place).text.count("Import 2 readers") == 2
    assert desk.get(place).status_code == 200
    assert not Subscriber.objects.exists()
    assert LogEntry.objects.count() == 1


def test_the_log_tells_each_use_by_numbers_and_never_an_address(
    desk: Client, newsletter: Newsletter, who: StaffUser
) -> None:
    desk.post(upload(desk, newsletter, FILE, name="ana@example.org.csv")["Location"])
    b"".join(desk.post(reverse(EXPORT), {"newsletter": newsletter.pk}))
    b"".join(desk.post(reverse(EXPORT)))
    entries = LogEntry.objects.order_by("pk")
    assert [one.change_message for one in entries] == [
        "Looked at a file: 3 lines, 2 new to the newsletter, 1 without a good address.",
        "Imported a file: 3 lines, 2 new to the newsletter, 1 without a good address.",
        "Exported readers, lines: 2.",
        "Exported readers, lines: 2.",
    ]
    assert [one.object_repr for one in entries] == ["Good News"] * 3 + ["all newsletters"]
    assert {one.user for one in entries} == {who}
    assert not Consent.objects.filter(page__contains="@").exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"address\n", "There is no reader in this file"),
        (b"name\nAna\n", "No column holds the addresses."),
        (b"PK\x03\x04" + bytes(900), "This is an Excel workbook."),
        (bytes(range(256)) * 40, "This is not a CSV file"),
        (b"\x00" * 100_000, "This is not a CSV file"),
        (b"x" * 1_000_000, "The first line is too long"),
    ],
)
def test_what_is_no_list_of_readers_is_refused_beside_the_field(
    desk: Client, newsletter: Newsletter, content: bytes, sentence: str
) -> None:
    answer = upload(desk, newsletter, content)
    assert answer.status_code == 200
    assert sentence in answer.text
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize(
    ("basis", "sentence"),
    [
        ("", "Say how these readers agreed"),
        ("  ", "Say how these readers agreed"),
        ("told me at ana@example.org", "without anybody&#x27;s address"),
        ("x" * 301, "at most 250 characters"),
    ],
)
def test_nobody_is_imported_without_saying_how_they_agreed(
    desk: Client, newsletter: Newsletter, basis: str, sentence: str
) -> None:
    assert sentence in upload(desk, newsletter, FILE, basis=basis).text


def test_a_large_file_is_for_the_command(
    desk: Client, newsletter: Newsletter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfer_forms, "LARGEST", 10)
    assert "import_subscribers" in upload(desk, newsletter, FILE).text


def test_a_file_that_is_gone_is_chosen_again(desk: Client, newsletter: Newsletter) -> None:
    place = upload(desk, newsletter, FILE)["Location"]
    cache.clear()
    assert "Choose it again." in desk.get(place, follow=True).text
    assert "Choose it again." in desk.post(place, follow=True).text
    missing = reverse("admin:subscribers_looked_at", args=[uuid4()])
    assert desk.get(missing).status_code == 302
    assert not Subscriber.objects.exists()


def test_the_file_of_another_is_not_found(
    desk: Client, newsletter: Newsletter, client: Client
) -> None:
    place = upload(desk, newsletter, FILE)["Location"]
    client.force_login(make_staff(is_superuser=True))
    assert client.post(place)["Location"] == reverse(IMPORT)
    assert not Subscriber.objects.exists()


def test_a_store_that_is_away_is_told_in_a_sentence(
    desk: Client, newsletter: Newsletter, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Away:
        def _fails(self, *args: object, **values: object) -> None:
            raise RedisAway

        get = set = _fails

    place = upload(desk, newsletter, FILE)["Location"]
    monkeypatch.setattr(looked_at, "cache", Away())
    assert "does not answer" in upload(desk, newsletter, FILE).text
    assert "does not answer" in desk.get(place, follow=True).text


def test_an_import_is_told_also_when_the_store_goes_away_meanwhile(
    desk: Client, newsletter: Newsletter, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = upload(desk, newsletter, FILE)["Location"]

    def away(*args: object, **values: object) -> None:
        raise looked_at.StoreAway(looked_at.AWAY)

    monkeypatch.setattr(looked_at, "keep", away)
    text = desk.post(place, follow=True).text
    assert "Imported fair.csv: 3 lines, 2 new to the newsletter" in text


def test_an_export_is_a_stream_that_a_spreadsheet_reads(
    desk: Client, newsletter: Newsletter
) -> None:
    make_reader(newsletter, address="ana@example.org", name="=Zoë")
    assert not LogEntry.objects.exists()
    answer = desk.post(reverse(EXPORT), {"newsletter": newsletter.pk})
    assert answer.streaming
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert f"readers-{newsletter.slug}-" in answer["Content-Disposition"]
    text = b"".join(answer).decode("utf-8-sig")
    (line,) = csv.DictReader(io.StringIO(text))
    assert (line["address"], line["name"]) == ("ana@example.org", "'=Zoë")


def test_a_download_that_is_broken_off_is_logged_too(desk: Client, newsletter: Newsletter) -> None:
    make_readers(newsletter, 5)
    answer = desk.post(reverse(EXPORT))
    # The mark, the names of the columns and two readers.
    assert len(list(islice(answer, 4))) == 4
    # What `close` does before it says that the request is finished, which would end the test's
    # connection to the database.
    for close in answer._resource_closers:
        close()
    assert LogEntry.objects.get().change_message == "Exported readers, lines: 2."


@pytest.mark.parametrize("name", [IMPORT, EXPORT])
def test_each_page_needs_its_own_permission(db: None, client: Client, name: str) -> None:
    somebody = make_staff()
    wanted = "export_subscriber" if name == IMPORT else "import_subscriber"
    names = ["view_subscriber", "change_subscriber", "add_subscriber", wanted]
    somebody.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(somebody)
    assert client.get(reverse(name)).status_code == 403
    assert client.post(reverse(name)).status_code == 403
    assert f'href="{reverse(name)}"' not in client.get(reverse(LIST)).text
    client.logout()
    assert client.get(reverse(name)).status_code == 302


def test_the_list_of_readers_leads_there(desk: Client) -> None:
    text = desk.get(reverse(LIST)).text
    assert f'href="{reverse(IMPORT)}"' in text
    assert f'href="{reverse(EXPORT)}"' in text
    for name in (IMPORT, EXPORT):
        assert desk.get(reverse(name)).status_code == 200
