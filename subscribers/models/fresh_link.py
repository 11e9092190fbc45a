"""A fresh link: opens once, for a short time, what a forwarded mail must not open."""

from django.db import models

from subscribers.models.subscriber import Subscriber


class FreshLink(models.Model):
    """One link mailed to one reader (`subscribers.account.fresh_links`).

    The row is what makes it one-time.

    Void when the reader's address changes: what went to the old mailbox opens nothing more, but is
    counted still.
    """

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="fresh_links")
    created_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    is_void = models.BooleanField(default=False)

    class Meta:
        # Limits per address are counted from these rows.
        indexes = [
            models.Index(fields=["subscriber", "created_at"], name="fresh_link_of_subscriber")
        ]

    def __str__(self) -> str:
        return f"fresh link {self.pk} of {self.subscriber_id}"
