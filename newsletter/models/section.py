"""Sections and items: what stands where in a digest."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from newsletter.models.article import Article, Topic
from newsletter.models.digest import Digest
from newsletter.models.feed import Feed
from newsletter.models.image import Image
from subscribers.models import Newsletter

MOST_ITEMS = 30


class SectionShape(models.Model):
    """What a section is like. Nothing is cut off at its limits; editors are told."""

    class Style(models.TextChoices):
        LEAD = "lead", "lead story"
        STORIES = "stories", "stories"
        BRIEF = "brief", "compact list"
        GOOD = "good", "one good thing"
        NUMBER = "number", "a number"
        PICTURE = "picture", "a picture"
        TEXT = "text", "a few words"
        QUOTE = "quote", "a quotation"
        SPONSOR = "sponsor", "sponsor"

    # Its name in a layout ("lead", "more", "brief"), which stays when the heading changes.
    key = models.SlugField(max_length=20)
    style = models.CharField(max_length=10, choices=Style)
    heading = models.CharField(max_length=80, blank=True)
    position = models.PositiveSmallIntegerField()
    at_least = models.PositiveSmallIntegerField(
        default=0, validators=[MaxValueValidator(MOST_ITEMS)]
    )
    at_most = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(MOST_ITEMS)]
    )
    # How long the words of one item should be; also what a blurb made by itself keeps to.
    words_at_least = models.PositiveSmallIntegerField(default=0)
    words_at_most = models.PositiveSmallIntegerField(default=35)
    # Its stories are drawn with their picture, when they have one.
    shows_pictures = models.BooleanField("show pictures", default=False)

    class Meta:
        abstract = True
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """What people call it."""
        return self.heading or self.get_style_display().capitalize()


class SectionPlan(SectionShape):
    """A section of a newsletter's layout, with the rule that fills it in each new digest."""

    class Side(models.TextChoices):
        TOP = "top", "at the top"
        END = "end", "at the end"

    newsletter = models.ForeignKey(Newsletter, on_delete=models.CASCADE, related_name="sections")
    # Of its weekly mail, which has sections of its own.
    is_weekly = models.BooleanField(default=False)
    # Filled from new stories; the others wait for an editor.
    is_automatic = models.BooleanField("fill it by itself", default=True)
    # Empty: from all feeds and of all topics.
    feeds = models.ManyToManyField(Feed, blank=True, related_name="+")
    topics = models.ManyToManyField(Topic, blank=True, related_name="+")
    # Null: as old as the schedule allows.
    max_age_hours = models.PositiveSmallIntegerField(null=True, blank=True)
    only_good_news = models.BooleanField(default=False)
    # Among new stories, one with a picture goes here first ...
    prefers_image = models.BooleanField(default=False)
    # ... or only one with a picture does.
    needs_image = models.BooleanField(default=False)
    # Left empty when `at_least` cannot be reached.
    all_or_nothing = models.BooleanField(default=False)
    # Where among what stands there already a story is put that comes in later.
    inserts_at = models.CharField(max_length=4, choices=Side, default=Side.END)

    class Meta(SectionShape.Meta):
        constraints = [
            models.UniqueConstraint(fields=["newsletter", "key"], name="one_plan_per_key"),
        ]


class Section(SectionShape):
    """A named place in a digest: the plan as it was when the digest was made."""

    digest = models.ForeignKey(Digest, on_delete=models.CASCADE, related_name="sections")
    # Whose rule goes on filling it; null: nobody's.
    plan = models.ForeignKey(SectionPlan, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta(SectionShape.Meta):
        constraints = [
            models.UniqueConstraint(fields=["digest", "key"], name="one_section_per_key"),
        ]


class ItemContent(models.Model):
    """What an editor can say of an item. What is empty is taken from its article."""

    article = models.ForeignKey(
        Article, on_delete=models.PROTECT, null=True, blank=True, related_name="%(class)ss"
    )
    kicker = models.CharField(max_length=20, blank=True)
    headline = models.CharField(max_length=300, blank=True)
    blurb = models.TextField(blank=True)
    # The big figure of a "number" section ("41 %").
    figure = models.CharField(max_length=8, blank=True)
    # Where it links to when there is no article (a sponsor).
    link = models.URLField(max_length=1000, blank=True)
    # Stands in place of the article's.
    image = models.ForeignKey(
        Image, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    image_alt = models.CharField("description of the picture", max_length=300, blank=True)
    # In a weekly mail: the day of the mail that brought it first to its other readers.
    ran_on = models.DateField(null=True, blank=True)
    # Drawn without a picture, whatever there is.
    no_image = models.BooleanField("no picture", default=False)

    class Meta:
        abstract = True

    @property
    def content(self) -> dict[str, Any]:
        """What another item needs to say the same, by field."""
        return {field.name: getattr(self, field.name) for field in ItemContent._meta.local_fields}

    def __str__(self) -> str:
        return self.headline or (self.article.title if self.article else "text")


class Item(ItemContent):
    """One story or text block of a digest."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField(default=0, db_index=True)
    # An editor put, moved, rewrote or pinned it: the rules leave it alone.
    is_kept = models.BooleanField(default=False)
    # Since when it stands in the mail; a story that changed later is to be looked at again.
    added_at = models.DateTimeField(auto_now_add=True)
    # Why the rules chose it, for staff ("The newest with a picture").
    reason = models.CharField(max_length=200, blank=True)
    # Made by the page for an item that is new there: saved twice, it is still one.
    key = models.CharField(max_length=36, blank=True)

    class Meta:
        ordering = ["position", "id"]


class TakenOut(ItemContent):
    """An item that an editor took out: it may be put back, and no rule chooses its story again."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="taken_out")
    # It runs in the newsletter's next digest, which is the one named once it stands there.
    for_tomorrow = models.BooleanField(default=False)
    placed_in = models.ForeignKey(Digest, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
