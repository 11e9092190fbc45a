"""A revision: a digest's rendered words, frozen."""

from django.conf import settings
from django.db import models

from newsletter.models.digest import Digest


class Revision(models.Model):
    """What every reader gets but for `@@placeholders@@`; written once, never changed.

    The web page of a digest is drawn from it too, without any reader's links.
    """

    digest = models.ForeignKey(Digest, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveSmallIntegerField()
    subject = models.CharField(max_length=150)
    preheader = models.CharField(max_length=150, blank=True)
    html = models.TextField()
    text = models.TextField()
    # Header name -> value, the same for all but for placeholders.
    headers = models.JSONField()
    from_name = models.CharField(max_length=80)
    from_address = models.EmailField()
    reply_to = models.EmailField(blank=True)
    # Fragments that only some readers get ("promo_html", "promo_text"), by placeholder.
    fragments = models.JSONField(default=dict)
    # What the page of the digest shows: the template context as plain data.
    page = models.JSONField(default=dict)
    # Where its counted links lead, by number: {"url", "label"}. A click is looked up here, so that
    # nobody can make this site lead elsewhere.
    links = models.JSONField(default=list)
    # SHA-256 of all that a reader may see of it: see `rendering.message`.
    digest_hash = models.CharField(max_length=64)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["digest", "number"], name="one_revision_per_number"),
        ]

    def __str__(self) -> str:
        return f"{self.digest} revision {self.number}"
