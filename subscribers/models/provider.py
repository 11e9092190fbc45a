"""Provider state: what all workers know and obey of one provider, in one row."""

from django.core.validators import MinValueValidator
from django.db import models


class ProviderState(models.Model):
    """Shared by everything that mails; wiping Redis does not touch it.

    Staff set the limits at the desk. The rest is written by `subscribers.mailing` only.
    """

    class Closed(models.TextChoices):
        OPEN = "", "open"
        THROTTLED = "throttled", "it asked us to wait"
        BREAKER = "breaker", "it did not answer"
        UNREACHABLE = "unreachable", "it cannot be reached"
        ACCOUNT = "account", "it refused our account"

    name = models.CharField(max_length=20, primary_key=True)

    # --- Limits: null is none ---
    mails_per_second = models.FloatField(
        null=True, blank=True, validators=[MinValueValidator(0.01)]
    )
    calls_per_minute = models.FloatField(null=True, blank=True, validators=[MinValueValidator(1)])
    # Mails a day, in UTC.
    daily_cap = models.PositiveIntegerField(null=True, blank=True)
    # Mails on the first, second, ... day on which anything is sent; afterwards `daily_cap` alone.
    warmup_plan = models.JSONField(default=list, blank=True)

    # --- What was used of them ---
    # What may still go at once, as of `refilled_at`; refilled by the limits' rates.
    mail_tokens = models.FloatField(default=0)
    call_tokens = models.FloatField(default=0)
    refilled_at = models.DateTimeField(null=True, blank=True)
    day = models.DateField(null=True, blank=True)
    sent_today = models.PositiveIntegerField(default=0)
    # Which day of the plan `day` is, from 1; 0 before the first.
    warmup_day = models.PositiveSmallIntegerField(default=0)

    # --- When it must not be called ---
    # Nothing is handed over before this, for the reason in `closed`.
    not_before = models.DateTimeField(null=True, blank=True)
    closed = models.CharField(max_length=12, choices=Closed, default=Closed.OPEN, blank=True)
    # Why, in words for staff.
    reason = models.CharField(max_length=300, blank=True)
    # In a row, so since the last call that was accepted; each doubles the wait.
    unknowns_in_a_row = models.PositiveSmallIntegerField(default=0)
    unreachable_in_a_row = models.PositiveSmallIntegerField(default=0)
    # A batch that probes it is out until then, and nothing else goes meanwhile.
    probe_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "provider"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closed="") | models.Q(not_before__isnull=False),
                name="closed_provider_says_until_when",
            ),
        ]

    def __str__(self) -> str:
        return self.name
