"""Readers at the desk: found by address, shown with their proof, changed by one act only."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from newsletter.models import Batch, Delivery, Digest, ReaderReport
from subscribers.models import Consent, ProviderState, Subscription
from tests.factories import NOW, make_newsletter, make_reader, make_scheduled_digest, make_staff

LIST = "admin:subscribers_subscriber_changelist"
CHANGE = "admin:subscribers_subscriber_change"
FIND = "admin:subscribers_find"
ACT = "admin:subscribers_subscriber_act"
UNSUBSCRIBE = "admin:subscribers_subscriber_unsubscribe"


@pytest.fixture
def desk(db: None, client: Client) -> Client:
    client.force_login(make_staff(is_superuser=True))
    return client


@pytest.mark.parametrize("typed", ["ANA@Example.org", " ana@example.org ", "ana"])
def test_a_reader_is_found_by_address_however_it_is_typed(desk: Client, typed: str) -> None:
    ana = make_reader(address="Ana@example.org")
    make_reader(address="other@example.org")
    answer = desk.post(reverse(FIND), {"address": typed})
    assert answer.headers["Location"] == reverse(CHANGE, args=[ana.pk])


def test_of_several_the_first_are_listed(desk: Client) -> None:
    for number in range(52):
        make_reader(address=f"ana{number:02}@example.org")
    text = desk.post(reverse(FIND), {"address": "ana"}).text
    assert "The first 50: type more of it" in text
    assert "ana49@example.org" in text
    assert "ana50@example.org" not in text
    assert "2 readers" not in text


def test_nobody_is_found_and_nothing_was_typed(desk: Client) -> None:
    make_reader(address="ana@example.org")
    assert "No reader has this address" in desk.post(reverse(FIND), {"address": "bob"}).text
    assert "This field is required." in desk.post(reverse(FIND), {"address": " "}).text
    assert "No reader" not in desk.get(reverse(FIND)).text


def test_no_address_stands_in_an_address_of_the_desk(desk: Client) -> None:
    make_reader(address="ana@example.org")
    text = desk.get(reverse(LIST)).text
    assert f'action="{reverse(FIND)}" method="post"' in text
    assert 'method="get" role="search"' not in text
    assert desk.get(reverse(LIST), {"q": "ana"}).status_code == 200


def test_only_who_may_see_readers_finds_them(db: None, client: Client) -> None:
    client.force_login(make_staff())
    assert client.post(reverse(FIND), {"address": "ana"}).status_code == 403


def test_the_list_shows_who_gets_what(desk: Client) -> None:
    newsletter = make_newsletter(name="Good News")
    make_reader(newsletter)
    left = make_reader(newsletter, state=Subscription.State.ENDED, address="left@example.org")
    assert "Good News: left" in desk.get(reverse(LIST)).text
    only = desk.get(reverse(LIST), {"gets": newsletter.slug}).text
    assert str(left) not in only


def test_the_page_shows_the_proof_as_a_line_of_time(desk: Client) -> None:
    newsletter = make_newsletter(name="Good News")
    reader = make_reader(newsletter)
    Consent.objects.create(
        subscriber_id=reader.pk,
        newsletter=newsletter,
        act=Consent.Act.CONFIRMED,
        at=NOW,
        method="confirm link",
        network="203.0.113.0",
    )
    text = desk.get(reverse(CHANGE, args=[reader.pk])).text
    assert "Good News: pressed the button in the mail" in text
    assert "from network 203.0.113.0" in text


@pytest.mark.parametrize("act", Consent.Act.values)
def test_every_act_can_be_told(desk: Client, act: str) -> None:
    reader = make_reader(make_newsletter())
    Consent.objects.create(subscriber_id=reader.pk, act=act, at=NOW, method="a test")
    assert desk.get(reverse(CHANGE, args=[reader.pk])).status_code == 200


def test_unsubscribing_is_recorded_as_done_at_the_desk_and_only_by_post(desk: Client) -> None:
    newsletter = make_newsletter()
    reader = make_reader(newsletter)
    address = reverse(UNSUBSCRIBE, args=[reader.pk, newsletter.pk])
    assert desk.get(address).status_code == 405
    assert Subscription.objects.get().state == Subscription.State.ACTIVE
    desk.post(address)
    assert Subscription.objects.get().state == Subscription.State.ENDED
    assert Consent.objects.get().method == "desk"


def test_who_may_only_look_cannot_unsubscribe_anybody(db: None, client: Client) -> None:
    somebody = make_staff()
    somebody.user_permissions.set(Permission.objects.filter(codename="view_subscriber"))
    client.force_login(somebody)
    newsletter = make_newsletter()
    reader = make_reader(newsletter)
    assert "Unsubscribe" not in client.get(reverse(CHANGE, args=[reader.pk])).text
    address = reverse(UNSUBSCRIBE, args=[reader.pk, newsletter.pk])
    assert client.post(address).status_code == 403


def test_the_confirmation_is_sent_again_under_the_same_limits(desk: Client) -> None:
    reader = make_reader(make_newsletter(), state=Subscription.State.PENDING)
    page, button = reverse(CHANGE, args=[reader.pk]), reverse(ACT, args=[reader.pk, "resend"])
    assert button in desk.get(page).text

    assert "A new confirmation mail is on its way." in desk.post(button, follow=True).text
    assert "No mail was sent" in desk.post(button, follow=True).text

    assert [notice.kind for notice in reader.notices.all()] == ["confirmation"]


def test_a_reader_of_several_is_taken_off_everything(desk: Client) -> None:
    reader = make_reader(make_newsletter())
    Subscription.objects.create(
        subscriber=reader, newsletter=make_newsletter(), state="active", created_at=NOW
    )
    button = reverse(ACT, args=[reader.pk, "leave-all"])
    assert button in desk.get(reverse(CHANGE, args=[reader.pk])).text

    assert "gets no newsletter any more" in desk.post(button, follow=True).text

    assert {one.state for one in reader.subscriptions.all()} == {"ended"}
    acts = Consent.objects.filter(subscriber_id=reader.pk).values_list("act", "method")
    assert list(acts) == [("left", "desk")] * 2
    assert button not in desk.get(reverse(CHANGE, args=[reader.pk])).text


def test_acts_need_their_permission_a_post_and_a_name(db: None, client: Client) -> None:
    reader = make_reader(make_newsletter(), state=Subscription.State.PENDING)
    looks = make_staff()
    looks.user_permissions.add(Permission.objects.get(codename="view_subscriber"))
    client.force_login(looks)
    button = reverse(ACT, args=[reader.pk, "resend"])
    assert button not in client.get(reverse(CHANGE, args=[reader.pk])).text
    assert client.post(button).status_code == 403
    assert client.get(button).status_code == 405
    assert client.post(reverse(ACT, args=[reader.pk, "dance"])).status_code == 404


def test_what_became_of_his_mails_stands_on_the_line_of_time(desk: Client) -> None:
    newsletter = make_newsletter(name="Good News")
    reader = make_reader(newsletter)
    digest = make_scheduled_digest(newsletter)
    Digest.objects.filter(pk=digest.pk).update(sending_at=NOW, state="sent")
    Delivery.objects.create(digest=digest, subscriber=reader)
    Batch.objects.create(digest=digest, low=0, high=reader.pk, size=1, state="accepted")
    ReaderReport.objects.create(
        source=f"digest:{digest.pk}",
        digest=digest,
        subscriber_id=reader.pk,
        kind="bounced",
        hard=False,
        reason="mailbox_full",
        at=NOW,
    )
    text = desk.get(reverse(CHANGE, args=[reader.pk])).text
    assert f"Good News, {digest.occurrence}: accepted by the provider" in text
    assert f"Good News, {digest.occurrence}: soft bounced" in text


def test_readers_are_not_added_or_edited_in_raw_fields(desk: Client) -> None:
    reader = make_reader()
    assert desk.get(reverse("admin:subscribers_subscriber_add")).status_code == 403
    address = reverse(CHANGE, args=[reader.pk])
    assert desk.post(address, {"address": "new@example.org"}).status_code == 403


def test_a_provider_that_is_held_back_says_why(desk: Client) -> None:
    ProviderState.objects.create(
        name="outbox",
        not_before=timezone.now() + timedelta(minutes=5),
        closed="throttled",
        reason="The provider asked us to wait.",
    )
    text = desk.get(reverse("admin:subscribers_providerstate_changelist")).text
    assert "The provider asked us to wait." in text


def test_each_act_is_told_in_plain_words_with_its_detail_once(desk: Client) -> None:
    reader = make_reader(make_newsletter())
    for act in Consent.Act:
        Consent.objects.create(
            subscriber_id=reader.pk, act=act, at=NOW, method="one-click", detail=f"said {act}!"
        )
    text = desk.get(reverse(CHANGE, args=[reader.pk])).text
    assert text.count("said said_why!") == text.count("said paused!") == 1
    assert "by the mail program&#x27;s button" in text
