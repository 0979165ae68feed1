"""Ends a worker process whose parent was killed: orphans would hold the port, and work unseen."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time

_poll_s = 0.2
_stop_wait_s = 15.0


def end_with_parent() -> None:
    """Stop this process, calls under way first, as soon as the process that started it is gone.

    The kernel could tell us, on Linux only and by the parent's thread; so we look ourselves.
    Does nothing in a process that no other of ours has started.
    """
    parent = multiprocessing.parent_process()
    if parent is not None and parent.pid is not None:
        watch = threading.Thread(target=_watch, args=(parent.pid,), name="parent", daemon=True)
        watch.start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_poll_s)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_stop_wait_s)
    os.kill(os.getpid(), signal.SIGKILL)
