"""Days typed into a form, by the merchant's clock."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from banyan.doors.pages.console.desk import Desk
from banyan.doors.pages.shell.format import read_zone


def find_day_start(desk: Desk, name: str, days: int) -> str:
    """The beginning of the day that was typed into a field, or of one after it."""
    typed = desk.ask.form.text(name)
    try:
        day = datetime.strptime(typed, "%Y-%m-%d").date()  # noqa: DTZ007 - a day of the merchant's
    except ValueError:
        return typed
    at = datetime.combine(day + timedelta(days=days), time(), read_zone(desk.zone))
    return at.astimezone(UTC).isoformat()
