"""How forms are filled, and when an account may change what it does."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from banyan.base.errors import Invalid, Refusal
from banyan.reach.templates.library import Entry
from banyan.reach.templates.types import Value

INDUSTRY_REST = timedelta(days=30)
"""How long an account rests between two changes of its industries."""
SAME_FOR = timedelta(minutes=10)
"""For how long a message sent again under the program's own name is the same one."""

_blank = re.compile(r"\{\{\s*([A-Za-z0-9_]{1,40})\.DATA\s*\}\}")


def list_blanks(content: str) -> list[str]:
    """Return the names of a form's blanks."""
    return _blank.findall(content)


def check_form(content: str) -> None:
    """Accept a form with at least one blank. Raises Invalid `templates.no_blank`."""
    if not list_blanks(content):
        raise Invalid("templates.no_blank")


def render_form(content: str, values: Mapping[str, Value]) -> str:
    """Return a form with its blanks filled; what is not given stays empty, empty lines go.

    Raises Invalid `templates.nothing_given` if no blank is filled.
    """
    if not any(values[name].value.strip() for name in list_blanks(content) if name in values):
        raise Invalid("templates.nothing_given")
    filled = _blank.sub(lambda found: values[found[1]].value if found[1] in values else "", content)
    return "\n".join(line for line in filled.splitlines() if line.strip())


def render_entry(entry: Entry, labels: Sequence[str]) -> str:
    """Return the form of a library's entry, with all its blanks or those of these labels.

    Raises Invalid `templates.no_such_keyword`.
    """
    unknown = [one for one in labels if one not in entry.fields.values()]
    if unknown:
        raise Invalid("templates.no_such_keyword", keyword=unknown[0])
    lines = [
        f"{label}：{{{{{name}.DATA}}}}"
        for name, label in entry.fields.items()
        if not labels or label in labels
    ]
    return "\n".join(["{{first.DATA}}", *lines, "{{remark.DATA}}"])


def check_industry_change(set_at: datetime | None, now: datetime) -> None:
    """Let an account change its industries once in thirty days.

    Raises Refusal `templates.industry_too_often`.
    """
    if set_at is not None and now < set_at + INDUSTRY_REST:
        raise Refusal("templates.industry_too_often", days=INDUSTRY_REST.days)


def check_fitting(entry: Entry, industries: Sequence[int]) -> None:
    """Let an account that said what it does take forms for that only.

    Raises Refusal `templates.other_industry`.
    """
    if industries and 0 not in entry.industries and not set(industries) & set(entry.industries):
        raise Refusal("templates.other_industry", short_id=entry.short_id)
