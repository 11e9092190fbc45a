"""What is in a digest, and how it goes out."""

from django.apps import AppConfig


class NewsletterApp(AppConfig):
    name = "newsletter"
    verbose_name = "Newsletters"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from newsletter import checks, extensions
        from newsletter.scheduling import stirring

        checks.install()
        extensions.install()
        stirring.install()
