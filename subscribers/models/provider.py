"""Provider state: what all workers know and obey of one provider, in one row."""

from django.db import models


class ProviderState(models.Model):
    """Shared by everything that mails; wiping Redis does not touch it."""

    name = models.CharField(max_length=20, primary_key=True)
    # Nothing is handed over before this: Retry-After, or an open breaker.
    not_before = models.DateTimeField(null=True, blank=True)
    # Why `not_before` is set, in words for staff.
    reason = models.CharField(max_length=200, blank=True)
    # Unknown answers in a row; each doubles the breaker's wait.
    unknowns_in_a_row = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return self.name
