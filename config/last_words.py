"""What a process says of an error that nobody caught: masked, for it ends up beside the log."""

import sys
import threading
import traceback
from types import TracebackType

from django.core.exceptions import ImproperlyConfigured

from config.masks import masked


def mask() -> None:
    """From now on, in this process: tracebacks of commands and of threads."""
    before = sys.excepthook

    def tell(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
        # Told in their own ways, and about nobody.
        if issubclass(kind, (KeyboardInterrupt, ImproperlyConfigured)):
            before(kind, error, where)
        else:
            sys.stderr.write(masked("".join(traceback.format_exception(kind, error, where))))

    sys.excepthook = tell
    threading.excepthook = _tell_of_thread


def _tell_of_thread(arguments: threading.ExceptHookArgs) -> None:
    where = f"In thread {arguments.thread.name if arguments.thread else '?'}:\n"
    said = traceback.format_exception(
        arguments.exc_type, arguments.exc_value, arguments.exc_traceback
    )
    sys.stderr.write(masked(where + "".join(said)))
