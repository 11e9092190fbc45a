"""Who gets what, with what proof."""

from django.apps import AppConfig


class SubscribersApp(AppConfig):
    name = "subscribers"
    verbose_name = "Readers"
    default_auto_field = "django.db.models.BigAutoField"
