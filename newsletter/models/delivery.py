"""Deliveries: the audience frozen for one digest, and what differs from its batches."""

from django.db import models

from newsletter.models.digest import Digest
from newsletter.models.revision import Revision
from subscribers.models import Subscriber


class Lane(models.Model):
    """A part of a digest that goes together: its revision, release time and order.

    Number 0 is the only one of a digest that goes to everybody at once; waves begin with 1.
    """

    digest = models.ForeignKey(Digest, on_delete=models.CASCADE, related_name="lanes")
    number = models.PositiveSmallIntegerField(default=0)
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    release_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["digest", "number"], name="one_lane_per_number"),
        ]

    def __str__(self) -> str:
        return f"{self.digest_id}/{self.number}"


class Delivery(models.Model):
    """One recipient in one digest: written once at preparation, never updated or deleted.

    No database constraints or indexes on its keys alone: they made inserting five times slower, and
    83 bytes a row is what a million readers a day can afford.
    """

    pk = models.CompositePrimaryKey("digest_id", "subscriber_id")
    digest = models.ForeignKey(
        Digest, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    subscriber = models.ForeignKey(
        Subscriber,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    lane = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name_plural = "deliveries"
        indexes = [
            # The ranges of several lanes lie among each other, and each is to be read alone. Costs
            # nothing where there is one lane, which is number 0.
            models.Index(
                fields=["digest", "lane", "subscriber"],
                condition=models.Q(lane__gt=0),
                name="delivery_in_wave",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.digest_id} to {self.subscriber_id}"


class DeliveryException(models.Model):
    """One recipient whose state is not that of the batch whose range holds his id."""

    class State(models.TextChoices):
        ACCEPTED = "accepted", "accepted by the provider"
        RETRY = "retry", "will be tried again"
        FAILED = "failed", "failed"
        LEFT = "left", "left before it was sent"
        UNKNOWN = "unknown", "unknown"
        CANCELLED = "cancelled", "cancelled"

    digest = models.ForeignKey(Digest, on_delete=models.CASCADE, related_name="exceptions")
    # An id, not a foreign key: a delivery's key is composite, and erasure keeps the id.
    subscriber_id = models.BigIntegerField()
    state = models.CharField(max_length=9, choices=State)
    # A word for programs ("unsubscribed", "bad_mailbox") ...
    reason = models.CharField(max_length=40, blank=True)
    # ... and what the server said, with addresses taken out.
    detail = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    # It was unknown when staff had it sent again: whatever becomes of that, the first may be there.
    may_have_it = models.BooleanField(default=False)
    # The follow-up batch that will carry it, or carried it last.
    follow_up = models.ForeignKey(
        "newsletter.Batch",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="followed_exceptions",
    )
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["digest", "subscriber_id"], name="one_exception_per_recipient"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="retry") | models.Q(follow_up__isnull=False),
                name="retry_has_follow_up",
            ),
        ]
        indexes = [
            # Few at any time, among all that ever differed.
            models.Index(
                fields=["digest"],
                condition=models.Q(state__in=["retry", "unknown"]),
                name="exception_unsettled",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.digest_id} to {self.subscriber_id}: {self.state}"


class ExceptionChange(models.Model):
    """Append-only log of an exception's states."""

    digest_id = models.BigIntegerField()
    subscriber_id = models.BigIntegerField()
    old = models.CharField(max_length=9, blank=True)
    new = models.CharField(max_length=9)
    reason = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["digest_id", "subscriber_id"], name="exception_change_of")]

    def __str__(self) -> str:
        return f"{self.digest_id} to {self.subscriber_id}: {self.old} to {self.new}"
