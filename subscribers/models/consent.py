"""Consent: append-only proof of one opt-in or opt-out act."""

from django.db import models

from subscribers.models.newsletter import Newsletter


class Consent(models.Model):
    """One act of one person. Holds the subscriber's id and never an address."""

    class Act(models.TextChoices):
        REQUESTED = "requested", "asked for it on a form"
        CONFIRMED = "confirmed", "pressed the button in the mail"
        ADDED = "added", "switched it on"
        LEFT = "left", "left"
        REJOINED = "rejoined", "took leaving back"
        IMPORTED = "imported", "came with an import"
        PAUSED = "paused", "took a break"
        RESUMED = "resumed", "ended the break"
        EVERY_DAY = "every_day", "chose every day"
        WEEKDAYS_ONLY = "weekdays_only", "chose weekdays only"
        ONCE_A_WEEK = "once_a_week", "chose once a week"
        OWN_TIME = "own_time", "chose the time of day"
        LIFTED = "lifted", "may be mailed again"
        BLOCKED = "blocked", "is not mailed any more"
        SAID_WHY = "said_why", "said why"
        MOVED = "moved", "changed the address"
        TOLD = "told", "was shown what we hold"
        ERASED = "erased", "was erased"

    # Not a foreign key: the proof outlives whatever happens to the row it speaks of.
    # Null: of no reader, such as a domain that is not mailed any more.
    subscriber_id = models.BigIntegerField(db_index=True, null=True)
    # Its index is the one below. Null: the act is about the person, not one newsletter.
    newsletter = models.ForeignKey(
        Newsletter, on_delete=models.PROTECT, db_index=False, related_name="+", null=True
    )
    act = models.CharField(max_length=16, choices=Act)
    at = models.DateTimeField()
    # How: "form", "confirm link", "preferences", "unsubscribe page", "one-click", "demo", ...
    method = models.CharField(max_length=40)
    page = models.CharField(max_length=200, blank=True)
    # Version of the sentence that the reader saw beside the button.
    wording = models.CharField(max_length=20, blank=True)
    # What else proves or explains it: until when a break lasts, how imported readers agreed, why
    # somebody left (by its key). Never an address, never words of a reader.
    detail = models.CharField(max_length=300, blank=True)
    # Truncated network address (/24 for IPv4, /48 for IPv6).
    network = models.CharField(max_length=45, blank=True)

    class Meta:
        ordering = ["at", "id"]
        # Who joined and left in the last weeks.
        indexes = [models.Index(fields=["newsletter", "at"], name="consent_by_day")]

    def __str__(self) -> str:
        return f"{self.subscriber_id} {self.act} {self.newsletter_id} at {self.at:%Y-%m-%d %H:%M}"
