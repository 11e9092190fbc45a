"""A feed: an RSS, Atom or JSON source of articles."""

from django.db import models


class Feed(models.Model):
    """Where articles come from, how they may be shown, and how the last fetch went."""

    class Kind(models.TextChoices):
        EXCERPT = "excerpt", "excerpt: title and 60 words, then a link to the source"
        OWN = "own", "own: the whole story on this site"

    name = models.CharField(max_length=80, help_text='Shown as "Continue at ...".')
    url = models.URLField("address", max_length=500, unique=True)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.EXCERPT)
    good_news = models.BooleanField("stories are good news", default=False)
    is_active = models.BooleanField("fetch it", default=True)
    every_minutes = models.PositiveSmallIntegerField("fetch every (minutes)", default=30)
    # What the server said, for a conditional request next time (RFC 9110 section 13).
    etag = models.CharField(max_length=200, blank=True, editable=False)
    last_modified = models.CharField(max_length=60, blank=True, editable=False)
    next_fetch_at = models.DateTimeField(null=True, blank=True, editable=False)
    fetched_at = models.DateTimeField("last fetched", null=True, blank=True, editable=False)
    # One sentence for staff: "12 entries, 3 new." or why it did not work.
    outcome = models.CharField("last result", max_length=300, blank=True, editable=False)
    failures = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = "source"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
