"""One line of a file as a reader: what cannot be mailed is refused, what is odd is left out."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from subscribers import identity
from subscribers.addresses import Address, AddressError, parse
from subscribers.choosing import rhythm
from subscribers.models import Subscription
from subscribers.transfer.armour import plain
from subscribers.transfer.lines import Line
from subscribers.transfer.report import Kind

LONGEST_NAME = 80
LONGEST_ADDRESS = 254
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,2}")
_OF_DAYS = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_OLDEST = datetime(1970, 1, 1, tzinfo=UTC)
# Words of our own export (elsewhere a column "state" may hold Utah), and of other services.
_OURS = {"active", "pending", "ended"}
_GETS_IT = {"", "active", "subscribed", "confirmed", "enabled"}
_NOT_SO_OFTEN = "The newsletter does not come as often as the file says; it will each time."
_NO_FREQUENCY = "How often is not every_day, weekdays_only or once_a_week; left out."
# A local part that the whole parser would pass as it is, and a domain that it passed before.
_USUAL = re.compile(r"[A-Za-z0-9_+-]{1,32}(\.[A-Za-z0-9_+-]{1,31})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Row:
    """A reader as the file has him. `notes` say what of it is left out, for people."""

    number: int
    # Of `identity`: what a reader's row holds of the address.
    identity: Mapping[str, str]
    name: str
    language: str
    time_zone: str
    signed_up: datetime | None
    paused_until: datetime | None
    frequency: str
    own_time: time | None
    notes: tuple[str, ...]

    @property
    def key(self) -> str:
        """What makes two spellings one person."""
        return self.identity["address_key"]


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that becomes no reader, with the reason for people; it never holds the address."""

    number: int
    kind: Kind
    reason: str


def read(
    line: Line,
    *,
    places: Mapping[str, int],
    slug: str,
    frequencies: Collection[str],
    now: datetime,
) -> Row | Refused:
    """The reader of one line for the newsletter `slug`, which comes as often as `frequencies` say.

    Nothing here asks the database.
    """
    if line.trouble:
        return Refused(line.number, Kind.UNREADABLE, line.trouble)
    cells = {
        column: plain(line.cells[place].strip()).strip()
        for column, place in places.items()
        if place < len(line.cells)
    }
    refused = _not_meant(line.number, cells, slug)
    if refused:
        return refused
    try:
        address = _address(cells.get("address", ""))
    except AddressError as error:
        return Refused(line.number, Kind.BAD_ADDRESS, str(error))
    return _row(line.number, address, cells, frequencies, now)


def _not_meant(number: int, cells: Mapping[str, str], slug: str) -> Refused | None:
    """What a file that knows more than addresses says of itself, as our own exports do."""
    if cells.get("newsletter", slug) not in {"", slug}:
        return Refused(number, Kind.ELSEWHERE, "This line is about another newsletter.")
    state = cells.get("state", "").lower()
    ours = state in _OURS and (state != "active" or cells.get("reason"))
    if ours or cells.get("status", "").lower() not in _GETS_IT:
        return Refused(number, Kind.SAYS_NO, "The file says that this reader does not get it.")
    return None


def _address(typed: str) -> Address:
    local, at, domain = typed.rpartition("@")
    if at and _USUAL.fullmatch(local) and (ascii_domain := _domain(domain)):
        mailable = f"{local}@{ascii_domain}"
        return Address(mailable=mailable, key=mailable.lower())
    if not typed:
        raise AddressError("There is no address in this line.")
    if not typed.isprintable():
        raise AddressError("There are characters in it that no address has.")
    if len(typed) > LONGEST_ADDRESS:
        raise AddressError(f"An address has at most {LONGEST_ADDRESS} characters.")
    return parse(typed)


@lru_cache(maxsize=4096)
def _domain(typed: str) -> str:
    """How the parser writes this domain; "" where it is for the parser to say what is wrong.

    Most readers share a few domains, and looking at one is most of the work of an address.
    """
    try:
        address = parse(f"a@{typed}")
    except AddressError:
        return ""
    # Short enough for every local part of `_USUAL`.
    return address.mailable[2:] if len(address.mailable) < 180 else ""


def _row(
    number: int,
    address: Address,
    cells: Mapping[str, str],
    frequencies: Collection[str],
    now: datetime,
) -> Row:
    notes: list[str] = []
    whole = " ".join(filter(None, (cells.get("first_name"), cells.get("last_name"))))
    name = _name(cells.get("name") or whole, notes)
    language = _language(cells.get("language", ""), notes)
    zone = _zone(cells.get("time_zone", ""), notes)
    signed_up = _moment(cells.get("signed_up", ""))
    if cells.get("signed_up") and (signed_up is None or not _OLDEST <= signed_up <= now):
        notes.append("The date of signing up is not a past day such as 2025-01-31; left out.")
        signed_up = None
    paused_until = _moment(cells.get("paused_until", ""))
    return Row(
        number=number,
        identity=identity.columns(address),
        name=name,
        language=language,
        time_zone=zone,
        signed_up=signed_up,
        paused_until=paused_until if paused_until and paused_until > now else None,
        frequency=_frequency(cells.get("frequency", ""), frequencies, notes),
        own_time=_own_time(cells.get("own_time", ""), notes),
        notes=tuple(notes),
    )


def _name(typed: str, notes: list[str]) -> str:
    if not typed:
        return ""
    name = " ".join(typed.split())
    if len(name) > LONGEST_NAME:
        notes.append(f"The name is longer than {LONGEST_NAME} characters; left out.")
        return ""
    if not name.isprintable():
        notes.append("There are characters in the name that no name has; left out.")
        return ""
    return name


def _language(typed: str, notes: list[str]) -> str:
    if not typed or (_LANGUAGE.fullmatch(typed) and len(typed) <= 12):
        return typed.replace("_", "-").lower()
    notes.append("The language is not a code such as en or pt-br; left out.")
    return ""


def _zone(typed: str, notes: list[str]) -> str:
    if not typed or _is_zone(typed):
        return typed
    notes.append("The time zone is not a name such as Europe/London; left out.")
    return ""


def _frequency(typed: str, offered: Collection[str], notes: list[str]) -> str:
    chosen = typed.lower() or Subscription.Frequency.EVERY_DAY.value
    if chosen in offered:
        return chosen
    # Whoever came with a wish that brings no mails here would get none.
    known = chosen in Subscription.Frequency.values
    notes.append(_NOT_SO_OFTEN if known else _NO_FREQUENCY)
    return Subscription.Frequency.EVERY_DAY.value


def _own_time(typed: str, notes: list[str]) -> time | None:
    try:
        return rhythm.read_time(typed)
    except rhythm.NotAHalfHour:
        notes.append("The time of day is not a full or half hour such as 07:30; left out.")
        return None


@lru_cache(maxsize=1024)
def _is_zone(name: str) -> bool:
    try:
        return len(name) <= 64 and bool(ZoneInfo(name))
    except (ValueError, OSError, KeyError):
        return False


@lru_cache(maxsize=1024)
def _moment(typed: str) -> datetime | None:
    """2025-01-31, with or without a time, or 31.1.2025; without a zone it is UTC."""
    if not typed:
        return None
    german = _OF_DAYS.fullmatch(typed)
    try:
        if german:
            day, month, year = map(int, german.groups())
            return datetime.combine(date(year, month, day), time(), UTC)
        found = datetime.fromisoformat(typed)
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
