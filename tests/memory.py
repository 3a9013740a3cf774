"""What a process holds in memory, as Linux counts it; elsewhere nothing is counted."""

import os
from pathlib import Path

MB = 1_000_000


def resident_bytes(pid: int | str = "self") -> int:
    counted = Path(f"/proc/{pid}/statm")
    return int(counted.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") if counted.exists() else 0


def resident_mb(pid: int | str = "self") -> float:
    return resident_bytes(pid) / MB
