"""Starting and ending the processes that bin/run and bin/test look after. Standard library only."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import IO, Any

BASE = Path(__file__).resolve().parent.parent
PYTHON = BASE / ".venv" / "bin" / "python"

# Loaded beforehand: between fork and exec nothing may be imported.
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
PR_SET_PDEATHSIG = 1
# Seconds that a process has to finish what it is doing.
PATIENCE = 10


def _end_with_parent() -> None:
    """Ask the kernel to end this process when the one that looks after it is gone, killed outright included."""
    if LIBC:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def start(command: list[str | Path], *, log: IO[bytes] | None = None, **options: Any) -> subprocess.Popen[bytes]:
    """Start a child in a process group of its own, so that Ctrl-C reaches only us and we decide how it ends."""
    return subprocess.Popen(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT if log else None,
        start_new_session=True,
        preexec_fn=_end_with_parent,  # noqa: PLW1509 - we have no threads
        **options,
    )


def stop(processes: list[subprocess.Popen[bytes]], *, by: signal.Signals = signal.SIGTERM) -> None:
    """End them: politely and all at once, then whatever is left of their groups."""
    for process in processes:
        if process.poll() is None:
            process.send_signal(by)
    for process in processes:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port
