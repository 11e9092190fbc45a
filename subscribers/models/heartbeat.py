"""Signs of life: which worker serves which queue, and since when it has not been heard of."""

from django.db import models


class Heartbeat(models.Model):
    """One worker process on one queue. Written by `subscribers.heartbeats` only."""

    # As Celery names it: "bulk@host".
    node = models.CharField(max_length=200)
    queue = models.CharField(max_length=50)
    # By the database's clock.
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["node", "queue"], name="one_heartbeat_per_queue"),
        ]

    def __str__(self) -> str:
        return f"{self.node} on {self.queue}"
