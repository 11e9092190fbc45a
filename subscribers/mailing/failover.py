"""Which provider takes over: the first that is well, in the order of EMAIL_PROVIDERS."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from subscribers.mailing import providers
from subscribers.mailing.allowance import Closed
from subscribers.mailing.providers import Provider

Result = TypeVar("Result")


class Failover:
    """Remembers who is closed until when, for as long as one run of a worker."""

    def __init__(self) -> None:
        self._closed: dict[str, Closed] = {}

    def attempt(self, claim: Callable[[Provider], Result], *, now: datetime) -> Result:
        """What `claim` returns for the first provider for which it does not raise `Closed`.

        A provider that is unwell is passed over. One whose limit is used up, or that asked us to
        wait, is not: a limit is to be kept, not evaded. Raises the `Closed` that ends first.
        """
        closed: list[Closed] = []
        for provider in providers.in_order():
            known = self._closed.get(provider.name)
            if known is None or known.until <= now:
                try:
                    return claim(provider)
                except Closed as found:
                    self._closed[provider.name] = known = found
            closed.append(known)
            if not known.is_unwell:
                break
        raise min(closed, key=lambda one: one.until)
