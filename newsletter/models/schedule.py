"""A schedule: the rule that opens a newsletter's digests, and the days that differ from it."""

from datetime import time, timedelta

from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models

from subscribers.models import Newsletter

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# Minutes.
LONGEST_LOCK = 1440
# How late a mail may be where nobody said otherwise: news of a day, and of a week.
GRACE_OF_A_DAY, GRACE_OF_A_WEEK = timedelta(hours=3), timedelta(hours=24)


class Schedule(models.Model):
    """When a newsletter goes out, and how its digests are made until then."""

    class Approval(models.TextChoices):
        AUTOMATIC = "automatic", "goes out by itself"
        EDITOR = "editor", "waits for an editor's approval"
        OR_SKIP = "or_skip", "is skipped when nobody touched it"

    newsletter = models.OneToOneField(Newsletter, on_delete=models.CASCADE, related_name="schedule")
    is_active = models.BooleanField("make mails by itself", default=True)
    # ISO weekdays in order: "12345" is Monday to Friday.
    weekdays = models.CharField(
        max_length=7, default="12345", validators=[RegexValidator(r"^1?2?3?4?5?6?7?$")]
    )
    local_time = models.TimeField("time", help_text="In the newsletter's time zone.")
    # Local dates, both included.
    first_day = models.DateField(
        "first day", null=True, blank=True, help_text="Empty: from now on."
    )
    last_day = models.DateField("last day", null=True, blank=True, help_text="Empty: for good.")
    # Calendars of the `holidays` library ("GB-ENG,US"): no mail on their public holidays.
    holidays = models.CharField(
        "no mail on public holidays of",
        max_length=200,
        blank=True,
        help_text="Countries or parts of them, with commas between: GB, GB-SCT, US-NY.",
    )
    # Each reader's own clock: one frozen mail in waves, by time zone.
    by_reader = models.BooleanField(
        "at this time where each reader is",
        default=False,
        help_text="Readers who did not say where they are get it by the newsletter's own clock.",
    )
    # How long before its own time the mail is due, so that readers further east get theirs in the
    # morning; who would be earlier still gets it when it is due.
    head_start_minutes = models.PositiveSmallIntegerField(
        "ready this long before (minutes)",
        null=True,
        blank=True,
        help_text="Empty: in time for the first morning on Earth.",
    )
    # "What you missed", for readers who want one mail a week instead; null: not offered.
    weekly_day = models.PositiveSmallIntegerField(
        "once a week, for those who want that instead",
        null=True,
        blank=True,
        choices=[(number, name) for number, name in enumerate(DAYS, start=1)],
        help_text="Made of what its other mails brought that week. Empty: not offered.",
    )
    weekly_time = models.TimeField(
        "time of the weekly one", null=True, blank=True, help_text="Empty: as the others."
    )
    # Which of `digests.layouts` draws it; its sections are the newsletter's `SectionPlan`s.
    layout = models.CharField(max_length=20, default="morning_briefing")
    lead_time_minutes = models.PositiveSmallIntegerField(
        "draft it this long before (minutes)", default=120
    )
    lock_minutes = models.PositiveSmallIntegerField(
        "no new stories this long before (minutes)",
        default=30,
        validators=[MaxValueValidator(LONGEST_LOCK)],
        help_text="Until then stories come in by themselves, unless somebody locks the mail.",
    )
    grace_minutes = models.PositiveIntegerField(
        "send it at most this late (minutes)",
        null=True,
        blank=True,
        help_text=(
            "Later than this it is held for a person to decide. "
            "Empty: 3 hours, or 24 for one that comes once a week."
        ),
    )
    finish_minutes = models.PositiveSmallIntegerField(
        "tell us when it is not all out after (minutes)", default=60
    )
    approval = models.CharField(max_length=10, choices=Approval, default=Approval.AUTOMATIC)
    approvers = models.PositiveSmallIntegerField(
        "how many people approve",
        choices=[(1, "one"), (2, "two different people")],
        default=1,
        help_text="With two it never goes out by itself.",
    )
    min_stories = models.PositiveSmallIntegerField("skip it under (new stories)", default=1)
    max_age_hours = models.PositiveSmallIntegerField("stories at most (hours old)", default=72)
    good_news_only = models.BooleanField("only good news", default=False)
    # What these ran lately does not run here too (`digests.story_ledger`).
    leaves_out = models.ManyToManyField(Newsletter, blank=True, related_name="+")
    leaves_out_days = models.PositiveSmallIntegerField("for so many days", default=7)
    # Occurrences before this are never opened: a new or changed schedule does not fire the past.
    effective_from = models.DateTimeField()
    # When the planner has to look at it again; null: at once. Only says when: what is to be done
    # is worked out from the rule each time.
    looks_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["looks_at"], condition=models.Q(is_active=True), name="schedule_to_look_at"
            ),
        ]

    def __str__(self) -> str:
        return f"schedule of {self.newsletter}"

    def grace(self, *, is_weekly: bool = False) -> timedelta:
        """How late a mail of it may still go out by itself; `is_weekly`: the one "instead"."""
        if self.grace_minutes is not None:
            return timedelta(minutes=self.grace_minutes)
        return GRACE_OF_A_WEEK if is_weekly or len(self.weekdays) == 1 else GRACE_OF_A_DAY

    def time_of(self, *, is_weekly: bool) -> time:
        """The local time of its mails, or of the weekly one "instead"."""
        return (self.weekly_time if is_weekly else None) or self.local_time


class ScheduleDay(models.Model):
    """A day that differs from the rule: left out, or a further one, perhaps at another time."""

    class Kind(models.TextChoices):
        SKIP = "skip", "no mail"
        EXTRA = "extra", "a further mail"

    schedule = models.ForeignKey(Schedule, on_delete=models.CASCADE, related_name="days")
    day = models.DateField("day")
    kind = models.CharField("what", max_length=5, choices=Kind, default=Kind.SKIP)
    # Of an extra day; null: the rule's.
    local_time = models.TimeField("time", null=True, blank=True, help_text="Empty: as always.")
    note = models.CharField("why", max_length=100, blank=True)

    class Meta:
        verbose_name = "day that differs"
        verbose_name_plural = "days that differ"
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["schedule", "day"], name="one_word_per_day"),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.get_kind_display()}"
