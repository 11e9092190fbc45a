"""Calls of the staff's webhook: what is said to a chat or a pager. The row is the outbox."""

from uuid import uuid4

from django.db import models


class StaffCall(models.Model):
    """One call, written where staff are told; made by `subscribers.staff.calls` only."""

    class State(models.TextChoices):
        PENDING = "pending", "waiting"
        CLAIMED = "claimed", "being made"
        TAKEN = "taken", "taken"
        FAILED = "failed", "given up"

    # Goes with the call, so that who gets it twice can tell.
    id = models.UUIDField(primary_key=True, default=uuid4)
    # What is posted, as docs/operations.md has it.
    body = models.JSONField()
    state = models.CharField(max_length=7, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField()
    # Why the last one was not taken, in words of ours.
    answer = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            # A receiver that is slow to answer holds up one worker process and no more.
            models.UniqueConstraint(
                fields=["state"],
                condition=models.Q(state="claimed"),
                name="one_staff_call_at_a_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["not_before"],
                condition=models.Q(state__in=["pending", "claimed"]),
                name="staff_call_open",
            ),
        ]

    def __str__(self) -> str:
        return f"call {self.pk}: {self.state}"
