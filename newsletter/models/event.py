"""What comes back after the sending: reports of providers, and clicks."""

from django.db import models

from newsletter.models.digest import Digest
from newsletter.models.revision import Revision


class ReportPost(models.Model):
    """One POST of a provider, kept before it is answered and taken away once it is applied.

    What cannot be applied stays, with the error; after a few tries it is left alone.
    """

    provider = models.CharField(max_length=20)
    # `tracking.reports.Report` as JSON; no address in it.
    reports = models.JSONField()
    received_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    # When it may be taken up, also by others if who took it up died; null: never again.
    not_before = models.DateTimeField(null=True)
    # Of whoever has it in hand.
    token = models.UUIDField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["id"],
                condition=models.Q(not_before__isnull=False),
                name="report_post_waiting",
            ),
            models.Index(
                fields=["token"],
                condition=models.Q(token__isnull=False),
                name="report_post_in_hand",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} at {self.received_at:%Y-%m-%d %H:%M}"


class ReaderReport(models.Model):
    """A bounce or complaint of one reader about one mail: one row however often it is reported."""

    class Kind(models.TextChoices):
        BOUNCED = "bounced", "bounced"
        COMPLAINED = "complained", "reported as spam"

    # Of a digest, or of a notice: the same as the mail's metadata ("digest:12", "notice:7").
    source = models.CharField(max_length=40)
    digest = models.ForeignKey(
        Digest, on_delete=models.CASCADE, null=True, blank=True, related_name="reports"
    )
    # An id, not a foreign key: it outlives erasure. Null when the provider named only an address.
    subscriber_id = models.BigIntegerField(null=True)
    # Instead of the id, keyed; else empty.
    address_hash = models.CharField(max_length=32, blank=True)
    kind = models.CharField(max_length=10, choices=Kind)
    # Nothing may be mailed there: the mailbox does not exist, or its owner complained.
    hard = models.BooleanField()
    # A word of the provider's ("bounce", "Permanent: General") ...
    reason = models.CharField(max_length=40, blank=True)
    # ... and what the mail server said, with addresses taken out.
    detail = models.CharField(max_length=300, blank=True)
    # When it happened, as the provider says.
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "subscriber_id", "kind"],
                condition=models.Q(subscriber_id__isnull=False),
                name="one_report_per_reader",
            ),
            models.UniqueConstraint(
                fields=["source", "address_hash", "kind", "at"],
                condition=models.Q(subscriber_id__isnull=True),
                name="one_report_per_address",
            ),
        ]
        indexes = [models.Index(fields=["digest", "kind"], name="reader_report_of_digest")]

    def __str__(self) -> str:
        return f"{self.source} {self.kind} by {self.subscriber_id}"


class LinkClicks(models.Model):
    """How often one link of a digest's frozen words was followed. Nothing is kept of readers."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="clicks")
    # Its place in `Revision.links`.
    number = models.PositiveSmallIntegerField()
    clicks = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name_plural = "link clicks"
        constraints = [
            models.UniqueConstraint(fields=["revision", "number"], name="one_count_per_link"),
        ]

    def __str__(self) -> str:
        return f"link {self.number} of {self.revision_id}: {self.clicks}"


class LooseClick(models.Model):
    """A click while Redis was away, until it is counted. Without a reader."""

    # No foreign key: it must cost a reader as little time as it can.
    revision_id = models.BigIntegerField()
    number = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return f"link {self.number} of {self.revision_id}"


class ClickCursor(models.Model):
    """Up to where Redis's stream of clicks is counted; one row, moved together with the counts."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    # Of the last entry that is counted: milliseconds, a hyphen and a number.
    last = models.CharField(max_length=41, default="0-0")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="one_click_cursor"),
        ]

    def __str__(self) -> str:
        return self.last
