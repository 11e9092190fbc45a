"""The first line of a CSV file: how cells are parted, and which column holds what."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from subscribers.transfer.lines import Text, Unreadable

DELIMITERS = (",", ";", "\t")
# What people and programs call it, without spaces and signs, in lower case.
_NAMES = {
    "address": {
        *("address", "email", "mail", "emailaddress", "mailaddress", "subscriberemail"),
        *("useremail", "eadres", "emailadresse", "correo", "courriel"),
    },
    "name": {"name", "fullname", "displayname", "subscribername", "readername"},
    "first_name": {"firstname", "fname", "givenname", "forename"},
    "last_name": {"lastname", "lname", "surname", "familyname"},
    "language": {"language", "lang", "locale", "preferredlanguage"},
    "time_zone": {"timezone", "tz", "zone"},
    "signed_up": {
        *("signedup", "signedupdate", "signedupat", "signedupon", "signup", "signupdate"),
        *("signuptime", "created", "createdat", "createddate", "creationdate", "date", "joined"),
        *("joinedat", "joindate", "subscribed", "subscribedat", "subscribedon", "optintime"),
        *("confirmedat", "confirmtime", "dateadded", "since"),
    },
    "newsletter": {"newsletter"},
    "state": {"state"},
    "status": {"status"},
    "reason": {"reason"},
    "paused_until": {"pauseduntil"},
    "frequency": {"frequency"},
    "own_time": {"owntime"},
}
COLUMNS = {name: column for column, names in _NAMES.items() for name in names}

NO_HEADER = (
    "The first line must name the columns, such as: address,name. This one holds an address."
)


@dataclass(frozen=True, slots=True)
class Header:
    """`places`: column -> where it stands in a line. `unread`: columns that mean nothing to us."""

    delimiter: str
    places: dict[str, int]
    unread: tuple[str, ...]


def read(lines: Iterator[Text]) -> Header:
    """Take the first line that holds something; raises Unreadable."""
    text = next((text for _, text in lines if text is None or text.strip("\ufeff \t,;")), "")
    if text is None:
        raise Unreadable("The first line is too long to be the names of columns.")
    if not text:
        raise Unreadable("There is nothing in this file.")
    if "@" in text:
        raise Unreadable(NO_HEADER)
    delimiter = max(DELIMITERS, key=lambda one: (_known(_cells(text, one)), text.count(one)))
    return _header(_cells(text, delimiter), delimiter)


def _header(cells: Sequence[str], delimiter: str) -> Header:
    places: dict[str, int] = {}
    unread = []
    for place, cell in enumerate(cells):
        column = COLUMNS.get(_simple(cell))
        if column is None:
            unread.append(_shown(cell))
        elif column not in places:
            places[column] = place
        elif column == "address":
            raise Unreadable("Two columns are called address. Leave one of them out.")
    if "address" not in places:
        found = ", ".join(_shown(cell) for cell in cells[:8])
        raise Unreadable(
            f'No column holds the addresses. Call it "address" or "email". Found: {found}.'
        )
    return Header(delimiter, places, tuple(name for name in unread if name))


def _cells(text: str, delimiter: str) -> list[str]:
    return next(csv.reader([text.lstrip("\ufeff")], delimiter=delimiter), [])


def _known(cells: Sequence[str]) -> int:
    return sum(_simple(cell) in COLUMNS for cell in cells)


def _simple(cell: str) -> str:
    return re.sub(r"[\W_]", "", cell).lower()


def _shown(cell: str) -> str:
    """A name from a file, fit for a sentence."""
    clean = " ".join("".join(char if char.isprintable() else " " for char in cell).split())
    return clean if len(clean) <= 40 else f"{clean[:40]}..."
