"""How a check is written down, and what the later groups know from Database and Broker."""

from dataclasses import dataclass

from config.watching.asking import BrokerFacts, DatabaseFacts
from config.watching.readiness import Check, Status


@dataclass(frozen=True, slots=True)
class Known:
    """What database and broker said; None where one is away."""

    database: DatabaseFacts | None
    broker: BrokerFacts | None

    @property
    def has_tables(self) -> bool:
        """Whether rows can be read."""
        return self.database is not None and not self.database.unmigrated


def ok(name: str, detail: str) -> Check:
    """All is well."""
    return Check(name, Status.OK, detail)


def warning(name: str, detail: str, remedy: str) -> Check:
    """It works, and somebody should look."""
    return Check(name, Status.WARNING, detail, remedy)


def failed(name: str, detail: str, remedy: str) -> Check:
    """It does not work."""
    return Check(name, Status.FAILED, detail, remedy)


def not_looked(name: str, why: str) -> Check:
    """What it takes to look is missing, or there is nothing to look at."""
    return Check(name, Status.NOT_LOOKED, why)
