"""The languages that our pages and mails about an account can be read in.

The one of the settings, and each that has a catalogue in LOCALE_PATHS. A newsletter has its own.
"""

from pathlib import Path

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.utils.translation import get_language

from subscribers.models import Subscriber


def known() -> list[tuple[str, str]]:
    """Their codes, each with its name in itself ("de", "Deutsch")."""
    found = {
        catalogue.parent.parent.name.replace("_", "-").lower()
        for path in settings.LOCALE_PATHS
        for catalogue in Path(path).glob("*/LC_MESSAGES/django.mo")
    }
    return [(code, _name(code)) for code in sorted({settings.LANGUAGE_CODE, *found})]


def of_reader(subscriber: Subscriber | None) -> str:
    """The language that a reader chose, if it is known still; else the one in force."""
    chosen = subscriber.language if subscriber else ""
    return chosen if chosen in dict(known()) else get_language() or settings.LANGUAGE_CODE


def _name(code: str) -> str:
    return str(LANG_INFO.get(code, {}).get("name_local", code))
