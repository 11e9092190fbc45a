"""What the checks look at, read once: rows, and the mail as it would be sent."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch
from django.urls import reverse

from newsletter.models import Digest, Item, Revision, Section
from newsletter.rendering import message
from newsletter.rendering.mjml import MjmlError
from newsletter.rendering.placeholders import RenderError


@dataclass(frozen=True, slots=True)
class Material:
    """`drawn` is the revision that an approval would freeze; None: `fault` says why not."""

    digest: Digest
    sections: list[Section]
    drawn: Revision | None
    fault: str
    now: datetime

    @property
    def items(self) -> list[Item]:
        """All items, in the order of the mail."""
        return [item for section in self.sections for item in section.items.all()]

    def field(self, name: str) -> str:
        """Where a field of the mail is written."""
        return f"{self.page}#id_{name}"

    def item(self, item: Item) -> str:
        """Where an item is written."""
        return f"{self.page}#item-{item.pk}"

    @property
    def page(self) -> str:
        """The page of the mail at the desk."""
        return reverse("admin:newsletter_digest_change", args=[self.digest.pk])

    @property
    def newsletter_page(self) -> str:
        """The page of its newsletter at the desk."""
        return reverse("admin:subscribers_newsletter_change", args=[self.digest.newsletter_id])


def gather(*, digest: Digest, now: datetime) -> Material:
    """A fixed number of statements, however many items there are."""
    items = Item.objects.select_related("article__hero", "image").defer("article__body")
    sections = digest.sections.select_related("plan").prefetch_related(Prefetch("items", items))
    drawn, fault = None, ""
    try:
        drawn = message.preview(digest=digest, now=now)
    except (MjmlError, RenderError) as error:
        fault = str(error)
    return Material(digest=digest, sections=list(sections), drawn=drawn, fault=fault, now=now)
