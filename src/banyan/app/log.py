"""Where log lines go and how they look: one line each on standard error."""

from __future__ import annotations

import logging
import sys
from typing import Any

import msgspec
import structlog

from banyan.app.settings import LogForm

# Never with local variables: tokens and phones are among them.
_traceback = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)

_quiet = ("_granian", "granian", "asyncio")
"""Libraries of which only warnings are of interest."""


def set_up_logging(form: LogForm) -> bool:
    """Send our lines and those of libraries to standard error; return whether they are JSON."""
    is_json = form is LogForm.JSON or (form is LogForm.AUTO and not sys.stderr.isatty())
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_renderers(is_json=is_json),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for name in _quiet:
        logging.getLogger(name).setLevel(logging.WARNING)
    return is_json


def _renderers(*, is_json: bool) -> list[Any]:
    if is_json:
        return [
            structlog.processors.ExceptionRenderer(_traceback),
            structlog.processors.JSONRenderer(serializer=_serialize),
        ]
    return [
        structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    ]


def _serialize(value: object, **_options: object) -> str:
    # What has no JSON form is shown as Python shows it: a log line must never fail.
    return msgspec.json.encode(value, enc_hook=repr).decode()
