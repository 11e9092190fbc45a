"""Batches: the recipients handed to a provider in one call, and what became of each try."""

from django.db import models

from newsletter.models.digest import Digest
from newsletter.models.revision import Revision


class Batch(models.Model):
    """A lane's deliveries with subscriber ids in (low, high], or a follow-up without a range.

    Written in `newsletter.delivery` only: each change is an UPDATE that names the old state or the
    claim's token, or is made under a lock after both were looked at.
    """

    class State(models.TextChoices):
        PENDING = "pending", "waiting"
        CLAIMED = "claimed", "being prepared"
        SUBMITTING = "submitting", "being handed over"
        ACCEPTED = "accepted", "accepted by the provider"
        FAILED = "failed", "failed"
        UNKNOWN = "unknown", "unknown"
        SPLIT = "split", "split"
        CANCELLED = "cancelled", "cancelled"

    class Bisection(models.IntegerChoices):
        NONE = 0, "no part of one"
        UNTRIED = 1, "a half that was not tried yet"
        REFUSED = 2, "a half that was refused"

    digest = models.ForeignKey(Digest, on_delete=models.CASCADE, related_name="batches")
    lane = models.PositiveSmallIntegerField(default=0)
    # Subscriber ids in (low, high]; both null for a follow-up, whose recipients are the
    # exceptions that name it.
    low = models.BigIntegerField(null=True)
    high = models.BigIntegerField(null=True)
    # How many deliveries the range held when it was made.
    size = models.PositiveIntegerField()
    parent = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="children"
    )
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    # Idempotency key and fencing token, new per claim.
    token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)
    revision = models.ForeignKey(
        Revision, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    provider = models.CharField(max_length=20, blank=True)
    # When it was last handed over: the life of the provider's idempotency key counts from here.
    submitted_at = models.DateTimeField(null=True, blank=True)
    # SHA-256 of what was handed over, where the provider knows idempotency keys: only the same
    # may be handed over again with the same key.
    payload_hash = models.CharField(max_length=64, blank=True)
    # Looking for whom a call was refused for that named nobody; see `delivery.bisection`.
    bisection = models.PositiveSmallIntegerField(choices=Bisection, default=Bisection.NONE)
    # SMTP: bytes of recipients up to here may have left; answers up to here are in.
    submitted_to = models.BigIntegerField(null=True)
    acked_to = models.BigIntegerField(null=True)
    # The provider's own words, with addresses replaced by ids.
    answer = models.TextField(blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "batches"
        constraints = [
            models.UniqueConstraint(
                fields=["digest", "lane", "low"],
                condition=models.Q(low__isnull=False) & ~models.Q(state="split"),
                name="ranges_do_not_repeat",
            ),
            models.CheckConstraint(
                condition=models.Q(low__isnull=True, high__isnull=True)
                | models.Q(low__lt=models.F("high")),
                name="batch_range_is_not_empty",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["claimed", "submitting"])
                | models.Q(token__isnull=False, lease_until__isnull=False),
                name="claimed_batch_has_token_and_lease",
            ),
        ]
        indexes = [
            models.Index(
                fields=["digest", "id"],
                condition=models.Q(state__in=["pending", "claimed", "submitting"]),
                name="batch_open",
            ),
            models.Index(
                fields=["digest", "id"],
                condition=models.Q(state="unknown"),
                name="batch_unknown",
            ),
            models.Index(
                fields=["digest"],
                condition=models.Q(bisection__gt=0, state__in=["pending", "claimed", "submitting"]),
                name="batch_bisecting",
            ),
        ]

    def __str__(self) -> str:
        return f"batch {self.pk} of {self.digest_id}: {self.state}"


class Attempt(models.Model):
    """Append-only: what a batch was when it left `submitting` for anything but accepted."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="tries")
    token = models.UUIDField(db_index=True)
    provider = models.CharField(max_length=20)
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    low = models.BigIntegerField(null=True)
    high = models.BigIntegerField(null=True)
    outcome = models.CharField(max_length=20)
    answer = models.TextField(blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.outcome}"


class Slot(models.Model):
    """One of the places for a drain, so at most N run at once.

    The lease is as long as a task may run: a holder that died gives its place back then.
    """

    number = models.PositiveSmallIntegerField(primary_key=True)
    token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"slot {self.number}"
