"""What production needs before it may start: system checks with ids, listed in docs/settings.md.

Defaults are safe only in DEBUG: there only an email service without its key is refused.
"""

from collections.abc import Iterable, Iterator, Sequence
from importlib.util import find_spec
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static

from subscribers.mailing.providers import PROVIDERS
from subscribers.staff import webhook

# A shorter key could be guessed.
LONG_ENOUGH = 50
# Providers that are not an email service with an account.
OWN = {"outbox", "smtp"}


@register("settings")
def check_settings(
    app_configs: Sequence[AppConfig] | None = None, **_: Any
) -> Sequence[CheckMessage]:
    """Errors for settings that production cannot do without; in DEBUG only for missing accounts."""
    if settings.DEBUG:
        return [*_accounts()]
    return [*_keys(), *_addresses(), *_providers(), *_accounts(), *_staff_webhook()]


# Whoever guesses it can end what any reader gets.
SHORTEST_PAIR = 24


def refuse() -> None:
    """Raise ImproperlyConfigured, in one line, when a check of settings fails.

    Management commands run system checks by themselves; web and worker processes call this.
    """
    problems = check_settings()
    if problems:
        raise ImproperlyConfigured(" ".join(f"{each.msg} ({each.id})" for each in problems))


def refuse_uncollected() -> None:
    """Raise ImproperlyConfigured when no page could be drawn for want of its style sheets."""
    try:
        static("css/site.css")
    except ValueError as error:
        raise ImproperlyConfigured(
            "STATIC_ROOT holds no style sheets. Run manage.py collectstatic --no-input first."
        ) from error


def _keys() -> Iterator[CheckMessage]:
    if len(secret_key()) < LONG_ENOUGH:
        yield Error(
            f"SECRET_KEY is {_fault(secret_key())}. Give 50 or more random characters.",
            id="config.E001",
        )
    if len(settings.HASH_KEY) < LONG_ENOUGH:
        yield Error(
            f"HASH_KEY is {_fault(settings.HASH_KEY)}. Give 50 or more random characters and never "
            "change them: suppressed addresses are found by it.",
            id="config.E002",
        )


def _addresses() -> Iterator[CheckMessage]:
    if not settings.SITE_URL.startswith("https://") or settings.SITE_URL.endswith(".invalid"):
        yield Error(
            "SITE_URL must be this site's address over https, such as https://news.example.org.",
            id="config.E003",
        )
    if not settings.REDIS_URL:
        yield Error(
            "REDIS_URL is missing. Give redis://user:password@host:6379/0, rediss:// or unix://.",
            id="config.E004",
        )
    if not settings.POSTAL_ADDRESS:
        yield Error(
            "POSTAL_ADDRESS is missing. Give the publisher's street address in one line: "
            "the law asks for it in every mail.",
            id="config.E005",
        )


def _providers() -> Iterator[CheckMessage]:
    if "outbox" in settings.EMAIL_PROVIDERS:
        yield Error(
            "EMAIL_PROVIDERS names outbox, which keeps mail here and sends none. "
            "Give smtp or an email service.",
            id="config.E006",
        )
    if "smtp" in settings.EMAIL_PROVIDERS and not settings.EMAIL_URL:
        yield Error(
            "EMAIL_URL is missing. EMAIL_PROVIDERS names smtp: give "
            "smtp://, smtp+tls:// or smtp+ssl:// with user:password@host:port.",
            id="config.E007",
        )
    if _services() and len(settings.WEBHOOK_SECRET) < SHORTEST_PAIR:
        yield Error(
            "WEBHOOK_SECRET is missing or too short. Give name:password, both random, of "
            f"{SHORTEST_PAIR} or more characters together; the email service signs its reports "
            "with them.",
            id="config.E008",
        )


def _accounts() -> Iterator[CheckMessage]:
    for name in _services():
        missing = [key for key in PROVIDERS[name].keys if not settings.ANYMAIL.get(key)]
        if missing:
            yield Error(
                f"{_and(f'ANYMAIL_{key}' for key in missing)} missing. EMAIL_PROVIDERS names "
                f"{name}: give what its account needs.",
                id="config.E009",
            )
        if name == "amazon_ses" and find_spec("boto3") is None:
            yield Error(
                "boto3 is not installed. EMAIL_PROVIDERS names amazon_ses, which needs it: "
                "pip install boto3.",
                id="config.E010",
            )


def _staff_webhook() -> Iterator[CheckMessage]:
    secret = settings.STAFF_WEBHOOK_SECRET
    if not secret:
        return
    if not settings.STAFF_WEBHOOK_URL:
        yield Error(
            "STAFF_WEBHOOK_URL is missing. STAFF_WEBHOOK_SECRET is set: give the address that is "
            "called, or unset both.",
            id="config.E011",
        )
    if len(secret) < SHORTEST_PAIR:
        yield Error(
            f"STAFF_WEBHOOK_SECRET is too short. Give {SHORTEST_PAIR} or more random characters, "
            "the same that the receiver checks signatures with.",
            id="config.E012",
        )
    elif webhook.is_broken(secret=secret):
        yield Error(
            'STAFF_WEBHOOK_SECRET is not base64 after "whsec_". Copy it anew from the receiver, or '
            'give words that do not begin with "whsec_".',
            id="config.E013",
        )


def _and(names: Iterable[str]) -> str:
    listed = list(names)
    return f"{' and '.join(listed)} {'are' if len(listed) > 1 else 'is'}"


def _services() -> list[str]:
    return [name for name in settings.EMAIL_PROVIDERS if name not in OWN]


def _fault(key: str) -> str:
    return "too short" if key else "missing"


def secret_key() -> str:
    """SECRET_KEY, empty where it is missing."""
    try:
        return settings.SECRET_KEY
    except ImproperlyConfigured:
        # Django itself refuses an empty one, without the name of our setting.
        return ""
