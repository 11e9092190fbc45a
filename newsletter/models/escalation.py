"""What staff were told of a mail that waits for them, so that each is said once."""

from django.db import models

from newsletter.models.digest import Digest


class Escalation(models.Model):
    """One step of one mail towards one time: that it was looked at, and whether staff were told.

    A mail that is moved to another time has steps towards that.
    """

    class Step(models.TextChoices):
        HOUR = "hour", "an hour before"
        HALF_HOUR = "half_hour", "half an hour before"
        UNFINISHED = "unfinished", "not finished in time"

    digest = models.ForeignKey(Digest, on_delete=models.CASCADE, related_name="escalations")
    step = models.CharField(max_length=10, choices=Step)
    # The instant that the step counts from.
    due_at = models.DateTimeField()
    # What was looked at: it is looked at again when that changes.
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=10)
    looked_at = models.DateTimeField()
    # Null: nobody had to do anything.
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["digest", "step", "due_at"], name="one_escalation_per_step"
            ),
        ]
        indexes = [models.Index(fields=["looked_at"], name="escalation_looked_at")]

    def __str__(self) -> str:
        return f"{self.digest_id}: {self.step}"
