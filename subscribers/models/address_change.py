"""A change of address that was asked for, until it is confirmed at the new address."""

from django.db import models

from subscribers.models.subscriber import Subscriber


class AddressChange(models.Model):
    """Written by `subscribers.account.address_changes` only; holds addresses as long as needed."""

    subscriber = models.ForeignKey(
        Subscriber, on_delete=models.CASCADE, related_name="address_changes"
    )
    # As it will be mailed; emptied once it is confirmed, has expired or is called off.
    new_address = models.CharField(max_length=254, blank=True)
    # Keyed hash, by which the mails to one address are counted whoever asks for them.
    new_hash = models.CharField(max_length=32)
    # From the change until the notice to it has gone.
    old_address = models.CharField(max_length=254, blank=True)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["new_hash", "created_at"], name="change_to_address"),
            # The few rows that an address is still to be taken out of.
            models.Index(
                fields=["created_at"],
                condition=~models.Q(new_address="", old_address=""),
                name="change_with_address",
            ),
        ]

    def __str__(self) -> str:
        return f"change of address {self.pk} of {self.subscriber_id}"
