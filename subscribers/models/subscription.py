"""A subscription: a person x newsletter, with state and reason."""

from django.db import models

from subscribers.models.newsletter import Newsletter
from subscribers.models.subscriber import Subscriber


class Subscription(models.Model):
    """Whether one person gets one newsletter. Its state is written by
    `subscribers.subscriptions`, `asking` and `admission` only.
    """

    class State(models.TextChoices):
        PENDING = "pending", "waiting for confirmation"
        ACTIVE = "active", "gets it"
        ENDED = "ended", "left"

    class Frequency(models.TextChoices):
        """Which of its mails somebody wants. The values are those of the acts that choose them."""

        EVERY_DAY = "every_day", "every day"
        WEEKDAYS_ONLY = "weekdays_only", "weekdays only"
        # Instead of the others: what they said in a week, in one mail.
        ONCE_A_WEEK = "once_a_week", "once a week"

    subscriber = models.ForeignKey(
        Subscriber, on_delete=models.CASCADE, related_name="subscriptions"
    )
    newsletter = models.ForeignKey(
        Newsletter, on_delete=models.PROTECT, related_name="subscriptions"
    )
    state = models.CharField(max_length=10, choices=State)
    # Why it ended ("unsubscribed", "bounced", "complained", "erased"); empty while it lives.
    reason = models.CharField(max_length=40, blank=True)
    # Where the reader signed up, in words for "you signed up on ... at ..."; empty for who came
    # from a file that does not say when.
    page = models.CharField(max_length=200, blank=True)
    # On a break: no mail before this instant, which is the start of a day in the newsletter's zone.
    paused_until = models.DateTimeField(null=True, blank=True)
    frequency = models.CharField(
        max_length=13, choices=Frequency, default=Frequency.EVERY_DAY, db_default="every_day"
    )
    # The reader's own time of day, in half-hours, where mails go by each reader's clock; null: the
    # newsletter's.
    own_time = models.TimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["newsletter", "subscriber"], name="one_subscription_per_person"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["pending", "active", "ended"]),
                name="subscription_state_known",
            ),
        ]
        indexes = [
            # The audience of a newsletter, read in subscriber order.
            models.Index(
                fields=["newsletter", "subscriber"],
                condition=models.Q(state="active"),
                name="subscription_active",
            ),
            # Who left in a time, such as the week after a mail.
            models.Index(
                fields=["newsletter", "ended_at"],
                condition=models.Q(state="ended"),
                name="subscription_ended",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subscriber_id} x {self.newsletter_id}: {self.state}"
