"""The list of decisions, and what puts a decision about readers into it."""

from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.models import StaffUser
from config.rights import ADMINISTRATOR, AUDIENCE, GROUPS
from subscribers import privacy
from subscribers.ledger import Proof
from subscribers.models import StaffAct, Subscriber
from subscribers.staff import acts
from tests.factories import make_digest, make_newsletter, make_reader, make_staff

pytestmark = pytest.mark.django_db
Act = StaffAct.Act
LIST = reverse("admin:subscribers_staffact_changelist")
READERS = reverse("admin:subscribers_subscriber_changelist")
EXPORT = reverse("admin:subscribers_export")
MAY = {AUDIENCE, ADMINISTRATOR}


def in_group(client: Client, *groups: str) -> StaffUser:
    person = make_staff(username="ana-desk")
    person.groups.set(Group.objects.filter(name__in=groups))
    client.force_login(person)
    return person


def told() -> list[tuple[str, str, str]]:
    rows = StaffAct.objects.order_by("pk")
    return [(row.actor_name, row.act, row.about) for row in rows]


def posted(client: Client, action: str, reader: Subscriber):
    data = {"_selected_action": [reader.pk], "action": action, "sure": "yes"}
    return client.post(READERS, data)


@pytest.mark.parametrize("group", GROUPS)
def test_handing_over_and_erasing_are_for_the_audience_and_on_record(
    client: Client, group: str
) -> None:
    reader = make_reader(make_newsletter())
    in_group(client, group)
    may = group in MAY
    looked = client.get(reverse("admin:subscribers_subscriber_change", args=[reader.pk]))
    assert ("hand_over_data" in looked.text) == ("erase_readers" in looked.text) == may
    assert posted(client, "hand_over_data", reader).status_code == (200 if may else 403)
    assert posted(client, "erase_readers", reader).status_code == (302 if may else 403)
    reader.refresh_from_db()
    assert bool(reader.erased_at) == may
    about = f"reader {reader.pk}"
    rows = [("ana-desk", Act.EXPORTED, about), ("ana-desk", Act.ERASED, about)]
    assert told() == (rows if may else [])


@pytest.mark.parametrize("group", GROUPS)
def test_the_csv_is_for_the_audience_and_on_record_before_a_line_leaves(
    client: Client, group: str
) -> None:
    make_reader(make_newsletter())
    in_group(client, group)
    may = group in MAY
    assert (EXPORT in client.get(READERS).text) == may
    answer = client.post(EXPORT, {"newsletter": ""})
    assert answer.status_code == (200 if may else 403)
    assert told() == ([("ana-desk", Act.EXPORTED, "all readers")] if may else [])


@pytest.mark.parametrize("right", ["export_subscriber", "erase_subscriber"])
def test_who_only_looks_at_readers_does_neither(client: Client, right: str) -> None:
    reader = make_reader(make_newsletter())
    person = in_group(client, AUDIENCE)
    group = person.groups.get()
    group.permissions.set(group.permissions.exclude(codename=right))
    action = {"export_subscriber": "hand_over_data", "erase_subscriber": "erase_readers"}[right]
    page = client.get(reverse("admin:subscribers_subscriber_change", args=[reader.pk])).text
    assert action not in page
    posted(client, action, reader)
    reader.refresh_from_db()
    assert (reader.erased_at, told()) == (None, [])


def test_commands_act_for_the_account_that_they_name(tmp_path: Path) -> None:
    make_staff(username="ines")
    reader = make_reader(make_newsletter(), address="ana@example.org")
    out = StringIO()
    call_command("export_subscribers", "-o", str(tmp_path / "a.csv"), "--as", "ines", stdout=out)
    call_command("privacy", "export", "ana@example.org", "--as", "ines", stdout=out)
    call_command("privacy", "erase", "ana@example.org", "--yes", stdout=out)
    assert told() == [
        ("ines", Act.EXPORTED, "all readers"),
        ("ines", Act.EXPORTED, f"reader {reader.pk}"),
        ("the service", Act.ERASED, f"reader {reader.pk}"),
    ]


@pytest.mark.parametrize(
    "command", [["export_subscribers"], ["privacy", "export", "ana@example.org"]]
)
def test_a_name_that_nobody_has_stops_a_command(command: list[str]) -> None:
    make_reader(make_newsletter(), address="ana@example.org")
    with pytest.raises(CommandError, match="No active staff account is called 'nobody'"):
        call_command(*command, "--as", "nobody", stdout=StringIO())
    assert told() == []


def test_what_a_reader_does_himself_is_no_decision_of_staff() -> None:
    reader = make_reader(make_newsletter())
    privacy.erase(subscriber_id=reader.pk, proof=Proof(method="link"), now=timezone.now())
    assert told() == []


def test_it_lists_who_did_what_with_a_link_and_can_be_narrowed(client: Client) -> None:
    by, digest = in_group(client, ADMINISTRATOR), make_digest()
    for act, who in ((Act.APPROVED, by), (Act.PAUSED, None)):
        acts.record(
            act=act, by=who, about=str(digest), target=digest, detail="Why.", now=timezone.now()
        )
    text = client.get(LIST).text
    page = reverse("admin:newsletter_digest_change", args=[digest.pk])
    assert text.count(f'href="{page}"') == 2
    assert "the service" in text
    assert client.get(LIST, {"act__exact": "paused"}).text.count(f'href="{page}"') == 1
    assert client.get(LIST, {"actor_name": "ana-desk"}).text.count(f'href="{page}"') == 1


def test_nobody_changes_or_deletes_a_row(client: Client) -> None:
    client.force_login(make_staff(is_superuser=True))
    acts.record(act=Act.ERASED, by=None, about="reader 1", now=timezone.now())
    row = StaffAct.objects.get()
    for name in ("change", "delete"):
        address = reverse(f"admin:subscribers_staffact_{name}", args=[row.pk])
        assert client.post(address, {"about": "nobody", "post": "yes"}).status_code == 403
    assert client.post(reverse("admin:subscribers_staffact_add")).status_code == 403
    for change in (
        lambda: StaffAct.objects.update(about="nobody"),
        lambda: StaffAct.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_the_row_outlives_the_account(client: Client) -> None:
    by = make_staff(username="tomas")
    acts.record(act=Act.ERASED, by=by, about="reader 1", now=timezone.now())
    by.delete()
    row = StaffAct.objects.get()
    assert (row.actor_id, row.actor_name) == (None, "tomas")


def test_who_is_called_by_an_address_is_named_by_number() -> None:
    by = make_staff(username="tomas@daymark.example")
    acts.record(act=Act.ERASED, by=by, about="reader 1", now=timezone.now())
    assert StaffAct.objects.get().actor_name == f"account {by.pk}"
    by.first_name, by.last_name = "Tomas", "tomas@daymark.example"
    acts.record(act=Act.ERASED, by=by, about="reader 2", now=timezone.now())
    assert StaffAct.objects.get(about="reader 2").actor_name == "Tomas [address]"


def test_no_address_of_a_reader_gets_in() -> None:
    acts.record(
        act=Act.ERASED,
        by=None,
        about="ana@example.org",
        detail="ana@example.org",
        now=timezone.now(),
    )
    row = StaffAct.objects.get()
    assert (row.about, row.detail) == ("[address]", "[address]")
