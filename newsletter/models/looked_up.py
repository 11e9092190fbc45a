"""What was found out about the world outside, kept so that no request has to wait for it."""

from django.db import models


class LinkCheck(models.Model):
    """What is at an address that a mail leads to, when it was last asked."""

    class Outcome(models.TextChoices):
        GOOD = "good", "good"
        MOVED = "moved", "leads on to another address"
        GONE = "gone", "is not there"
        TROUBLE = "trouble", "did not answer well"

    # SHA-256 of the address, which may be longer than an index takes.
    url_hash = models.CharField(max_length=64, primary_key=True)
    outcome = models.CharField(max_length=7, choices=Outcome)
    # Where it leads on to, or what went wrong, in words for staff.
    detail = models.CharField(max_length=300, blank=True)
    checked_at = models.DateTimeField(db_index=True)
    # When it was first found to be gone; null: it was there the last time.
    gone_since = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.get_outcome_display()


class DomainCheck(models.Model):
    """What the name servers say of a domain that mails come from."""

    domain = models.CharField(max_length=253, primary_key=True)
    # Lists of [code, message, what to do]; empty when all is well.
    findings = models.JSONField(default=list)
    # False: no name server answered, so nothing is known.
    is_answered = models.BooleanField(default=True)
    checked_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.domain
