"""Tells the operator where everything is, as soon as the server answers."""

from __future__ import annotations

import http.client
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from banyan.app.settings import Settings

_poll_s = 0.05
_wait_s = 60.0
_start_field = 19
"""Where /proc/self/stat says when the process began, counted after its name."""
_anywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where to ask, not where to listen


@contextmanager
def announce(settings: Settings, report: Callable[[str], None]) -> Iterator[Callable[[], None]]:
    """Give a function that waits beside the server until it is ready, and then says where it is."""
    before_s = read_age_s()
    began = time.perf_counter()
    over = threading.Event()

    def wait() -> None:
        deadline = time.perf_counter() + _wait_s
        while not over.wait(_poll_s) and time.perf_counter() < deadline:
            if is_ready(settings):
                report(render_welcome(settings, before_s + time.perf_counter() - began))
                return

    try:
        yield lambda: threading.Thread(target=wait, daemon=True).start()
    finally:
        over.set()


def read_age_s() -> float:
    """How long this process has lived: what it imported before it came to anything counts too.

    Where the system does not tell (without /proc), 0.
    """
    try:
        # The name of the program, in brackets, may itself hold blanks and brackets.
        fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
        up_s = float(Path("/proc/uptime").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return 0.0
    return max(up_s - int(fields[_start_field]) / os.sysconf("SC_CLK_TCK"), 0.0)


def is_ready(settings: Settings) -> bool:
    """Whether the server answers that it can do business."""
    host = _anywhere.get(settings.host, settings.host)
    connection = http.client.HTTPConnection(host, settings.port, timeout=1)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()


def render_welcome(settings: Settings, elapsed_s: float) -> str:
    """Addresses, and how to sign in."""
    url = settings.public_url
    lines = [
        f"[bold green]Banyan is serving[/] after {elapsed_s:.1f} s. Stop with Ctrl-C.",
        "",
        f"  Phone app   {url}/",
        f"  Console     {url}/console",
        f"  Cashier     {url}/cashier",
        f"  API         {url}/v1/docs",
        f"  Figures     {url}/metrics",
    ]
    if settings.sandbox:
        lines.append(f"  Sandbox     {url}/sandbox")
    lines.append("")
    if settings.production:
        lines.append("Sign in with a phone number and the code sent to it.")
    else:
        lines.append(
            "Sign in with any mainland mobile number, such as 13800138000: the code is shown here,"
            " as no SMS provider is connected."
        )
    return "\n".join(lines)
