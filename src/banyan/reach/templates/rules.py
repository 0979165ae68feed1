"""How forms are filled, and when an account may change what it does."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from banyan.base.errors import Invalid, Refusal
from banyan.reach.templates.library import Entry, Subscribable
from banyan.reach.templates.types import Value

INDUSTRY_REST = timedelta(days=30)
"""How long an account rests between two changes of its industries."""
SAME_FOR = timedelta(minutes=10)
"""For how long a message sent again under the program's own name is the same one."""

KIDS_MIN, KIDS_MAX = 2, 5
"""Keywords of a form to subscribe to."""

_kinds = {
    "thing": re.compile(r"[^\n]{1,20}"),
    "number": re.compile(r"[+-]?[0-9]{1,32}(\.[0-9]{1,4})?"),
    "letter": re.compile(r"[A-Za-z]{1,32}"),
    "symbol": re.compile(r"\W{1,5}"),
    "character_string": re.compile(r"[\x20-\x7e]{1,32}"),
    "time": re.compile(r"[0-9年月日:\- ~]{4,40}"),
    "date": re.compile(r"[0-9年月日:\- ~]{4,40}"),
    "amount": re.compile(r"[¥$]?[0-9]{1,10}(\.[0-9]{1,2})?元?"),
    "phone_number": re.compile(r"[0-9+\-]{1,17}"),
    "car_number": re.compile(r"[\u4e00-\u9fff][A-Z0-9]{5,6}[\u4e00-\u9fff]?"),
    "name": re.compile(r"[\u4e00-\u9fff·]{1,10}|[A-Za-z .]{1,20}"),
    "phrase": re.compile(r"[\u4e00-\u9fff]{1,5}"),
}
"""What may stand in a blank of each kind."""
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


def render_subscribable(form: Subscribable, kids: Sequence[int]) -> tuple[str, str]:
    """Return a form with the blanks of these keywords, in their order, and an example of it.

    Raises Invalid `templates.keywords_count`, `templates.no_such_keyword`.
    """
    known = {one.kid: one for one in form.keywords}
    if not KIDS_MIN <= len(kids) <= KIDS_MAX or len(set(kids)) < len(kids):
        raise Invalid("templates.keywords_count", keywords_min=KIDS_MIN, keywords_max=KIDS_MAX)
    unknown = [str(kid) for kid in kids if kid not in known]
    if unknown:
        raise Invalid("templates.no_such_keyword", keyword=unknown[0])
    chosen = [known[kid] for kid in kids]
    content = "\n".join(f"{one.name}:{{{{{one.blank}.DATA}}}}" for one in chosen)
    return content, "\n".join(f"{one.name}:{one.example}" for one in chosen)


def check_kinds(content: str, values: Mapping[str, Value]) -> None:
    """Accept a value for each blank, of the form that its kind wants.

    Raises Invalid `templates.value_malformed` with the blank that is wrong.
    """
    for name in list_blanks(content):
        value = values[name].value if name in values else ""
        wanted = _kinds.get(name.rstrip("0123456789"))
        if wanted is None or wanted.fullmatch(value) is None:
            raise Invalid("templates.value_malformed", value=name)


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
