"""A subscriber: a person with an address."""

from django.db import models

from subscribers.models.newsletter import validate_time_zone


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
    # Part of `address_key` behind the @, what suppressed domains are matched by.
    domain = models.CharField(max_length=254, blank=True)
    name = models.CharField(max_length=80, blank=True)
    # Chosen on the preference page; empty: the newsletter's own.
    language = models.CharField(max_length=12, blank=True)
    time_zone = models.CharField(max_length=64, blank=True, validators=[validate_time_zone])
    created_at = models.DateTimeField(db_index=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "reader"
        ordering = ["-created_at"]
        indexes = [
            # Those erased lately: what was on its way then is emptied too.
            models.Index(
                fields=["erased_at"],
                condition=models.Q(erased_at__isnull=False),
                name="subscriber_erased",
            ),
        ]
        permissions = [
            ("import_subscriber", "Can import readers"),
            ("export_subscriber", "Can export readers"),
            ("erase_subscriber", "Can erase readers"),
        ]

    def __str__(self) -> str:
        return self.address or f"erased reader {self.pk}"
