"""A schedule: the rule that opens a newsletter's digests."""

from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models

from subscribers.models import Newsletter

# Minutes.
LONGEST_LOCK = 1440


class Schedule(models.Model):
    """When a newsletter goes out, and how its digests are made until then."""

    class Approval(models.TextChoices):
        AUTOMATIC = "automatic", "goes out by itself"
        EDITOR = "editor", "waits for an editor's approval"
        OR_SKIP = "or_skip", "is skipped when nobody touched it"

    newsletter = models.OneToOneField(Newsletter, on_delete=models.CASCADE, related_name="schedule")
    is_active = models.BooleanField("make digests by itself", default=True)
    # ISO weekdays in order: "12345" is Monday to Friday.
    weekdays = models.CharField(
        max_length=7, default="12345", validators=[RegexValidator(r"^1?2?3?4?5?6?7?$")]
    )
    local_time = models.TimeField("time", help_text="In the newsletter's time zone.")
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
        default=180,
        help_text="Later than this it is held for a person to decide.",
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

    def __str__(self) -> str:
        return f"schedule of {self.newsletter}"
