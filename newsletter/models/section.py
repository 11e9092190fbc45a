"""Sections and items: what stands where in a digest."""

from django.db import models

from newsletter.models.article import Article
from newsletter.models.digest import Digest
from newsletter.models.image import Image


class Section(models.Model):
    """A named place in a digest. Which ones a layout has is said in `digests.layouts`."""

    class Style(models.TextChoices):
        LEAD = "lead", "lead story with picture"
        STORIES = "stories", "stories"
        BRIEF = "brief", "in brief"
        NUMBER = "number", "a number"
        PICTURE = "picture", "a picture"
        TEXT = "text", "a few words"
        QUOTE = "quote", "a quotation"
        SPONSOR = "sponsor", "sponsor"

    digest = models.ForeignKey(Digest, on_delete=models.CASCADE, related_name="sections")
    # The layout's name for it ("lead", "more", "brief"); one of each in a digest.
    key = models.SlugField(max_length=20)
    style = models.CharField(max_length=10, choices=Style)
    heading = models.CharField(max_length=80, blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["digest", "key"], name="one_section_per_key"),
        ]

    def __str__(self) -> str:
        return self.heading or self.get_style_display()


class Item(models.Model):
    """One story or text block. What is empty here is taken from its article."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="items")
    article = models.ForeignKey(
        Article, on_delete=models.PROTECT, null=True, blank=True, related_name="items"
    )
    position = models.PositiveSmallIntegerField(default=0, db_index=True)
    kicker = models.CharField(max_length=20, blank=True)
    headline = models.CharField(max_length=300, blank=True)
    blurb = models.TextField(blank=True)
    # The big figure of a "number" section ("41 %").
    figure = models.CharField(max_length=8, blank=True)
    # Where it links to when there is no article (a sponsor).
    link = models.URLField(max_length=1000, blank=True)
    image = models.ForeignKey(
        Image, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    image_alt = models.CharField("description of the picture", max_length=300, blank=True)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.headline or (self.article.title if self.article else "text")
