"""The demo's readers, all at `.example` addresses, signed up through the real functions."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from newsletter.demo.reading import publication
from subscribers import addresses, identity, subscriptions
from subscribers.choosing import rhythm
from subscribers.ledger import Proof
from subscribers.models import Newsletter, Subscriber, Subscription

DOMAIN = "mail.example"
PROOF = Proof(method="demo", page="daymark.example")
SLUGS = {"m": "morning-briefing", "g": "good-news"}


def load_readers(*, now: datetime) -> int:
    """Write the readers that are missing; how many there were to write."""
    ids = dict(Newsletter.objects.values_list("slug", "pk"))
    newsletters = {letter: ids[slug] for letter, slug in SLUGS.items() if slug in ids}
    readers = publication()["readers"]
    written = 0
    for state in ("active", "pending", "left"):
        for reader in readers[state]:
            written += _sign_up(reader, state=state, newsletters=newsletters, now=now)
    return written


@transaction.atomic
def _sign_up(
    reader: Mapping[str, Any], *, state: str, newsletters: Mapping[str, int], now: datetime
) -> bool:
    then = now - timedelta(days=reader["days"])
    subscriber, created = _subscriber(name=reader["name"], zone=reader.get("zone", ""), then=then)
    if not created:
        return False
    wanted = [newsletters[letter] for letter in reader["gets"] if letter in newsletters]
    subscriptions.request(subscriber_id=subscriber.pk, newsletter_ids=wanted, proof=PROOF, now=then)
    if state != "pending":
        a_minute_later = then + timedelta(minutes=1)
        subscriptions.confirm(
            subscriber_id=subscriber.pk, issued_at=then, proof=PROOF, now=a_minute_later
        )
    for letter in reader.get("weekly", ""):
        rhythm.choose_frequency(
            subscriber_id=subscriber.pk,
            newsletter=Newsletter.objects.get(pk=newsletters[letter]),
            frequency=Subscription.Frequency.ONCE_A_WEEK,
            proof=PROOF,
            now=then + timedelta(days=1),
        )
    if state == "left":
        for newsletter_id in wanted:
            subscriptions.leave(
                subscriber_id=subscriber.pk,
                newsletter_id=newsletter_id,
                proof=PROOF,
                now=then + timedelta(days=30),
            )
    return True


def _subscriber(*, name: str, zone: str, then: datetime) -> tuple[Subscriber, bool]:
    local = slugify(name).replace("-", ".") or "someone"
    address = addresses.parse(f"{local}@{DOMAIN}")
    return Subscriber.objects.get_or_create(
        address_key=address.key,
        defaults={
            **identity.columns(address),
            "name": name,
            "time_zone": zone,
            "created_at": then,
        },
    )
