"""Suppression: an address that must not be mailed, with the reason."""

from django.db import models


class Suppression(models.Model):
    """A keyed hash of an address (`suppression.address_hash`), so that it survives erasure."""

    class Reason(models.TextChoices):
        HARD_BOUNCE = "hard_bounce", "the mailbox does not exist"
        COMPLAINT = "complaint", "reported as spam"
        MANUAL = "manual", "set by staff"
        ERASED = "erased", "asked to be forgotten"
        MOVED = "moved", "moved to another address"

    address_hash = models.CharField(max_length=32, unique=True)
    reason = models.CharField(max_length=12, choices=Reason)
    # What the mail server said, with addresses taken out.
    detail = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "address not mailed"
        verbose_name_plural = "not mailed"

    def __str__(self) -> str:
        return f"{self.get_reason_display()} since {self.created_at:%Y-%m-%d}"


class SuppressedDomain(models.Model):
    """A domain of which no address is mailed, such as one that is gone or asked for it."""

    # In ASCII and lower case, as in `Subscriber.domain`; without subdomains.
    domain = models.CharField(max_length=254, unique=True)
    # Why, in the words of whoever set it.
    detail = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.domain
