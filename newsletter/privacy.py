"""What the mails' own tables hold about one person: for privacy requests."""

from datetime import datetime
from typing import Any

from django.db.models import Q

from newsletter.delivery.story import story
from newsletter.models import Delivery, DeliveryException, Digest, ReaderReport, ReportPost
from subscribers.extensions import Person


def export(person: Person) -> dict[str, Any]:
    """Each mail that was for him and what became of it, and what his mailbox reported.

    Of clicks nothing is kept that leads to a reader.
    """
    # Asked for by both columns of the key: a reader's rows alone have no index.
    every = list(Digest.objects.values_list("pk", flat=True))
    his = Delivery.objects.filter(digest_id__in=every, subscriber_id=person.subscriber_id)
    digests = Digest.objects.filter(pk__in=list(his.values_list("digest_id", flat=True)))
    return {
        "mails": [_mail(digest, person) for digest in digests.order_by("pk")],
        "reports": list(
            _reports(person).order_by("pk").values("source", "kind", "reason", "detail", "at")
        ),
    }


def erase(person: Person) -> None:
    """Empty what was said of him; that a mail was for the reader of this number stays.

    Provider answers are kept without addresses from the start, so these are words about him only.
    """
    _reports(person).update(detail="")
    DeliveryException.objects.filter(subscriber_id=person.subscriber_id).exclude(detail="").update(
        detail=""
    )
    for one in person.spellings:
        ReportPost.objects.filter(Q(reports__icontains=one) | Q(error__icontains=one)).delete()


def let_go_of_posts(before: datetime, _now: datetime, at_most: int) -> int:
    """Posts of providers that nobody could apply; how many."""
    old = ReportPost.objects.filter(received_at__lt=before, not_before__isnull=True)
    ids = list(old.order_by("pk").values_list("pk", flat=True)[:at_most])
    return old.filter(pk__in=ids).delete()[0]


def let_go_of_words(before: datetime, _now: datetime, at_most: int) -> int:
    """What mail servers said of single readers; how many. That it bounced stays."""
    old = ReaderReport.objects.filter(at__lt=before).exclude(detail="")
    ids = list(old.order_by("pk").values_list("pk", flat=True)[:at_most])
    return old.filter(pk__in=ids).update(detail="")


def _mail(digest: Digest, person: Person) -> dict[str, Any]:
    told = story(digest=digest, subscriber_id=person.subscriber_id)
    return {
        "subject": digest.subject,
        "date": digest.occurrence,
        "state": told.state,
        "what_happened": [{"at": one.at, "what": one.plain} for one in told.sentences],
    }


def _reports(person: Person) -> Any:
    mine = Q(subscriber_id=person.subscriber_id)
    if person.address_hash:
        mine |= Q(address_hash=person.address_hash)
    return ReaderReport.objects.filter(mine)
