"""After "Unsubscribe": undo, a break instead, and a word of why; before it, nothing in the way."""

import pytest
from django.utils import timezone

from subscribers import links
from subscribers.models import Consent, LeavingWords, Subscription
from tests.factories import NOW, make_newsletter, make_reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def newsletter():
    return make_newsletter(name="Morning Briefing")


def path_of(reader, newsletter, issued_at=None):
    url = links.unsubscribe_url(
        subscriber_id=reader.pk,
        newsletter_id=newsletter.pk,
        issued_at=issued_at or timezone.now(),
    )
    return "/" + url.split("/", 3)[3]


def acts():
    return list(Consent.objects.order_by("pk").values_list("act", "detail"))


def test_the_first_button_leaves_and_no_reason_is_asked_before(client, newsletter):
    path = path_of(make_reader(newsletter), newsletter)
    page = client.get(path).content.decode()
    first = page[page.index("<button") :].partition("</button>")[0]
    assert 'value="leave"' in first
    assert "Tell us why" not in page
    page = client.post(path, {"action": "leave"}).content.decode()
    assert "Tell us why" in page
    assert page.index("Undo") < page.index("take a break") < page.index("Tell us why")


def test_a_break_before_leaving_keeps_the_subscription(client, newsletter):
    path = path_of(make_reader(newsletter), newsletter)
    page = client.post(path, {"action": "pause", "break": "month"}).content.decode()
    assert "On a break until" in page
    assert Subscription.objects.get().state == "active"
    page = client.post(path, {"action": "back"}).content.decode()
    assert "You are still in." in page
    assert [act for act, _ in acts()] == ["paused", "resumed"]


def test_a_break_after_leaving_takes_it_back(client, newsletter):
    path = path_of(make_reader(newsletter), newsletter)
    client.post(path, {"action": "leave"})
    page = client.post(path, {"action": "pause", "break": "week"}).content.decode()
    assert "comes back by itself that morning" in page
    assert Subscription.objects.get().paused_until is not None
    assert [act for act, _ in acts()] == ["left", "rejoined", "paused"]


def test_an_old_link_takes_no_break_for_who_left_long_ago(client, newsletter):
    path = path_of(make_reader(newsletter), newsletter)
    client.post(path, {"action": "leave"})
    Subscription.objects.update(ended_at=NOW)
    page = client.post(path, {"action": "pause", "break": "week"}).content.decode()
    assert "Done." in page
    assert Subscription.objects.get().state == "ended"


def test_why_is_kept_once_without_an_address(client, newsletter):
    path = path_of(make_reader(newsletter), newsletter)
    client.post(path, {"action": "leave"})
    why = {"action": "why", "reason": "too_many", "words": "Write to ada@mail.example\x00 soon"}
    for _ in range(2):
        assert "Thank you." in client.post(path, why).content.decode()
    assert acts()[1:] == [("said_why", "too_many")]
    kept = LeavingWords.objects.get()
    assert (kept.newsletter, kept.words) == (newsletter, "Write to … soon")
    assert "Tell us why" not in client.get(path).content.decode()


@pytest.mark.parametrize("reason", ["", "\x00", "else", "x" * 10_000])
def test_no_reason_of_ours_and_no_words_is_nothing(client, newsletter, reason):
    path = path_of(make_reader(newsletter), newsletter)
    client.post(path, {"action": "leave"})
    assert client.post(path, {"action": "why", "reason": reason}).status_code == 200
    assert [act for act, _ in acts()] == ["left"]


def test_who_gets_it_has_nothing_to_explain(client, newsletter):
    path = path_of(make_reader(newsletter), newsletter)
    client.post(path, {"action": "why", "reason": "other"})
    assert acts() == []


def test_everything_is_taken_back_together(client, newsletter):
    other, gone = make_newsletter(), make_newsletter()
    reader = make_reader(newsletter)
    for one, state in ((other, "active"), (gone, "ended")):
        Subscription.objects.create(
            subscriber=reader, newsletter=one, state=state, created_at=NOW, confirmed_at=NOW
        )
    path = path_of(reader, newsletter)
    page = client.post(path, {"action": "everything"}).content.decode()
    assert "You will get no more mails from us." in page
    client.post(path, {"action": "why", "about": "everything", "words": "Too much"})
    assert Consent.objects.get(act="said_why").newsletter is None
    assert LeavingWords.objects.get().newsletter is None
    page = client.post(path, {"action": "undo-everything"}).content.decode()
    assert "You are still in." in page
    states = dict(Subscription.objects.values_list("newsletter_id", "state"))
    assert states == {newsletter.pk: "active", other.pk: "active", gone.pk: "ended"}


def test_the_page_leads_no_further_than_its_mail_is_old(client, newsletter):
    reader = make_reader(newsletter)
    page = client.get(path_of(reader, newsletter, issued_at=NOW.replace(year=2020)))
    choices = page.context["preferences_url"].split("/", 3)[3]
    assert client.get(f"/{choices}").status_code == 410
    page = client.get(path_of(reader, newsletter))
    choices = page.context["preferences_url"].split("/", 3)[3]
    assert client.get(f"/{choices}").status_code == 200
