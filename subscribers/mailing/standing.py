"""How we stand with a provider, asked without sending anything."""

from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    """What a provider's answer means for mail that is still to come."""

    WELL = "well"
    # It does not know us, or would not take our mail.
    REFUSED = "refused"
    # No answer, or none that says anything about us.
    AWAY = "away"
    # It cannot be asked, or said neither yes nor no: a mail to yourself tells.
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Said:
    """How we stand and the words for it, without addresses or secrets."""

    standing: Standing
    words: str
