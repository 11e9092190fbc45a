"""An article: a story that digests can be made of."""

from django.db import models
from django.urls import reverse

from newsletter.models.feed import Feed
from newsletter.models.image import Image


class Author(models.Model):
    """Somebody who writes stories."""

    name = models.CharField(max_length=120, unique=True)
    slug = models.SlugField(max_length=120, unique=True)
    biography = models.TextField(blank=True, help_text="At most 60 words, shown under stories.")
    picture = models.ImageField(upload_to="authors/", blank=True)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("author", args=[self.slug])


class Topic(models.Model):
    """What a story is about."""

    name = models.CharField(max_length=80, unique=True)
    slug = models.SlugField(max_length=80, unique=True)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("topic", args=[self.slug])


class Article(models.Model):
    """A story, from a feed or written here. Two entries with one guid or link are one story."""

    class Kind(models.TextChoices):
        OWN = "own", "own story"
        EXCERPT = "excerpt", "excerpt of a source's story"

    kind = models.CharField(max_length=8, choices=Kind, default=Kind.OWN)
    feed = models.ForeignKey(
        Feed, on_delete=models.SET_NULL, null=True, blank=True, related_name="articles"
    )
    # Identity: hash of feed and guid; hash of the link without tracking parameters. Null for
    # stories written here.
    guid_key = models.CharField(max_length=64, null=True, unique=True, editable=False)
    link_key = models.CharField(max_length=64, null=True, unique=True, editable=False)
    # Hash of what the source last said, so that only a change there overwrites a correction here.
    source_hash = models.CharField(max_length=64, blank=True, editable=False)
    link = models.URLField("source's page", max_length=1000, blank=True)
    # As its page calls itself, for a story that came from no feed.
    site = models.CharField("source's name", max_length=80, blank=True)
    slug = models.SlugField(max_length=120, unique=True)
    kicker = models.CharField(max_length=20, blank=True, help_text="A word above the headline.")
    title = models.CharField(max_length=300)
    dek = models.TextField("dek", blank=True, help_text="One or two sentences under the headline.")
    # Sanitised HTML: only what content.sanitizing lets through.
    body = models.TextField(blank=True)
    language = models.CharField(max_length=12, default="en")
    hero = models.ForeignKey(
        Image, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    hero_alt = models.CharField("description of the picture", max_length=300, blank=True)
    caption = models.CharField(max_length=300, blank=True)
    credit = models.CharField(max_length=120, blank=True)
    authors = models.ManyToManyField(Author, blank=True, related_name="articles")
    topics = models.ManyToManyField(Topic, blank=True, related_name="articles")
    good_news = models.BooleanField("good news", default=False)
    # When an editor found it worth running again: where it ran before does not count any more.
    again_from = models.DateTimeField(null=True, blank=True, editable=False)
    # Not to be told to anybody before.
    embargo_until = models.DateTimeField(
        null=True, blank=True, help_text="No mail with it goes out before. Times are in UTC."
    )
    # When the source or an editor last changed what it says; null: it stands as it came in.
    changed_at = models.DateTimeField(null=True, blank=True, editable=False)
    published_at = models.DateTimeField(db_index=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = "story"
        verbose_name_plural = "stories"
        ordering = ["-published_at", "-id"]
        indexes = [
            models.Index(
                fields=["again_from"],
                condition=models.Q(again_from__isnull=False),
                name="story_worth_it_again",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("article", args=[self.slug])

    @property
    def is_excerpt(self) -> bool:
        """Whether readers continue at the source."""
        return self.kind == self.Kind.EXCERPT

    @property
    def source_name(self) -> str:
        """What the source is called, as far as it is known."""
        return self.feed.name if self.feed else self.site
