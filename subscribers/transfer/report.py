"""What became of the lines of a file: counts, and the reasons of the first thousand."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

LISTED = 1_000


class Kind(StrEnum):
    """What becomes of a line; each line is one of these. The texts stand behind a number."""

    IMPORTED = "new to the newsletter"
    ALREADY = "getting it already"
    WAITS = "waiting for confirmation"
    LEFT = "left earlier"
    LEFT_ALL = "left everything earlier"
    COMPLAINED = "reported a mail as spam"
    BOUNCED = "without a mailbox any more"
    BLOCKED = "blocked"
    ERASED = "asked to be forgotten"
    MOVED = "moved to another address"
    SAYS_NO = "not getting it, says the file"
    ELSEWHERE = "about another newsletter"
    DUPLICATE = "twice in the file"
    BAD_ADDRESS = "without a good address"
    UNREADABLE = "not readable"


# The sentence for one line; of the others the reason is made where it is found.
SENTENCES = {
    Kind.WAITS: "Asked for it and waits for confirmation: the button in the mail is still missing.",
    Kind.LEFT: "Left earlier. Only the reader can come back.",
    Kind.LEFT_ALL: (
        "Left all that they had here, and the file does not say that they signed up since. "
        "Only the reader can come back."
    ),
    Kind.COMPLAINED: "Reported a mail as spam earlier.",
    Kind.BOUNCED: "The mailbox did not exist earlier.",
    Kind.BLOCKED: "Blocked by staff.",
    Kind.ERASED: "Asked to be forgotten earlier.",
    Kind.MOVED: "Gets the mail at another address by now, or did.",
}


@dataclass(slots=True)
class Report:
    """Counts by kind, remarks as (line, sentence), and how many more there would be."""

    lines: int = 0
    counts: Counter[Kind] = field(default_factory=Counter)
    remarks: list[tuple[int, str]] = field(default_factory=list)
    unlisted: Counter[str] = field(default_factory=Counter)
    # Lines of which something was left out, such as a time zone that does not exist.
    noted: int = 0
    # Columns that mean nothing to us.
    unread: tuple[str, ...] = ()

    @property
    def imported(self) -> int:
        """Readers who are new to the newsletter."""
        return self.counts[Kind.IMPORTED]

    def add(self, kind: Kind, *, line: int, reason: str = "") -> None:
        """Count a line and keep the reason, if there is one to give."""
        self.lines += 1
        self.counts[kind] += 1
        if reason:
            self._remark(line, reason, str(kind))

    def note(self, line: int, notes: tuple[str, ...]) -> None:
        """Keep what was left out of a line that is imported."""
        self.noted += 1
        for one in notes:
            self._remark(line, one, one)

    def overtaken(self, how_many: int) -> None:
        """So many signed up by themselves in the moment between looking and letting in."""
        self.counts[Kind.IMPORTED] -= how_many
        self.counts[Kind.ALREADY] += how_many

    def settle(self) -> None:
        """Put the remarks into the order of lines; reasons are found in pieces."""
        self.remarks.sort()

    def table(self) -> list[tuple[int, str]]:
        """(number, words) of each kind that there is, in the order of `Kind`."""
        return [(self.counts[kind], str(kind)) for kind in Kind if self.counts[kind]]

    def more(self) -> list[tuple[int, str]]:
        """(number, words) of the remarks that are not listed, most first."""
        return [(number, words) for words, number in self.unlisted.most_common()]

    def in_words(self) -> str:
        """The counts in a line, for a log."""
        return f"{self.lines:,} lines, {', '.join(f'{n:,} {words}' for n, words in self.table())}"

    def _remark(self, line: int, sentence: str, group: str) -> None:
        if len(self.remarks) < LISTED:
            self.remarks.append((line, sentence))
        else:
            self.unlisted[group] += 1
