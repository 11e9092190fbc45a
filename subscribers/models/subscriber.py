"""A subscriber: a person with an address."""

from django.db import models


class Subscriber(models.Model):
    """One row per normalised address.

    Erasure empties the row and keeps it, so that counts stay true and old links resolve.
    """

    # As typed, for showing and mailing; null once erased.
    address = models.CharField(max_length=254, null=True)
    # Normalised (`addresses.normalise`), what makes two spellings one person.
    address_key = models.CharField(max_length=254, null=True, unique=True)
    # Keyed hash of `address_key`, what suppressions are matched by; empty once erased.
    address_hash = models.CharField(max_length=32, blank=True, db_index=True)
    name = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(db_index=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "reader"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.address or f"erased reader {self.pk}"
