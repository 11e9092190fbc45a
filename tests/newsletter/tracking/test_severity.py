"""Words of mail servers that a provider calls permanent although the mailbox is fine."""

import pytest

from newsletter.models import ReaderReport, ReportPost
from newsletter.tracking.severity import Verdict, judge
from subscribers.models import Suppression
from tests.newsletter.tracking.payloads import PROVIDERS, Post, sendgrid, sendgrid_post

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("answer", "hard"),
    [
        ("550 5.1.1 no such user", True),
        ("550-5.1.1 The email account does not exist", True),
        ("550 no such user", True),
        ("550 5.4.1 Recipient address rejected: Access denied", True),
        ("550 5.5.0 Requested action not taken: mailbox unavailable", True),
        ("550 5.2.1 mailbox disabled", True),
        ("552 5.2.2 mailbox full", False),
        ("552 5.2.3 too long", False),
        ("552 5.3.4 message too big", False),
        ("554 5.6.0 bad content", False),
        ("550-5.7.26 This mail is not authenticated", False),
        ("550 5.7.1 rejected as spam", False),
        ("450 4.1.1 try later", False),
        # Not a status code.
        ("550 no such user here (198.5.7.1)", True),
    ],
)
def test_the_servers_own_code_outweighs_the_provider(answer, hard, hook, apply, meta, reader):
    event = {**sendgrid("hard", reader.address, meta), "status": "", "reason": answer}
    hook("sendgrid", sendgrid_post([event]))
    apply()

    assert ReaderReport.objects.get().hard == hard
    assert Suppression.objects.exists() == hard


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"event": "dropped", "reason": "Bounced Address"}, "hard"),
        ({"event": "dropped", "reason": "Invalid"}, "hard"),
        ({"event": "dropped", "reason": "Unsubscribed Address"}, None),
        ({"event": "dropped", "reason": "Spam Reporting Address"}, None),
        ({"event": "bounce", "type": "blocked", "status": "5.1.1"}, "soft"),
        ({"event": "bounce", "type": "bounce", "status": "4.0.0"}, "soft"),
        ({"event": "bounce", "type": "bounce", "status": "5.7.1"}, "soft"),
        ({"event": "deferred"}, "taken"),
        ({"event": "processed"}, "taken"),
        ({"event": "group_unsubscribe"}, "taken"),
    ],
)
def test_what_sendgrid_says(changes, verdict, hook, meta, reader):
    event = {**sendgrid("delivered", reader.address, meta), **changes}
    assert judged(hook, "sendgrid", sendgrid_post([event])) == verdict


@pytest.mark.parametrize(
    ("provider", "old", "new", "verdict"),
    [
        # A filter's word, which anymail calls a complaint.
        ("postmark", '"Type": "SpamComplaint"', '"Type": "SpamNotification"', "soft"),
        ("postmark", '"Type": "SpamComplaint"', '"Type": "HardBounce"', "hard"),
        # Taken out of the spam folder by a reader.
        ("amazon_ses", "abuse", "not-spam", "taken"),
        ("sparkpost", "spam_complaint", "list_unsubscribe", "taken"),
    ],
)
def test_not_everything_called_a_complaint_is_one(provider, old, new, verdict, hook, meta, reader):
    post = PROVIDERS[provider]("complaint", reader.address, meta)
    changed = Post(post.body.replace(old.encode(), new.encode()), post.content_type, post.headers)

    assert changed.body != post.body
    assert judged(hook, provider, changed) == verdict


@pytest.mark.parametrize(
    ("provider", "old", "new", "verdict"),
    [
        ("postmark", "HardBounce", "BadEmailAddress", "hard"),
        ("amazon_ses", "Permanent", "Undetermined", "soft"),
        ("brevo", "hard_bounce", "invalid_email", "hard"),
        ("brevo", "hard_bounce", "blocked", None),
        ("mailjet", '"event": "bounce"', '"event": "blocked"', None),
        ("resend", "Permanent", "Undetermined", "soft"),
        ("sparkpost", '"bounce_class": "10"', '"bounce_class": "30"', "hard"),
        ("sparkpost", '"bounce_class": "10"', '"bounce_class": "25"', "soft"),
        ("mailgun", '"reason": "bounce"', '"reason": "suppress-bounce"', "hard"),
        ("mailgun", '"reason": "bounce"', '"reason": "suppress-complaint"', "soft"),
        ("mailgun", '"severity": "permanent"', '"severity": "temporary"', "taken"),
        ("mailgun", '"bounce-type": "hard"', '"bounce-type": "soft"', "soft"),
    ],
)
def test_kinds_of_bounces(provider, old, new, verdict, hook, meta, reader):
    post = PROVIDERS[provider]("hard", reader.address, meta)
    body = post.body.replace(old.encode(), new.encode())
    body = body.replace(old.replace('"', '\\"').encode(), new.replace('"', '\\"').encode())

    assert body != post.body
    # The code of Postmark says the same as its word.
    body = body.replace(b'"TypeCode": 1,', b'"TypeCode": 100000,')
    assert judged(hook, provider, Post(body, post.content_type, post.headers)) == verdict


def test_a_provider_without_rules_suppresses_nobody():
    class Event:
        event_type, esp_event, mta_response = "bounced", {"type": "bounce"}, "550 5.1.1"

    assert judge(provider="new", event=Event()) == (Verdict.SOFT, "")


def judged(hook, provider, post):
    """The verdict of the one report that a post brings; None when nothing follows from it."""
    assert hook(provider, post).status_code == 200
    stored = ReportPost.objects.first()
    return stored.reports[0]["verdict"] if stored else None
