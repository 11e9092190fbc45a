"""The outbox provider's record: what a real provider would have received."""

from django.db import models


class OutboxTemplate(models.Model):
    """What the mails of one revision share, stored once, with `@@placeholders@@`."""

    # SHA-256 of the content.
    key = models.CharField(max_length=64, unique=True)
    subject = models.TextField()
    html = models.TextField()
    text = models.TextField()
    # Header names and values as handed over.
    headers = models.JSONField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.subject


class OutboxMail(models.Model):
    """One mail that the provider accepted: the template plus this reader's values."""

    template = models.ForeignKey(OutboxTemplate, on_delete=models.CASCADE, related_name="mails")
    address = models.CharField(max_length=254, db_index=True)
    # Placeholder name -> value.
    values = models.JSONField()
    # "digest:12", "notice:7" or "test:3": what it came from.
    source = models.CharField(max_length=40, db_index=True)
    # The claim's token, which a provider would use as idempotency key.
    token = models.UUIDField()
    subscriber_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.source} to {self.address}"
