"""Which process a pid means: pids are given out again, so a pid is only known with its birth."""

import os
import signal
import subprocess
import time
from pathlib import Path

clock = time.monotonic


def born(pid: int) -> str:
    """When process `pid` started, in whatever form this system has; "" when there is none."""
    stat = Path(f"/proc/{pid}/stat")
    if Path("/proc/self").exists():
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            return ""
        # The state is the first field after the name, the start time the 20th; Z has ended.
        return "" if fields[0] == "Z" else fields[19]
    shown = subprocess.run(  # noqa: S603
        ["/bin/ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return shown.stdout.strip()


def alive(*, pid: int, born_at: str) -> bool:
    """Whether the process that was `pid` at `born_at` still runs."""
    return bool(born_at) and born(pid) == born_at


def signal_group(pid: int, number: signal.Signals) -> None:
    """Send a signal to the process group that `pid` leads; nothing when it has gone."""
    try:
        os.killpg(pid, number)
    except (ProcessLookupError, PermissionError):
        return


def end(*, pid: int, born_at: str, seconds: float) -> None:
    """End the process group that `pid` leads: ask, wait, then kill."""
    signal_group(pid, signal.SIGTERM)
    until = clock() + seconds
    while alive(pid=pid, born_at=born_at) and clock() < until:
        time.sleep(0.1)
    if alive(pid=pid, born_at=born_at):
        signal_group(pid, signal.SIGKILL)
        time.sleep(0.1)
