"""What a reader wrote when he left. Not in the ledger, which keeps everything for good."""

from django.db import models

from subscribers.models.newsletter import Newsletter
from subscribers.models.subscriber import Subscriber


class LeavingWords(models.Model):
    """Written by `subscribers.leaving` only; deleted after a year, or when the reader is erased."""

    subscriber = models.ForeignKey(
        Subscriber, on_delete=models.CASCADE, related_name="leaving_words"
    )
    # Null: he left everything.
    newsletter = models.ForeignKey(
        Newsletter, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    words = models.CharField(max_length=200)
    # Retention looks for the old ones.
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"words {self.pk} of {self.subscriber_id}"
