"""The staff account. Readers have none: they have links in their mail."""

from django.contrib.auth.models import AbstractUser


class StaffUser(AbstractUser):
    """Somebody who works at the desk, in the admin.

    A model of our own from the first migration on, because Django cannot change
    `AUTH_USER_MODEL` later.
    """

    class Meta(AbstractUser.Meta):
        verbose_name = "staff account"
        verbose_name_plural = "staff accounts"
