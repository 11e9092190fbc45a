"""One exchange for this process, whose connections outlive a batch."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings

from subscribers.mailing.smtp.exchange import Exchange
from subscribers.mailing.smtp.relay import relay_of

# A web server may have several threads; a loop runs in one of them at a time.
_lock = threading.Lock()
# The exchange, the EMAIL_URL that it was made for, and the process: after a fork the connections
# are the parent's.
_kept: tuple[Exchange, str, int] | None = None


@contextmanager
def connected(
    *, seconds: float, is_asked_to_stop: Callable[[], bool] = lambda: False
) -> Iterator[Exchange]:
    """The exchange with the relay of EMAIL_URL, connected, giving out letters for `seconds`.

    It gives out none from a second after `is_asked_to_stop()` at the latest.

    Its `error` says so when there is no connection. One user at a time; others wait.
    """
    with _lock:
        one = _current()
        try:
            one.begin(seconds=seconds, is_asked_to_stop=is_asked_to_stop)
            yield one
        except BaseException:
            # Nobody knows what state it is in.
            _forget()
            raise
        else:
            one.rest()


def _current() -> Exchange:
    global _kept  # noqa: PLW0603
    url, process = settings.EMAIL_URL, os.getpid()
    if _kept and _kept[1:] != (url, process):
        _forget()
    if _kept is None:
        _kept = (Exchange(relay_of(url)), url, process)
    return _kept[0]


def _forget() -> None:
    global _kept  # noqa: PLW0603
    if _kept is None:
        return
    one, _, process = _kept
    _kept = None
    if process == os.getpid():
        one.close()
