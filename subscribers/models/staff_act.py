"""A staff act: append-only record of what somebody at the desk decided."""

from django.conf import settings
from django.db import models


class StaffAct(models.Model):
    """Who did what, when and to what. Holds no address of a reader."""

    class Act(models.TextChoices):
        APPROVED = "approved", "approved"
        OVERRULED = "overruled", "overruled a warning"
        SENT = "sent", "sent"
        PAUSED = "paused", "paused"
        RESUMED = "resumed", "went on"
        CANCELLED = "cancelled", "cancelled"
        EXPORTED = "exported", "exported"
        ERASED = "erased", "erased"
        RIGHTS = "rights", "changed rights"
        SHARED = "shared", "shared a preview of"
        UNSHARED = "unshared", "ended the preview of"
        TESTED = "tested", "sent a test"

    act = models.CharField(max_length=10, choices=Act)
    # Null: the service itself, or an account that is gone; then the name below says whose it was.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        db_constraint=False,
        related_name="+",
    )
    # As it was then; "the service" when nobody did it.
    actor_name = models.CharField(max_length=200)
    # What it was done to, in words ("Morning Briefing 2026-11-24", "reader 12"), and where it is:
    # "newsletter.digest:12"; empty where there is no one thing.
    about = models.CharField(max_length=200)
    target = models.CharField(max_length=80, blank=True, db_index=True)
    # Never cut: the end of a long list of rights counts as much as its beginning.
    detail = models.TextField(blank=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = "decision"
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.actor_name} {self.get_act_display()} {self.about}"
