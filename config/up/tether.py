"""Runs a command that ends when the process that started it does: `tether.py PARENT COMMAND...`.

`up` may be ended with kill -9 and can then stop nothing itself. Linux sends a signal to us instead;
elsewhere the next start finds what is left in `var/up.json`. A program of its own and not a
`preexec_fn`, which is unsafe in a process with threads.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(parent: int, command: list[str]) -> None:
    """Tie this process to `parent`, then become `command`."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit(1)
    os.execv(command[0], command)  # noqa: S606  (the command is written in config.up)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
