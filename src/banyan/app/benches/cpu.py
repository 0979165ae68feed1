"""How much of the processors each process has used: what a call costs, whatever else goes on."""

import os
from pathlib import Path

_proc = Path("/proc")
_ticks_per_s = os.sysconf("SC_CLK_TCK")


def read_cpu_s(root: int) -> float:
    """Seconds of processor time of a process and all that came of it; 0 where no `/proc` says so.

    What its children used that have ended counts as well, once somebody has waited for them.
    """
    stats = {pid: stat for pid in _list_pids() if (stat := _read_stat(pid))}
    family = {root}
    while True:
        found = {pid for pid, stat in stats.items() if int(stat[1]) in family} - family
        if not found:
            break
        family |= found
    return sum(sum(map(int, stats[pid][11:15])) for pid in family & stats.keys()) / _ticks_per_s


def find_parent(pid: int) -> int:
    """The process that started another; 0 where no `/proc` says so."""
    stat = _read_stat(pid)
    return int(stat[1]) if stat else 0


def _list_pids() -> list[int]:
    return [int(one.name) for one in _proc.glob("[0-9]*")]


def _read_stat(pid: int) -> list[str]:
    """The fields of `/proc/PID/stat` from the third on, or nothing if the process has ended."""
    try:
        text = (_proc / str(pid) / "stat").read_text()
    except OSError:
        return []
    # The second field, the name in brackets, may hold anything.
    return text.rpartition(")")[2].split()
