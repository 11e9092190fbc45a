"""The sign-up form: reads what was typed, says beside each field what is missing."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from subscribers.abuse import form_time
from subscribers.addresses import Address, AddressError, meant, parse
from subscribers.models import Newsletter

TICK_ONE = _("Tick at least one newsletter.")

# What is shown again of a value that is no address anyway.
_MOST_SHOWN = 254
_PATH = re.compile(r"/(?:[a-z0-9_-]+/)*", re.ASCII)


@dataclass(frozen=True, slots=True)
class SignUpForm:
    """What somebody sent. It is good when `address` is there and `chosen` is not empty.

    `is_by_hand`: filled in at a human pace, with the field left empty that only robots see.
    """

    typed: str
    slugs: tuple[str, ...]
    path: str
    chosen: tuple[Newsletter, ...]
    address: Address | None
    email_error: str
    # What was probably meant instead of an address that is good; "" for nothing.
    meant: str
    newsletters_error: str
    is_by_hand: bool


def read_sign_up(
    *, data: QueryDict, newsletters: Iterable[Newsletter], now: datetime
) -> SignUpForm:
    """The form out of posted `data`: `email`, `newsletters` repeated (slugs), `page`.

    `website` and `form_time` are what `{% form_proof %}` puts beside them.
    Slugs we do not know are passed over. They are compared here and not in the database, which
    would choke on a null byte.
    """
    typed = data.get("email", "")
    slugs = frozenset(data.getlist("newsletters"))
    chosen = tuple(newsletter for newsletter in newsletters if newsletter.slug in slugs)
    address, error = _address(typed)
    return SignUpForm(
        typed="".join(sign for sign in typed if sign.isprintable())[:_MOST_SHOWN],
        slugs=tuple(newsletter.slug for newsletter in chosen),
        path=_own_path(data.get("page", "")),
        chosen=chosen,
        address=address,
        email_error=error,
        meant="" if error else meant(typed),
        newsletters_error="" if chosen else str(TICK_ONE),
        is_by_hand=not data.get("website")
        and form_time.is_good(given=data.get("form_time", ""), now=now),
    )


def page_in_words(path: str) -> str:
    """ "daymark.example/articles/harbour" for the mail's "you signed up at ..."."""
    host = settings.SITE_URL.partition("://")[2]
    return f"{host}{path}".rstrip("/")


def _own_path(path: str) -> str:
    """`path` if it is written as our own are, else "/".

    It is shown to the owner of the address, who need not be the one who sent it.
    """
    return path if len(path) <= 120 and _PATH.fullmatch(path) else "/"


def _address(typed: str) -> tuple[Address | None, str]:
    try:
        return parse(typed), ""
    except AddressError as error:
        return None, str(error)
