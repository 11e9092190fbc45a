"""Whether this installation may hold the demo, and loading it into an empty database."""

from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings

from subscribers.models import Newsletter

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def allowed() -> bool:
    """Whether nothing that is sent leaves this machine: the demo never mails strangers."""
    for provider in settings.EMAIL_PROVIDERS:
        host = urlsplit(settings.EMAIL_URL).hostname
        if provider != "outbox" and not (provider == "smtp" and host in LOOPBACK):
            return False
    return True


def wanted() -> bool:
    """Whether the database has no newsletter yet and the demo may be loaded."""
    return allowed() and not Newsletter.objects.exists()


def load(*, now: datetime) -> None:
    """Load the demo."""
    from newsletter import demo  # noqa: PLC0415  (draws pictures: only when wanted)

    demo.load(now=now)
