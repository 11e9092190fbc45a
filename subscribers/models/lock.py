"""Whether mail may go out at all: a restored or cloned database must not send by itself."""

from django.db import models


class SendingLock(models.Model):
    """One row. Looked at by every claim; written by `subscribers.witness` only."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    # Of the database that this row was written in: system identifier and oid, or path and inode.
    identity = models.CharField(max_length=200, blank=True)
    # Counts up as long as anything is sent; its witnesses are Redis and a file.
    counter = models.BigIntegerField(default=0)
    locked_at = models.DateTimeField(null=True, blank=True)
    # Why, in words for operators.
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="one_sending_lock"),
        ]

    def __str__(self) -> str:
        return "locked" if self.locked_at else "open"
