"""The lines of a CSV file as cells: any of the usual encodings, and whatever else is in the file.

Nothing here holds more than a few lines, and a line that cannot be read takes no other with it.
"""

import csv
import io
from collections import deque
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import BinaryIO

LONGEST = 10_000
# A quoted cell may go on over lines; one that never ends must not swallow the file.
_MOST_LINES = 20
_HEAD = 8_192
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f"))
_OTHER_FILES = {
    b"PK\x03\x04": "This is an Excel workbook. Save it as CSV (UTF-8) first.",
    b"\xd0\xcf\x11\xe0": "This is an Excel workbook. Save it as CSV (UTF-8) first.",
    b"%PDF": "This is a PDF. A CSV file is needed.",
    b"\xff\xfe": "This file is saved as UTF-16. Save it as CSV (UTF-8) first.",
    b"\xfe\xff": "This file is saved as UTF-16. Save it as CSV (UTF-8) first.",
}

# The number of a line, counted from 1, and what it says.
Text = tuple[int, str | None]

EMPTY = "The file is empty."
NOT_TEXT = "This is not a CSV file: it holds bytes that no text has."
TOO_LONG = "The line is too long."
OPEN_QUOTE = "A quotation mark opens here and does not close."


class Unreadable(ValueError):
    """The file as a whole cannot be imported; its text is a sentence for whoever gave it."""


@dataclass(frozen=True, slots=True)
class Line:
    """`number` counts from 1 as editors do. With `trouble` there are no cells."""

    number: int
    cells: list[str]
    trouble: str = ""


def text_lines(file: BinaryIO) -> Generator[Text]:
    """(number, text) of each line, without its end; None where it is too long for any reader.

    To be closed before the file is. Raises Unreadable, at the first line, for what is no text.
    """
    _look_at(file)
    # latin-1 keeps each byte as it is; what it says is found out line by line.
    reader = io.TextIOWrapper(file, encoding="latin-1", newline=None)
    try:
        number = 0
        while part := reader.readline(LONGEST + 1):
            number += 1
            if len(part) > LONGEST and not part.endswith("\n"):
                while (part := reader.readline(LONGEST)) and not part.endswith("\n"):
                    pass
                yield number, None
                continue
            yield number, part.rstrip("\n") if part.isascii() else _decoded(part.rstrip("\n"))
    finally:
        # Whoever opened the file closes it.
        reader.detach()


def records(lines: Iterator[Text], *, delimiter: str) -> Iterator[Line]:
    """Cells of each line that holds something."""
    again: deque[Text] = deque()
    while True:
        one = again.popleft() if again else next(lines, None)
        if one is None:
            return
        number, text = one
        if text is None:
            yield Line(number, [], TOO_LONG)
        elif '"' in text:
            yield _quoted(number, text, lines, again, delimiter)
        elif text.strip():
            yield Line(number, text.split(delimiter))


def _quoted(
    number: int,
    text: str,
    lines: Iterator[Text],
    again: deque[Text],
    delimiter: str,
) -> Line:
    """A record that may go on in the next lines; those are read again when it does not end."""
    taken: list[Text] = []
    while not _is_whole(text, delimiter):
        following = again.popleft() if again else next(lines, None)
        if following is not None:
            taken.append(following)
        more = following[1] if following else None
        if more is None or len(taken) == _MOST_LINES or len(text) + len(more) > LONGEST:
            again.extendleft(reversed(taken))
            return Line(number, [], OPEN_QUOTE)
        text = f"{text}\n{more}"
    return Line(number, next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)))


def _is_whole(text: str, delimiter: str) -> bool:
    try:
        list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        # Other slips, such as a quotation mark in the middle, are read as best as can be.
        return "unexpected end" not in str(error)
    return True


def _look_at(file: BinaryIO) -> None:
    head = file.read(_HEAD)
    file.seek(0)
    if not head.strip():
        raise Unreadable(EMPTY)
    for begins, sentence in _OTHER_FILES.items():
        if head.startswith(begins):
            raise Unreadable(sentence)
    # A few are for the lines that they stand in.
    if len(head) - len(head.translate(None, _CONTROLS)) > len(head) // 20:
        raise Unreadable(NOT_TEXT)


def _decoded(text: str) -> str:
    raw = text.encode("latin-1")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What Windows calls ANSI; the five bytes that it leaves out are control characters.
        return raw.decode("cp1252", errors="replace")
