"""The only place that reads the time: business time is the system's time plus an offset."""

from datetime import UTC, datetime, timedelta


class Clock:
    """Business time. The offset is zero except on a test server, where it is set by the sandbox."""

    def __init__(self) -> None:
        self.offset = timedelta()

    def now(self) -> datetime:
        """The present instant of business, aware, in UTC."""
        return datetime.now(UTC) + self.offset

    def set(self, now: datetime) -> None:
        """Make `now` the present instant; time runs on from there."""
        self.offset = now - datetime.now(UTC)
