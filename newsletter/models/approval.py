"""What people said about a mail before it went: that they approve it, that they saw a warning.

Both are about exactly the words that they looked at, by the hash of the digest as rendered.
"""

from django.conf import settings
from django.db import models

from newsletter.models.digest import Digest


class Agreement(models.Model):
    """One person's approval of exactly these words. Gone when the digest is taken back.

    What stays for good is the decision on record (`subscribers.staff.acts`).
    """

    digest = models.ForeignKey(Digest, on_delete=models.CASCADE, related_name="agreements")
    digest_hash = models.CharField(max_length=64)
    # Null: an account that is gone; counted no more.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["digest", "digest_hash", "person"], name="nobody_agrees_twice"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} on {self.digest}"


class Overruling(models.Model):
    """A warning that somebody looked at and let pass; not asked again for the same words."""

    digest = models.ForeignKey(Digest, on_delete=models.CASCADE, related_name="overrulings")
    digest_hash = models.CharField(max_length=64)
    # Which warning, for programs: `readiness.Problem.mark`.
    mark = models.CharField(max_length=200)
    # Null: the service itself.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["digest", "digest_hash", "mark"], name="one_overruling_per_warning"
            ),
        ]

    def __str__(self) -> str:
        return self.mark
