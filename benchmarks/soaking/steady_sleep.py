"""Included by a worker under libfaketime, whose `clock_nanosleep` fails: sleep by waiting.

Only how the process sleeps is changed; what time it believes it is comes from libfaketime.
"""

import threading
import time


def _sleep(seconds: float) -> None:
    threading.Event().wait(seconds)


time.sleep = _sleep
