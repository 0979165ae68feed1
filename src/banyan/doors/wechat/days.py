"""The days that a question about figures is about, as WeChat writes and limits them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import msgspec

from banyan.doors.wechat.errors import WireError


class SpanBody(msgspec.Struct, frozen=True, kw_only=True):
    """The days of a question; both are included."""

    begin_date: str = ""
    end_date: str = ""

    def list_days(self) -> list[date]:
        """Return each day, once they have been read."""
        first, last = date.fromisoformat(self.begin_date), date.fromisoformat(self.end_date)
        return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def read_days(
    span: SpanBody, days_max: int, today: date, form: str = "%Y-%m-%d"
) -> dict[str, date]:
    """Return the days as questions name them.

    Raises WireError 61500 for what is no day, 61501 for days that are reversed or too many, 61503
    for those that are not over yet.
    """
    first, last = _parse(span.begin_date, form), _parse(span.end_date, form)
    if first > last or (last - first).days >= days_max:
        raise WireError(61501, "date range error")
    if last >= today:
        raise WireError(61503, "data not ready, please try later")
    return {"from_on": first, "until_on": last}


def _parse(text: str, form: str) -> date:
    try:
        day = datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise WireError(61500, "date format error") from None
    if day.strftime(form) != text:
        raise WireError(61500, "date format error")
    return day
