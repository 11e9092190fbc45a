"""A digest: one dated mailing of a newsletter."""

from datetime import date

from django.conf import settings
from django.db import models
from django.urls import reverse

from subscribers.models import Newsletter, Subscription

Frequency = Subscription.Frequency


class Digest(models.Model):
    """Its words, when it goes and where it stands. State is written by `digests.lifecycle` only."""

    class State(models.TextChoices):
        DRAFT = "draft", "draft"
        APPROVED = "approved", "approved"
        SCHEDULED = "scheduled", "scheduled"
        PREPARING = "preparing", "preparing"
        SENDING = "sending", "sending"
        PAUSED = "paused", "paused"
        SENT = "sent", "sent"
        HELD = "held", "held"
        SKIPPED = "skipped", "skipped"
        CANCELLED = "cancelled", "cancelled"

    # Its words may still change; an approved or scheduled one then returns to draft.
    EDITABLE = frozenset({State.DRAFT, State.APPROVED, State.SCHEDULED, State.HELD})

    # On its way and stopped: its words may change too, and go out once a correction is approved.
    REWRITABLE = EDITABLE | {State.PAUSED}

    newsletter = models.ForeignKey(Newsletter, on_delete=models.PROTECT, related_name="digests")
    # Local date with an optional suffix ("2026-11-24-2", "2026-11-28-week"); the last part of its
    # address.
    occurrence = models.CharField(max_length=20)
    # "What you missed", for those who want one mail a week instead of the others.
    is_weekly = models.BooleanField(default=False)
    # News that cannot wait: goes to everybody at once, and before other mails.
    is_urgent = models.BooleanField(default=False)
    # A person made it outside the rule: the usual mail of its day still comes.
    is_single = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    # Why it is held, paused, skipped or cancelled, in words for staff.
    reason = models.CharField(max_length=300, blank=True)

    layout = models.CharField(max_length=20)
    subject = models.CharField(max_length=150, blank=True)
    preheader = models.CharField(max_length=150, blank=True)
    # What the service last made of the headlines: words that are still these follow them.
    made_subject = models.CharField(max_length=150, blank=True, editable=False)
    made_preheader = models.CharField(max_length=150, blank=True, editable=False)
    intro = models.TextField(blank=True)
    sign_off = models.TextField(blank=True)
    # Counts edits, so that two editors do not overwrite each other.
    version = models.PositiveIntegerField(default=1)
    # When a person first changed something in it; null: all of it was made by the service.
    touched_at = models.DateTimeField(null=True, blank=True)
    # Whose the last edit was; null: news came in.
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # When stories were last put in by the rules, and since when none comes in by itself.
    filled_at = models.DateTimeField(null=True, blank=True)
    locked_at = models.DateTimeField(null=True, blank=True)
    # When what it depends on outside was last asked for (`release.checking`).
    checked_at = models.DateTimeField(null=True, blank=True, editable=False)

    # The instant it is due, from the schedule or a person. With waves that of the first of them.
    release_at = models.DateTimeField(null=True, blank=True)
    # Its time is the schedule's, and moves with it; no person chose another.
    follows_rule = models.BooleanField(default=False)
    # It goes on that date at that time by each reader's own clock, not before `release_at`.
    wave_day = models.DateField(null=True, blank=True)
    wave_time = models.TimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    # The frozen words that claims carry; set at approval, cleared by an edit.
    revision = models.ForeignKey(
        "newsletter.Revision", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    # A short correction to those whom another digest reached: its audience is theirs.
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections"
    )
    # Of a correction in flight, for its web page: what changed, in a sentence of the editor's.
    correction_note = models.CharField(max_length=300, blank=True)
    corrected_at = models.DateTimeField(null=True, blank=True)

    # Preparation: subscriber id up to which delivery rows exist; when all do; how many there are.
    prepared_to = models.BigIntegerField(default=0)
    prepared_at = models.DateTimeField(null=True, blank=True)
    audience_size = models.PositiveIntegerField(default=0)
    sending_at = models.DateTimeField(null=True, blank=True)
    # When a batch of it was last claimed: drains serve the digest that waited longest.
    served_at = models.DateTimeField(null=True, blank=True)
    # When staff decided to leave those unknown alone who were so by then.
    unknown_left_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    # When staff last had it sent again to some; deadlines count from here then.
    reopened_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "mail"
        ordering = ["-occurrence", "-id"]
        permissions = [
            ("approve_digest", "Can approve mails"),
            ("overrule_digest", "Can overrule warnings about mails"),
            ("send_digest", "Can send and schedule mails"),
            ("cancel_digest", "Can pause and cancel mails"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["newsletter", "occurrence"],
                condition=~models.Q(state="cancelled"),
                name="one_digest_per_occurrence",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["draft", "held", "skipped", "cancelled"])
                | models.Q(revision__isnull=False),
                name="digest_past_draft_is_frozen",
            ),
            models.CheckConstraint(
                condition=models.Q(wave_day__isnull=True, wave_time__isnull=True)
                | models.Q(wave_day__isnull=False, wave_time__isnull=False),
                name="digest_waves_have_day_and_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["state", "release_at"],
                condition=models.Q(
                    state__in=[
                        *("draft", "approved", "scheduled", "held"),
                        *("preparing", "sending", "paused"),
                    ]
                ),
                name="digest_open",
            ),
            # What went or goes in a span of days, however many went before.
            models.Index(fields=["release_at"], name="digest_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.newsletter} {self.dated}"

    @property
    def dated(self) -> str:
        """What names it among its newsletter's mails, for people: "2026-11-28, the week"."""
        return self.occurrence.replace("-week", ", the week", 1)

    @property
    def day(self) -> date:
        """The local date that names it."""
        return date.fromisoformat(self.occurrence[:10])

    @property
    def frequencies(self) -> frozenset[str]:
        """What readers may have chosen who get it; a correction is for whoever got the first."""
        if self.corrects_id is not None:
            return frozenset(Frequency.values)
        if self.is_weekly:
            return frozenset({Frequency.ONCE_A_WEEK.value})
        weekdays = {Frequency.WEEKDAYS_ONLY.value} if self.day.isoweekday() <= 5 else set()
        return frozenset({Frequency.EVERY_DAY.value, *weekdays})

    @property
    def goes_in_waves(self) -> bool:
        """Whether each reader gets it by his own clock; what cannot wait goes to all at once."""
        return self.wave_time is not None and self.corrects_id is None and not self.is_urgent

    def get_absolute_url(self) -> str:
        return reverse("digest", args=[self.newsletter.slug, self.occurrence])

    @property
    def is_editable(self) -> bool:
        """Whether its words may still change."""
        return self.state in self.EDITABLE

    @property
    def is_rewritable(self) -> bool:
        """Whether an editor may write in it, also for a correction in flight."""
        return self.state in self.REWRITABLE


class DigestChange(models.Model):
    """Append-only: who or what moved a digest from one state to another, and why."""

    digest = models.ForeignKey(Digest, on_delete=models.CASCADE, related_name="changes")
    old = models.CharField(max_length=10)
    new = models.CharField(max_length=10)
    reason = models.CharField(max_length=300, blank=True)
    # Null: the service itself.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.old} to {self.new}"


class Presence(models.Model):
    """That somebody has the page of a mail open; refreshed by its script."""

    digest = models.ForeignKey(Digest, on_delete=models.CASCADE, related_name="presences")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["digest", "person"], name="one_presence_each"),
        ]

    def __str__(self) -> str:
        return f"{self.person} at {self.digest_id}"
