"""Rows for tests: each function makes one kind of thing with sensible values, and takes others."""

from dataclasses import asdict
from datetime import UTC, datetime, time
from itertools import count
from typing import Any

from django.db import connection
from django.db.models import Model

from config.models import StaffUser
from newsletter.digests.layouts import layout_of
from newsletter.digests.plans import SHAPE
from newsletter.models import Article, Digest, Image, Item, Revision, Schedule, Section
from newsletter.rendering import message
from subscribers import suppression
from subscribers.models import Newsletter, Subscriber, Subscription
from subscribers.transfer import table_statistics

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)

# So many readers that it matters how the database looks for them.
MANY = 100

_numbers = count(1)


def make_newsletter(**values: Any) -> Newsletter:
    number = next(_numbers)
    defaults = {
        "name": f"Morning Briefing {number}",
        "slug": f"morning-briefing-{number}",
        "tagline": "What matters, before breakfast.",
        "from_name": "The Daymark Morning Briefing",
        "from_address": "briefing@daymark.example",
        "reply_to": "briefing@daymark.example",
        "time_zone": "Europe/London",
    }
    return Newsletter.objects.create(**(defaults | values))


def make_reader(newsletter: Newsletter | None = None, **values: Any) -> Subscriber:
    """A person, with an active subscription when a newsletter is given."""
    address = values.pop("address", f"reader{next(_numbers)}@mail.example")
    state = values.pop("state", Subscription.State.ACTIVE)
    defaults = {
        "address": address,
        "address_key": address.lower(),
        "address_hash": suppression.address_hash(address.lower()),
        "domain": address.lower().rpartition("@")[2],
        "created_at": NOW,
    }
    reader = Subscriber.objects.create(**(defaults | values))
    if newsletter is not None:
        Subscription.objects.create(
            subscriber=reader,
            newsletter=newsletter,
            state=state,
            page="the front page",
            created_at=NOW,
            confirmed_at=NOW,
        )
    return reader


def make_readers(newsletter: Newsletter, how_many: int) -> list[Subscriber]:
    """Many people with active subscriptions: one is made, and the database copies its rows."""
    if not how_many:
        return []
    start = next(_numbers) * 1_000_000
    first = make_reader(newsletter, address=f"reader{start}@mail.example")
    Subscription.objects.filter(subscriber=first).update(page="")
    addresses = [f"reader{start + number}@mail.example" for number in range(1, how_many)]
    _copy_reader(first, addresses)
    if how_many >= MANY:
        # As after an import; or there would seem to be none, as after tests that were rolled back.
        table_statistics.refresh()
    return list(Subscriber.objects.filter(pk__gte=first.pk).order_by("pk"))


def _copy_reader(first: Subscriber, addresses: list[str]) -> None:
    own = ["address", "address_key", "address_hash"]
    keys = [(one, one, suppression.address_hash(one)) for one in addresses]
    same = _columns(Subscriber, leaving_out={"id", *own})
    kept = _columns(Subscription, leaving_out={"id", "subscriber_id"})
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO subscribers_subscriber ({', '.join(own)}, {same})"
            f" SELECT %s, %s, %s, {same} FROM subscribers_subscriber WHERE id = {first.pk}",
            keys,
        )
        cursor.execute(
            f"INSERT INTO subscribers_subscription (subscriber_id, {kept})"
            f" SELECT copies.id, {kept} FROM subscribers_subscription, (SELECT id FROM"
            f" subscribers_subscriber WHERE id > {first.pk} ORDER BY id) copies"
            f" WHERE subscriber_id = {first.pk}"
        )


def _columns(model: type[Model], *, leaving_out: set[str]) -> str:
    names = [field.column for field in model._meta.concrete_fields]
    return ", ".join(name for name in names if name not in leaving_out)


def make_digest(newsletter: Newsletter | None = None, **values: Any) -> Digest:
    """A draft without sections."""
    defaults: dict[str, Any] = {
        "newsletter": newsletter or make_newsletter(),
        "occurrence": "2026-11-24",
        "layout": "morning_briefing",
        "subject": "Harbour reopens after the storm",
        "preheader": "Boats went out again on Monday, and ferry fares rise in spring.",
        "release_at": NOW,
        "created_at": NOW,
    }
    return Digest.objects.create(**(defaults | values))


def make_scheduled_digest(newsletter: Newsletter | None = None, **values: Any) -> Digest:
    """A digest that only waits for its release, with a small frozen revision."""
    digest = make_digest(newsletter, **values)
    standing = message.preview(digest=digest, now=NOW)
    digest.revision = make_revision(digest, digest_hash=standing.digest_hash)
    digest.state = Digest.State.SCHEDULED
    digest.approved_at = NOW
    digest.save()
    return digest


def make_revision(digest: Digest, **values: Any) -> Revision:
    html = (
        '<p>@@greeting_html@@</p><p>@@reason_html@@</p>@@promo_html@@<a href="@@unsubscribe_url@@">'
        'Unsubscribe</a> <a href="@@preferences_url@@">Fewer mails</a>'
    )
    text = (
        "@@greeting_text@@\n@@reason_text@@\n@@promo_text@@\n"
        "Unsubscribe: @@unsubscribe_url@@\n@@preferences_url@@\n"
    )
    defaults = {
        "number": digest.revisions.count() + 1,
        "subject": digest.subject,
        "html": html,
        "text": text,
        "headers": {
            "List-Unsubscribe": "<@@unsubscribe_url@@>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Message-ID": "@@message_id@@",
        },
        "from_name": digest.newsletter.from_name,
        "from_address": digest.newsletter.from_address,
        "reply_to": digest.newsletter.reply_to,
        "fragments": {"promo_html": "", "promo_text": ""},
        "digest_hash": "0" * 64,
        "created_at": NOW,
    }
    return Revision.objects.create(digest=digest, **(defaults | values))


def make_schedule(newsletter: Newsletter | None = None, **fields: Any) -> Schedule:
    """Weekdays at 6:30, in force since long ago."""
    defaults = {
        "local_time": time(6, 30),
        "weekdays": "12345",
        "effective_from": datetime(2026, 1, 1, tzinfo=UTC),
    }
    return Schedule.objects.create(
        newsletter=newsletter or make_newsletter(), **{**defaults, **fields}
    )


def make_article(**fields: Any) -> Article:
    """A story of our own without a picture, published just before NOW."""
    number = next(_numbers)
    defaults = {
        "title": f"Harbour reopens after storm number {number}",
        "slug": f"harbour-reopens-{number}",
        "dek": "Boats went out again on Monday.",
        "body": "<p>The first boat left at six.</p>",
        "published_at": NOW.replace(hour=1),
    }
    return Article.objects.create(**{**defaults, **fields})


def make_image(**fields: Any) -> Image:
    """A picture with both copies named; the files are not there."""
    defaults = {
        "state": Image.State.READY,
        "small": "images/small.jpg",
        "small_width": 600,
        "small_height": 338,
        "large": "images/large.jpg",
        "large_width": 1200,
        "large_height": 675,
    }
    image = Image(**{**defaults, **fields})
    Image.objects.bulk_create([image])
    return image


def make_staff(**fields: Any) -> StaffUser:
    """A staff account with an address."""
    number = next(_numbers)
    defaults = {
        "username": f"staff-{number}",
        "email": f"staff-{number}@daymark.example",
        "is_staff": True,
    }
    return StaffUser.objects.create(**{**defaults, **fields})


def make_section(digest: Digest, key: str, *items: dict[str, Any], **values: Any) -> Section:
    """A section of `digest`, in the style that its layout gives `key`, with these items."""
    presets = layout_of(digest.layout).sections
    position = next(place for place, preset in enumerate(presets) if preset.key == key)
    found = {"position": position, **asdict(presets[position])}
    defaults = {name: found[name] for name in SHAPE}
    section = Section.objects.create(digest=digest, **(defaults | values))
    for position, fields in enumerate(items):
        Item.objects.create(section=section, position=position, **fields)
    return section
