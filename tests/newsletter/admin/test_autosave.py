"""Saving by itself: the same call as by hand, never twice, never over an approval or a person."""

from typing import Any

import pytest
from django.test import Client

from newsletter.digests.snapshots import as_json, snapshot
from newsletter.models import Digest, Item, Presence, Section, TakenOut
from tests.factories import make_article, make_revision, make_staff
from tests.newsletter.admin.conftest import page_of
from tests.newsletter.admin.test_writing import headlines, somebody_else_saves, typed


def opened(mail: Digest, **words: Any) -> dict[str, Any]:
    """As `typed`, with what the page remembers of how it began."""
    data = typed(mail, **words)
    return data | {"base": as_json(snapshot(digest=mail))}


def autosave(desk: Client, mail: Digest, data: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = desk.post(page_of(mail, "autosave"), data).json()
    mail.refresh_from_db()
    return answer


def new_item(mail: Digest, **fields: Any) -> dict[str, Any]:
    section = Section.objects.get(digest=mail, key="more")
    item = {"section": section.pk, "place": 9, "key": "7f3a", **fields}
    return {"items-TOTAL_FORMS": 4} | {f"items-3-{name}": value for name, value in item.items()}


def test_what_was_not_changed_is_not_touched(desk: Client, mail: Digest) -> None:
    answer = autosave(desk, mail, opened(mail))
    assert answer["state"] == "saved"
    assert (mail.version, mail.touched_at) == (1, None)


def test_it_saves_and_says_from_which_version_to_go_on(desk: Client, mail: Digest) -> None:
    answer = autosave(desk, mail, opened(mail, subject="Ferries sail"))
    assert (mail.subject, mail.version) == ("Ferries sail", 2)
    assert answer["version"] == 2
    assert answer["base"] == as_json(snapshot(digest=mail))
    assert "html" not in answer


def test_a_new_item_that_is_sent_twice_is_one_and_gets_its_id(desk: Client, mail: Digest) -> None:
    data = opened(mail) | new_item(mail, article=make_article().pk)
    first, second = autosave(desk, mail, data), autosave(desk, mail, data)
    item = Item.objects.get(key="7f3a")
    assert first["ids"] == second["ids"] == {"7f3a": item.pk}
    assert item.pk in first["kept"]
    assert (mail.version, Item.objects.filter(section__digest=mail).count()) == (2, 4)


def test_what_is_wrong_is_said_and_nothing_is_half_saved(desk: Client, mail: Digest) -> None:
    data = opened(mail, subject="Ferries sail") | {"items-0-link": "no address"}
    answer = autosave(desk, mail, data)
    assert (answer["state"], mail.version) == ("invalid", 1)
    assert "Not saved: Link:" in answer["said"]
    assert list(answer["errors"]) == ["id_items-0-link"]


def test_who_went_on_typing_goes_on_from_what_was_sent(desk: Client, mail: Digest) -> None:
    first = opened(mail, intro="Good") | new_item(mail, headline="Ne")
    somebody_else_saves(mail, subject="Theirs")
    answer = autosave(desk, mail, first)
    went_on = first | {"base": answer["sent"], "intro": "Good morning", "items-3-headline": "New"}
    second = autosave(desk, mail, went_on)
    assert second["state"] == "saved"
    assert (mail.subject, mail.intro) == ("Theirs", "Good morning")
    item = Item.objects.get(key="7f3a")
    assert (item.headline, item.is_kept) == ("New", True)


def test_an_item_that_was_emptied_stays_until_somebody_takes_it_out(
    desk: Client, mail: Digest
) -> None:
    data = opened(mail) | {"items-1-headline": ""}
    emptied = Item.objects.get(pk=data["items-1-item_id"])
    answer = autosave(desk, mail, data)
    assert emptied.pk in answer["standing"]
    assert not TakenOut.objects.exists()
    goes_on = opened(mail) | {"items-1-headline": "Written anew"}
    autosave(desk, mail, goes_on)
    emptied.refresh_from_db()
    assert emptied.headline == "Written anew"
    autosave(desk, mail, opened(mail) | {"items-1-hold": "on"})
    assert TakenOut.objects.get().for_tomorrow


@pytest.mark.parametrize("state", [Digest.State.APPROVED, Digest.State.SCHEDULED])
def test_what_is_approved_is_left_to_the_button(
    desk: Client, mail: Digest, state: Digest.State
) -> None:
    data = opened(mail, subject="Ferries sail")
    Digest.objects.update(state=state, revision=make_revision(mail))
    answer = autosave(desk, mail, data)
    assert (mail.state, mail.subject) == (state, "Harbour reopens")
    assert "it must be approved anew" in answer["said"]
    assert "data-saves-itself" not in desk.get(page_of(mail)).text


def test_what_others_did_elsewhere_comes_along(desk: Client, mail: Digest) -> None:
    mine = opened(mail) | {"items-1-headline": "Mine"}
    somebody_else_saves(mail, subject="Theirs")
    answer = autosave(desk, mail, mine)
    assert answer["state"] == "saved"
    assert (mail.subject, headlines(mail)[1]) == ("Theirs", ("more", "Mine"))
    assert answer["note"] == "News came in: subject."
    assert 'value="Theirs"' in answer["html"]


def test_where_both_wrote_nothing_is_saved_and_both_are_shown(desk: Client, mail: Digest) -> None:
    mine = opened(mail, subject="My subject")
    somebody_else_saves(mail, subject="Their subject")
    answer = autosave(desk, mail, mine)
    assert answer["state"] == "conflict"
    assert mail.subject == "Their subject"
    assert 'value="My subject"' in answer["html"]
    assert 'data-theirs="Their subject"' in answer["html"]
    assert "Take theirs" in answer["html"]


def test_looking_at_what_others_did_saves_nothing(desk: Client, mail: Digest) -> None:
    mine = opened(mail) | {"items-1-headline": "Mine"}
    assert autosave(desk, mail, mine | {"peek": "1"}) == {"state": "same"}
    somebody_else_saves(mail, subject="Theirs")
    answer = autosave(desk, mail, mine | {"peek": "1"})
    assert (answer["state"], answer["unsaved"], mail.version) == ("met", True, 2)
    assert 'value="Theirs"' in answer["html"]
    assert 'value="Mine"' in answer["html"]


def test_what_was_ticked_to_go_is_ticked_still_when_others_saved(
    desk: Client, mail: Digest
) -> None:
    mine = opened(mail) | {"items-1-hold": "on", "peek": "1"}
    somebody_else_saves(mail, subject="Theirs")
    html = autosave(desk, mail, mine)["html"]
    assert html.count("checked") == 1
    assert "Ferry fares rise" in html


def test_holding_an_item_leaves_it_among_those_taken_out(desk: Client, mail: Digest) -> None:
    answer = autosave(desk, mail, opened(mail) | {"items-1-hold": "on"})
    row = TakenOut.objects.get()
    assert (row.headline, row.for_tomorrow) == ("Ferry fares rise", True)
    assert "Put back" in answer["html"]
    assert "for tomorrow" in answer["html"]


def test_who_else_is_here_is_said_until_they_leave(desk: Client, mail: Digest) -> None:
    assert desk.post(page_of(mail, "here")).json() == {"others": "", "version": 1}
    other = Client()
    other.force_login(make_staff(is_superuser=True, first_name="Ines"))
    other.post(page_of(mail, "here"))
    assert desk.post(page_of(mail, "here")).json()["others"] == "Ines is here too."
    other.post(page_of(mail, "gone"))
    assert desk.post(page_of(mail, "here")).json()["others"] == ""
    assert Presence.objects.count() == 1


@pytest.mark.parametrize("name", ["autosave", "here", "gone", "add"])
def test_looking_alone_changes_nothing(desk: Client, mail: Digest, name: str) -> None:
    assert desk.get(page_of(mail, name)).status_code == 405
    assert not Presence.objects.exists()


@pytest.mark.parametrize("name", ["autosave", "here", "gone", "add", "stories", "text"])
def test_it_is_for_those_who_may(client: Client, mail: Digest, name: str) -> None:
    client.force_login(make_staff())
    assert client.post(page_of(mail, name)).status_code == 403
