"""Many newsletters with schedules in many zones, and ten mails of each that are open already."""

from datetime import datetime, time, timedelta

from newsletter.models import Digest, Revision, Schedule
from newsletter.scheduling.recurrence import occurrences_between
from subscribers.models import Newsletter

OPEN = 10
ZONES = (
    "Europe/London",
    "America/New_York",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Africa/Casablanca",
    "America/Sao_Paulo",
    "Australia/Lord_Howe",
    "Asia/Tokyo",
)
State = Digest.State


def plan_ahead(*, newsletters: int, now: datetime) -> None:
    """So many, each every day between five and eight, with ten mails open: drafts and scheduled."""
    made = Newsletter.objects.bulk_create(
        Newsletter(
            name=f"N{number}",
            slug=f"n{number}",
            tagline="All.",
            from_name="Bench",
            from_address="bench@sender.example",
            time_zone=ZONES[number % len(ZONES)],
        )
        for number in range(newsletters)
    )
    rules = Schedule.objects.bulk_create(
        Schedule(
            newsletter=one,
            weekdays="1234567",
            local_time=time(5 + place % 3, 30 * (place % 2)),
            lead_time_minutes=OPEN * 24 * 60,
            effective_from=now - timedelta(days=30),
        )
        for place, one in enumerate(made)
    )
    digests = [digest for rule in rules for digest in _open(rule, now)]
    Digest.objects.bulk_create(digests, batch_size=1_000)
    _schedule_half(now)


def _open(rule: Schedule, now: datetime) -> list[Digest]:
    until = now + timedelta(minutes=rule.lead_time_minutes)
    return [
        Digest(
            newsletter=rule.newsletter,
            occurrence=run.key,
            layout=rule.layout,
            subject="Harbour reopens after the storm",
            release_at=run.release_at,
            follows_rule=True,
            filled_at=now,
            created_at=now,
        )
        for run in occurrences_between(schedule=rule, since=now, until=until)
    ]


def _schedule_half(now: datetime) -> None:
    """Every second one was approved by somebody, and waits for its time."""
    words = {"subject": "S", "html": "<p>H</p>", "text": "T", "headers": {}, "fragments": {}}
    approved = list(Digest.objects.order_by("pk")[::2])
    revisions = Revision.objects.bulk_create(
        (
            Revision(digest=one, number=1, digest_hash="0" * 64, created_at=now, **words)
            for one in approved
        ),
        batch_size=1_000,
    )
    for digest, revision in zip(approved, revisions, strict=True):
        digest.state, digest.revision, digest.locked_at = State.SCHEDULED, revision, now
    Digest.objects.bulk_update(approved, ["state", "revision", "locked_at"], batch_size=500)
