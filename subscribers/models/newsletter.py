"""A newsletter: the publication that a reader joins."""

from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse


def validate_time_zone(value: str) -> None:
    """Refuse what the IANA time zone database does not know."""
    try:
        ZoneInfo(value)
    except (ValueError, OSError, KeyError) as error:
        raise ValidationError("Give an IANA time zone such as Europe/London.") from error


class Newsletter(models.Model):
    """Name, sender and time zone. When and how its digests are made is `newsletter.Schedule`."""

    class Accent(models.TextChoices):
        SEA = "sea", "sea (blue)"
        LEAF = "leaf", "leaf (green)"

    name = models.CharField(max_length=80, unique=True)
    slug = models.SlugField(max_length=60, unique=True, help_text="Used in addresses; keep it.")
    tagline = models.CharField(max_length=120, help_text="One sentence, at most 20 words.")
    description = models.TextField(blank=True, help_text="What it is, for its own page.")
    picture = models.ImageField(upload_to="newsletters/", blank=True)
    writer = models.CharField(max_length=80, blank=True, help_text="Who writes it.")
    from_name = models.CharField(max_length=80)
    from_address = models.EmailField()
    reply_to = models.EmailField(blank=True)
    time_zone = models.CharField(
        max_length=64, default="Europe/London", validators=[validate_time_zone]
    )
    language = models.CharField(max_length=12, default="en")
    accent = models.CharField(max_length=8, choices=Accent, default=Accent.SEA)
    promotes = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="promoted_by",
        help_text="Another newsletter that its mails offer to readers who do not get it.",
    )
    tracks_clicks = models.BooleanField(
        "count clicks",
        default=True,
        help_text="Links in its mails lead through this site and are counted. Off: direct links.",
    )
    welcome = models.TextField(
        "welcome mail",
        blank=True,
        help_text="Sent once to each new reader, as plain paragraphs. Empty: none is sent.",
    )
    is_open = models.BooleanField("open for sign-up", default=True)
    position = models.PositiveSmallIntegerField(default=0, help_text="Order on the front page.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """Its time zone, for turning instants into the reader's words."""
        return ZoneInfo(self.time_zone)

    @property
    def list_id(self) -> str:
        """The List-Id of its mails, without brackets (RFC 2919 section 2)."""
        return f"{self.slug}.{self.from_address.rpartition('@')[2]}"

    def get_absolute_url(self) -> str:
        return reverse("newsletter", args=[self.slug])
