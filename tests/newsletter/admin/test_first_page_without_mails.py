"""The first page of who looks after something else than mails."""

from django.contrib.auth.models import Group
from django.test import Client

from config.rights import AUDIENCE
from tests.factories import make_staff


def test_it_leads_to_what_the_account_may_see(client: Client, db: None) -> None:
    person = make_staff()
    person.groups.set(Group.objects.filter(name=AUDIENCE))
    client.force_login(person)
    text = client.get("/admin/").text
    page = " ".join(text[text.index('id="content"') :].split())
    assert "Your account does not show mails.</p>" in page
    for link, words in (
        ("/admin/subscribers/newsletter/", "Newsletters"),
        ("/admin/subscribers/subscriber/", "Readers"),
        ("/admin/subscribers/suppression/", "Not mailed"),
    ):
        assert f'href="{link}"' in page
        assert f"</span>{words}</a>" in page
    assert "next seven days" not in page
