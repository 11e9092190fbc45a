"""Each provider's words for a dead mailbox, a full one, a complaint, and for all being well."""

import pytest

from newsletter.models import Batch, ReaderReport, ReportPost
from newsletter.tracking import webhooks
from newsletter.tracking.severity import RULES
from subscribers.models import Subscription, Suppression
from tests.newsletter.tracking.payloads import AT, PROVIDERS
from tests.newsletter.tracking.unknown import unknown_batch

pytestmark = pytest.mark.django_db

# Their soft bounces come as "deferred": they go on trying.
GO_ON_TRYING = {"mailtrap"}


@pytest.fixture(params=sorted(PROVIDERS))
def provider(request):
    return request.param


def test_a_dead_mailbox_is_kept_and_suppressed(provider, hook, apply, meta, digest, reader):
    response = hook(provider, PROVIDERS[provider]("hard", reader.address, meta))
    assert response.status_code == 200
    apply()

    report = ReaderReport.objects.get()
    assert (report.digest_id, report.subscriber_id) == (digest.pk, reader.pk)
    assert (report.kind, report.hard, report.at) == ("bounced", True, AT)
    suppression = Suppression.objects.get()
    assert suppression.address_hash == reader.address_hash
    assert suppression.reason == "hard_bounce"
    assert reader.subscriptions.get().reason == "bounced"


def test_a_soft_bounce_never_suppresses(provider, hook, apply, meta, reader):
    assert hook(provider, PROVIDERS[provider]("soft", reader.address, meta)).status_code == 200
    apply()

    assert not Suppression.objects.exists()
    assert reader.subscriptions.get().state == Subscription.State.ACTIVE
    kept = list(ReaderReport.objects.values_list("kind", "hard"))
    assert kept == ([] if provider in GO_ON_TRYING else [("bounced", False)])


def test_a_complaint_ends_everything(provider, hook, apply, meta, digest, reader):
    assert hook(provider, PROVIDERS[provider]("complaint", reader.address, meta)).status_code == 200
    apply()

    report = ReaderReport.objects.get()
    assert (report.digest_id, report.kind) == (digest.pk, "complained")
    assert Suppression.objects.get().reason == "complaint"
    assert reader.subscriptions.get().reason == "complained"


def test_what_was_delivered_settles_what_was_unknown(provider, hook, apply, meta, digest, reader):
    batch = unknown_batch(digest, reader)
    assert hook(provider, PROVIDERS[provider]("delivered", reader.address, meta)).status_code == 200
    apply()

    batch.refresh_from_db()
    assert batch.state == Batch.State.ACCEPTED
    assert not ReaderReport.objects.exists()
    assert not ReportPost.objects.exists()


@pytest.mark.parametrize(
    ("what", "reason"), [("hard", "hard_bounce"), ("soft", None), ("complaint", "complaint")]
)
def test_without_metadata_the_address_says_whose_it_is(what, reason, hook, apply, reader):
    assert hook("mailgun", PROVIDERS["mailgun"](what, reader.address, {})).status_code == 200
    assert reader.address not in str(ReportPost.objects.get().reports)
    apply()

    assert ReaderReport.objects.get().subscriber_id is None
    assert list(Suppression.objects.values_list("reason", flat=True)) == (
        [reason] if reason else []
    )
    ended = reader.subscriptions.get().state == Subscription.State.ENDED
    assert ended == bool(reason)


def test_no_address_is_kept(provider, hook, meta, reader, settings):
    hook(provider, PROVIDERS[provider]("hard", reader.address, meta))

    assert "@" not in str(ReportPost.objects.get().reports)


def test_who_is_read_is_judged():
    assert webhooks.VIEWS.keys() == RULES.keys()
