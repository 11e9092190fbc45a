"""Changes of rights at the desk: on record, and for those who may."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from config.entering import codes
from config.models import StaffUser
from config.rights import ADMINISTRATOR, GROUPS
from subscribers.models import StaffAct
from tests.factories import make_staff

pytestmark = pytest.mark.django_db


def page(person: StaffUser, name: str = "change") -> str:
    return reverse(f"admin:config_staffuser_{name}", args=[person.pk])


def save(client: Client, person: StaffUser, *groups: str, **ticks: Any):
    data = {
        "username": person.username,
        "groups": list(Group.objects.filter(name__in=groups).values_list("pk", flat=True)),
        "is_active": "on",
        "is_staff": "on",
    }
    return client.post(page(person), {key: value for key, value in (data | ticks).items() if value})


@pytest.fixture
def administrator(client: Client) -> StaffUser:
    person = make_staff(username="ada")
    person.groups.set(Group.objects.filter(name=ADMINISTRATOR))
    client.force_login(person)
    return person


def with_codes(person: StaffUser) -> StaffUser:
    codes.begin(person=person)
    device = codes.begun(person=person)
    assert device is not None
    device.confirmed = True
    device.save()
    return person


def told() -> list[tuple[str, str, str]]:
    rows = StaffAct.objects.filter(act=StaffAct.Act.RIGHTS).order_by("pk")
    return [(row.actor_name, row.about, row.detail) for row in rows]


def test_groups_and_ticks_of_a_person_are_on_record(
    client: Client, administrator: StaffUser
) -> None:
    tomas = make_staff(username="tomas")
    assert save(client, tomas, "Editor", "Sender").status_code == 302
    save(client, tomas, "Sender", is_active="")
    save(client, tomas, "Sender", is_active="", email="tomas@daymark.example")
    assert told() == [
        ("ada", "account tomas", "Given: group Editor, group Sender."),
        ("ada", "account tomas", "Taken: active, group Editor."),
    ]


def test_a_new_account_and_its_end_are_on_record(client: Client, administrator: StaffUser) -> None:
    words = {"password1": "harbour-reopens-1", "password2": "harbour-reopens-1"}
    client.post(
        reverse("admin:config_staffuser_add"),
        {"username": "tomas", "usable_password": "true", **words},
    )
    tomas = StaffUser.objects.get(username="tomas")
    client.post(page(tomas, "delete"), {"post": "yes"})
    assert told() == [
        ("ada", "account tomas", "Given: active."),
        ("ada", "account tomas", "Deleted. Taken: active."),
    ]


def test_the_rights_of_a_group_are_on_record(client: Client, administrator: StaffUser) -> None:
    group = Group.objects.create(name="Readers' desk")
    wanted = Permission.objects.get(codename="export_subscriber")
    address = reverse("admin:auth_group_change", args=[group.pk])
    client.post(address, {"name": group.name, "permissions": [wanted.pk]})
    assert told() == [("ada", "group Readers' desk", "Given: subscribers.export_subscriber.")]


def test_however_many_rights_are_given_and_taken_each_is_named(
    client: Client, administrator: StaffUser
) -> None:
    group = Group.objects.create(name="Deputies")
    wanted = Permission.objects.filter(group__name=ADMINISTRATOR)
    address = reverse("admin:auth_group_change", args=[group.pk])
    for chosen in (wanted, wanted.none()):
        client.post(
            address,
            {"name": group.name, "permissions": list(chosen.values_list("pk", flat=True))},
        )
    listed = ", ".join(sorted(f"{one.content_type.app_label}.{one.codename}" for one in wanted))
    assert "subscribers.erase_subscriber" in listed
    assert [detail for _, _, detail in told()] == [f"Given: {listed}.", f"Taken: {listed}."]


def test_a_password_set_by_somebody_else_is_on_record(
    client: Client, administrator: StaffUser
) -> None:
    tomas = make_staff(username="tomas")
    address = reverse("admin:auth_user_password_change", args=[tomas.pk])
    words = {"password1": "harbour-reopens-1", "password2": "harbour-reopens-2"}
    client.post(address, {"usable_password": "true", **words})
    client.get(address)
    assert told() == []
    words["password2"] = words["password1"]
    client.post(address, {"usable_password": "true", **words})
    assert told() == [("ada", "account tomas", "New password, set by somebody else.")]


def test_another_name_of_a_person_or_group_is_on_record(
    client: Client, administrator: StaffUser
) -> None:
    tomas = make_staff(username="tomas")
    save(client, tomas, username="tom")
    group = Group.objects.create(name="Deputies")
    client.post(reverse("admin:auth_group_change", args=[group.pk]), {"name": "Chiefs"})
    assert told() == [
        ("ada", "account tom", "Its name was tomas."),
        ("ada", "group Chiefs", "Its name was Deputies."),
    ]


def test_a_deletion_that_fails_leaves_no_row(
    client: Client, administrator: StaffUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("django.contrib.admin.ModelAdmin.delete_queryset", fail)
    ticked = [make_staff().pk, make_staff().pk]
    data = {"action": "delete_selected", "_selected_action": ticked, "post": "yes"}
    with pytest.raises(RuntimeError):
        client.post(reverse("admin:config_staffuser_changelist"), data)
    assert told() == []


def test_only_who_may_do_everything_gives_that_or_touches_its_like(
    client: Client, administrator: StaffUser
) -> None:
    tomas, owner = make_staff(username="tomas"), make_staff(username="own", is_superuser=True)
    save(client, tomas, is_superuser="on")
    save(client, administrator, ADMINISTRATOR, is_superuser="on")
    assert not StaffUser.objects.filter(is_superuser=True).exclude(pk=owner.pk).exists()
    password = reverse("admin:auth_user_password_change", args=[owner.pk])
    for address in (page(owner), page(owner, "delete"), page(owner, "take_codes"), password):
        assert client.post(address, {"post": "yes"}).status_code == 403
    ticked = {"action": "delete_selected", "_selected_action": [owner.pk], "post": "yes"}
    client.post(reverse("admin:config_staffuser_changelist"), ticked)
    assert StaffUser.objects.filter(pk=owner.pk).exists()

    client.force_login(owner)
    save(client, tomas, is_superuser="on")
    tomas.refresh_from_db()
    assert tomas.is_superuser


@pytest.mark.parametrize("group", GROUPS)
def test_codes_of_a_lost_phone_are_taken_away_by_administrators(client: Client, group: str) -> None:
    tomas = with_codes(make_staff(username="tomas"))
    somebody = make_staff(username="somebody")
    somebody.groups.set(Group.objects.filter(name=group))
    client.force_login(somebody)
    may = group == ADMINISTRATOR
    assert (page(tomas, "take_codes") in client.get(page(tomas)).text) == may
    assert client.get(page(tomas, "take_codes")).status_code == (200 if may else 403)
    assert codes.is_on(person=tomas)
    client.post(page(tomas, "take_codes"))
    assert codes.is_on(person=tomas) != may
    words = ("somebody", "account tomas", "Logs in without a code from now on.")
    assert told() == ([words] if may else [])


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize(
    "place",
    [
        "admin:config_staffuser_changelist",
        "admin:auth_group_changelist",
        "admin:subscribers_staffact_changelist",
        "admin:admin_logentry_changelist",
        "admin:subscribers_newsletter_add",
        "admin:newsletter_schedule_add",
    ],
)
def test_people_and_newsletters_are_for_administrators(
    client: Client, group: str, place: str
) -> None:
    somebody = make_staff()
    somebody.groups.set(Group.objects.filter(name=group))
    client.force_login(somebody)
    assert client.get(reverse(place)).status_code == (200 if group == ADMINISTRATOR else 403)
