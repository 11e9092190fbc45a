"""Processor seconds from /proc, with children, also those that have ended."""

import os
from collections.abc import Iterable
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
PROC = Path("/proc")


def of_stat(line: str) -> tuple[int, float, float]:
    """Parent, own and waited-for children's seconds of a line of /proc/PID/stat (proc(5))."""
    # The name in brackets may hold spaces and brackets; what follows the last one is plain.
    fields = line.rpartition(")")[2].split()
    user, system, waited_user, waited_system = (int(fields[n]) for n in (11, 12, 13, 14))
    return int(fields[1]), (user + system) / TICKS, (waited_user + waited_system) / TICKS


def snapshot() -> dict[int, tuple[int, float, float]]:
    """Parent, own and children's seconds of every process that runs."""
    found = {}
    for folder in PROC.iterdir():
        if folder.name.isdigit():
            try:
                found[int(folder.name)] = of_stat((folder / "stat").read_text())
            except OSError:
                continue
    return found


def tree(root: int, processes: dict[int, tuple[int, float, float]]) -> set[int]:
    """`root` and everything under it."""
    members, grown = {root} & processes.keys(), True
    while grown:
        more = {pid for pid, (parent, _, _) in processes.items() if parent in members} - members
        members |= more
        grown = bool(more)
    return members


def used(root: int, processes: dict[int, tuple[int, float, float]] | None = None) -> float:
    """Seconds of `root`, all under it, and all under it that have ended and were waited for.

    A child that was killed counts once its parent has waited for it.
    """
    processes = snapshot() if processes is None else processes
    return sum(sum(processes[pid][1:]) for pid in tree(root, processes))


def whole_machine() -> tuple[float, float]:
    """Core-seconds since it started: used by anybody, and all that there were."""
    numbers = [int(one) for one in (PROC / "stat").read_text().split(maxsplit=9)[1:9]]
    # user nice system idle iowait irq softirq steal (proc(5)); stolen time counts as used.
    idle = numbers[3] + numbers[4]
    return (sum(numbers) - idle) / TICKS, sum(numbers) / TICKS


def peak(pids: Iterable[int]) -> dict[int, float]:
    """The most memory (VmHWM, MiB) that each process ever held; pages shared with others too."""
    found = {}
    for pid in pids:
        try:
            words = (PROC / str(pid) / "status").read_text()
        except OSError:
            continue
        for line in words.splitlines():
            if line.startswith("VmHWM:"):
                found[pid] = int(line.split()[1]) / 1024
    return found
