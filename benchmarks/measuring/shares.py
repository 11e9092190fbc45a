"""Where the time of the workers went, and so who is the limit."""

from dataclasses import dataclass

# From here on a share decides.
_LOCKS = 0.1
_PROVIDER = 0.5
_FULL = 0.9


@dataclass(frozen=True, slots=True)
class Shares:
    """Parts of the time that all worker processes had together, each from 0 to 1."""

    # On a core.
    working: float
    # For the provider's answer.
    provider: float
    # While one of their statements ran, locks left out.
    database: float
    # In PostgreSQL's locks of both kinds.
    locks: float
    # Of all cores of the machine, by whomever.
    machine: float
    # Of all cores, by this run.
    own: float

    @property
    def rest(self) -> float:
        """For a core, and with nothing to do at the beginning and the end."""
        return max(0.0, 1 - self.working - self.provider - self.database - self.locks)

    @property
    def limit(self) -> str:
        """What there should be more of."""
        if self.locks >= _LOCKS:
            return "locks in the database"
        if self.provider >= _PROVIDER:
            return "the provider's answers: more workers help"
        if self.machine >= _FULL:
            others = ", used by others most of all" if self.own < self.machine / 2 else ""
            return f"the machine's cores{others}"
        if self.database > self.working:
            return "the database"
        return "the workers' own work: more workers help"


def efficiency(*, one: float, many: float, processes: int) -> float:
    """What `processes` workers do of what so many times one of them would."""
    return many / (one * processes)
