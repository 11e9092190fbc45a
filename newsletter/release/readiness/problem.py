"""A finding: what is the matter with a mail, and what somebody can do about it."""

from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class Problem:
    """A blocking one keeps the mail from being approved; the others want somebody to look."""

    code: str
    message: str
    blocking: bool
    # What to do about it, and the page or field where it can be done ("" when it is not at the
    # desk).
    todo: str = ""
    where: str = ""
    # What it is about, where one code can be found several times.
    about: str = ""

    @property
    def mark(self) -> str:
        """Names the finding for programs, whatever numbers are in its words."""
        about = sha256(self.about.encode()).hexdigest()[:16] if self.about else ""
        return f"{self.code}:{about}"


def stop(code: str, message: str, todo: str, *, where: str = "", about: str = "") -> Problem:
    """A finding that blocks."""
    return Problem(code, message, True, todo, where, about)  # noqa: FBT003


def note(code: str, message: str, todo: str, *, where: str = "", about: str = "") -> Problem:
    """A finding that a person may let pass."""
    return Problem(code, message, False, todo, where, about)  # noqa: FBT003
