"""A list with nothing in it says what belongs there; a search without hits says that."""

import pytest
from django.test import Client

from config.models import StaffUser
from tests.factories import make_digest

LISTS = {
    "newsletter/digest": ("There is no mail yet.", "Make a mail"),
    "newsletter/article": ("There is no story yet.", "Write a story"),
    "newsletter/feed": ("There is no source yet.", "Add a source"),
    "newsletter/schedule": ("No newsletter has a schedule yet", "Add a schedule"),
    "subscribers/newsletter": ("There is no newsletter yet.", "Make a newsletter"),
    "subscribers/subscriber": ("There is no reader yet.", "Import"),
    "subscribers/staffact": ("Nobody has decided anything yet.", "Approvals"),
    "admin/logentry": ("Nothing was changed at the desk yet.", ""),
}


@pytest.fixture
def boss(client: Client, db: None) -> Client:
    client.force_login(StaffUser.objects.create_superuser("boss", password="x"))
    return client


@pytest.mark.parametrize("name", LISTS)
def test_an_empty_list_says_what_belongs_there(boss: Client, name: str) -> None:
    text = boss.get(f"/admin/{name}/").text
    for words in LISTS[name]:
        assert words in text


def test_a_search_without_hits_leads_back_to_all(boss: Client) -> None:
    make_digest()
    text = boss.get("/admin/newsletter/digest/?q=nothing-like-it").text
    assert "Nothing fits." in text
    assert "There is no mail yet." not in text
    assert "Show all" in text
