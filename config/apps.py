"""The app that holds the staff account, `up` and the checks of settings."""

from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class ConfigApp(AppConfig):
    name = "config"
    verbose_name = "People"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from config import checks, last_words  # noqa: F401  (registers them)

        last_words.mask()
        _make_folder()
        if settings.SENTRY_DSN:
            _tell_sentry()


def _tell_sentry() -> None:
    # Some megabytes that nobody pays without it.
    from config import sentry

    sentry.start(
        dsn=settings.SENTRY_DSN,
        environment=settings.SENTRY_ENVIRONMENT,
        release=settings.SENTRY_RELEASE,
    )


def _make_folder() -> None:
    """The database and the pictures are made in VAR_DIR by whichever command comes first."""
    try:
        settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(
            f"VAR_DIR is {settings.VAR_DIR}, which cannot be written ({error.strerror})."
        ) from error
