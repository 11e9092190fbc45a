"""Notices: mails to one person, such as the confirmation mail. The row is the outbox."""

from django.db import models

from subscribers.models.subscriber import Subscriber


class Notice(models.Model):
    """One mail to one person: written by the request, sent by a worker of its own.

    The states are a batch's (docs/delivery.md); `token` fences the claim.
    """

    class Kind(models.TextChoices):
        CONFIRMATION = "confirmation", "Please confirm"
        ALREADY = "already", "You already get it"
        WELCOME = "welcome", "Welcome"
        # A fresh link, good for a short time, to what a forwarded mail must not open.
        FRESH_LINK = "fresh_link", "Your link"
        # To the new address, to the old one, and to a new one that is somebody's already.
        NEW_ADDRESS = "new_address", "Please confirm your new address"
        ADDRESS_CHANGED = "address_changed", "Your address was changed"
        ADDRESS_TAKEN = "address_taken", "Your address was given for a change"
        STAFF_ALERT = "staff_alert", "Alert to staff"
        TEST = "test", "Test mail of a digest"

    class State(models.TextChoices):
        PENDING = "pending", "waiting"
        CLAIMED = "claimed", "being prepared"
        SUBMITTING = "submitting", "being handed over"
        ACCEPTED = "accepted", "accepted by the provider"
        FAILED = "failed", "failed"
        UNKNOWN = "unknown", "unknown"

    kind = models.CharField(max_length=16, choices=Kind)
    subscriber = models.ForeignKey(
        Subscriber, on_delete=models.CASCADE, null=True, blank=True, related_name="notices"
    )
    # Of the reader's address then, keyed: limits of an address are counted by it, also over an
    # erasure and a new sign-up.
    address_hash = models.CharField(max_length=32, blank=True)
    # Only for mails to staff; a reader's address is read when the mail is made.
    staff_address = models.EmailField(blank=True)
    # What the template needs: ids and words, no address.
    context = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    # How often it was handed over and no answer came: so often it may have come.
    unknowns = models.PositiveSmallIntegerField(default=0)
    token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField()
    provider = models.CharField(max_length=20, blank=True)
    answer = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["not_before"],
                condition=models.Q(state__in=["pending", "claimed", "submitting", "unknown"]),
                name="notice_open",
            ),
            # Limits per address are counted from these rows.
            models.Index(fields=["address_hash", "created_at"], name="notice_of_address"),
            models.Index(fields=["subscriber", "created_at"], name="notice_of_subscriber"),
            # The limit of all together, and one alarm an hour.
            models.Index(fields=["kind", "created_at"], name="notice_of_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}: {self.state}"
