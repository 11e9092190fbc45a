"""Where the demo may be loaded: nowhere that mail could reach a stranger."""

from urllib.parse import urlsplit

from django.conf import settings

from subscribers import loopback


class DemoRefused(Exception):
    """This installation sends real mail; its text is a sentence for whoever started the demo."""


def allowed() -> bool:
    """Whether all mail stays on this machine: the outbox, or an SMTP server on loopback."""
    host = urlsplit(settings.EMAIL_URL).hostname
    return all(
        provider == "outbox" or (provider == "smtp" and host in loopback.HOSTS)
        for provider in settings.EMAIL_PROVIDERS
    )


def check() -> None:
    """Raise DemoRefused unless mail stays on this machine."""
    if not allowed():
        raise DemoRefused(
            "The demo has invented readers, so it only loads where no mail can leave this "
            "machine. Set EMAIL_PROVIDERS=outbox (or smtp with EMAIL_URL on 127.0.0.1) to try it."
        )
