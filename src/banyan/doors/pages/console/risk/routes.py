"""Rules about payments, who is blocked or limited, and what was decided, for operators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from banyan.base.errors import Failure, Invalid, NotFound
from banyan.base.money import CNY
from banyan.books.work import Operation
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.console.desk import shared_values
from banyan.doors.pages.console.operator import operator_frame
from banyan.doors.pages.console.risk import names
from banyan.doors.pages.forms import Form, Mistake, Wrong, fill
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.doors.pages.shell.parse import parse_money, render_amount
from banyan.pay.parkings import ListParks, admit_park, list_parks
from banyan.pay.risk import (
    ChangeRules,
    ListBlocks,
    ListDecisions,
    ListLimits,
    ListRuleSets,
    ReadRules,
    Rule,
    RuleSet,
    block_person,
    change_rules,
    limit_merchant,
    list_blocks,
    list_decisions,
    list_limits,
    list_rule_sets,
    read_rules,
    unblock_person,
    unlimit_merchant,
)

_home = "/console/risk"
_rules = f"{_home}/rules"
_lists = f"{_home}/lists"
_rows_max = 100


class Shown(msgspec.Struct, frozen=True):
    """A rule as its form shows it."""

    rule: Rule
    threshold: str
    """In yuan where it is money."""
    from_yuan: str


async def show_decisions(ask: Ask) -> Answer:
    """What was decided, the newest first."""
    text = ask.query.text
    try:
        query = fill(
            ListDecisions,
            payer_id=text("payer") or "0",
            payee_id=text("payee") or "0",
            action=text("action") or None,
            cursor=text("cursor") or None,
        )
        page = await ask.run(list_decisions, query)
    except Invalid as failure:
        return await _page(
            ask, "risk/decisions.html", ask.mistakes(failure), decisions=(), next=None
        )
    return await _page(ask, "risk/decisions.html", decisions=page.items, next=page.next_cursor)


async def show_rules(ask: Ask) -> Answer:
    """The rules that hold, to be changed, and the versions before."""
    return await _show_rules(ask, {})


async def save_rules(ask: Ask) -> Answer:
    """Make a new version of what the form says."""
    form = ask.form
    try:
        rules = [_read_rule(form, place) for place in range(form.number("count"))]
        if form.text("code_new"):
            rules.append(_read_rule(form, "new"))
        command = fill(
            ChangeRules,
            version=form.text("version"),
            rules=[one for one in rules if not one.pop("is_dropped")],
            note=form.text("note"),
        )
        await ask.run(change_rules, command, key=form.key)
    except Failure as failure:
        return await _show_rules(ask, ask.mistakes(failure))
    return ask.go(_rules, mark("A new version of the rules holds from now on."))


async def show_lists(ask: Ask) -> Answer:
    """Who is blocked or limited."""
    return await _show_lists(ask, {})


async def block(ask: Ask) -> Answer:
    """Let a person not pay."""
    form = ask.form
    return await _act(ask, block_person, blocked_id=form.text("person"), reason=form.text("reason"))


async def unblock(ask: Ask) -> Answer:
    """Let a person pay again."""
    return await _act(ask, unblock_person, blocked_id=ask.form.text("person"))


async def limit(ask: Ask) -> Answer:
    """Limit what a merchant may be paid."""
    form = ask.form
    try:
        payment_max_fen = _read_money(form.text("payment_max"))
        day_max_fen = _read_money(form.text("day_max"))
    except Wrong as wrong:
        return await _show_lists(ask, ask.mistakes(wrong))
    return await _act(
        ask,
        limit_merchant,
        limited_id=form.text("merchant"),
        is_blocked=form.flag("is_blocked"),
        payment_max_fen=payment_max_fen,
        day_max_fen=day_max_fen,
        reason=form.text("reason"),
    )


async def unlimit(ask: Ask) -> Answer:
    """Let a merchant be paid as all others."""
    return await _act(ask, unlimit_merchant, limited_id=ask.form.text("merchant"))


async def admit(ask: Ask) -> Answer:
    """Let a merchant take money for parking, or no more."""
    form = ask.form
    is_admitted = form.flag("is_admitted")
    return await _act(ask, admit_park, merchant_id=form.text("merchant"), is_admitted=is_admitted)


async def _act(ask: Ask, operation: Operation[Any, Any], **values: object) -> Answer:
    try:
        await ask.run(operation, fill(operation.command_type, **values), key=ask.form.key)
    except Failure as failure:
        if failure.code == "operations.not_found":
            raise
        return await _show_lists(ask, ask.mistakes(failure))
    return ask.go(_lists, mark("Done."))


def _read_rule(form: Form, place: int | str) -> dict[str, Any]:
    measure = form.text(f"measure_{place}")
    threshold = form.text(f"threshold_{place}")
    is_money = measure in names.OF_MONEY
    return {
        "code": form.text(f"code_{place}"),
        "title": form.text(f"title_{place}"),
        "kinds": form.texts(f"kinds_{place}"),
        "measure": measure,
        "threshold": _read_money(threshold) if is_money else _read_number(threshold),
        "from_fen": _read_money(form.text(f"from_{place}")) or 0,
        "action": form.text(f"action_{place}"),
        "absent": form.text(f"absent_{place}"),
        "is_on": form.flag(f"is_on_{place}"),
        "is_dropped": form.flag(f"drop_{place}"),
    }


def _read_money(text: str) -> int | None:
    if not text:
        return None
    try:
        return parse_money(text, CNY.code)
    except ValueError:
        raise Wrong({"": Mistake(mark("Enter an amount of money, such as 1000.00."))}) from None


def _read_number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(10**12))):
        raise Wrong({"": Mistake(mark("Enter a number"))})
    return int(text)


def _show_rule(rule: Rule) -> Shown:
    is_money = rule.measure.value in names.OF_MONEY
    threshold = render_amount(rule.threshold, CNY.code) if is_money else str(rule.threshold)
    from_yuan = render_amount(rule.from_fen, CNY.code) if rule.from_fen else ""
    return Shown(rule, threshold, from_yuan)


async def _show_rules(ask: Ask, errors: Mapping[str, str]) -> Answer:
    given = ask.query.text("version")
    query = fill(ReadRules, version=given or None)
    rules: RuleSet = await ask.run(read_rules, query)
    versions: Sequence[RuleSet] = (
        await ask.run(list_rule_sets, ListRuleSets(limit=_rows_max))
    ).items
    return await _page(
        ask,
        "risk/rules.html",
        errors=errors,
        rules=rules,
        shown=[_show_rule(one) for one in rules.rules],
        versions=versions,
        is_newest=rules.version == versions[0].version,
    )


async def _show_lists(ask: Ask, errors: Mapping[str, str]) -> Answer:
    blocks = await ask.run(list_blocks, ListBlocks(limit=_rows_max))
    limits = await ask.run(list_limits, ListLimits(limit=_rows_max))
    parks = await ask.run(list_parks, ListParks(limit=_rows_max))
    return await _page(
        ask,
        "risk/lists.html",
        errors=errors,
        blocks=blocks.items,
        limits=limits.items,
        parks=parks.items,
    )


async def _page(
    ask: Ask, template: str, errors: Mapping[str, str] | None = None, **values: object
) -> Answer:
    if not ask.actor.is_operator:
        raise NotFound("operations.not_found")
    shared = shared_values(ask, errors or {}, names=names, **values)
    frame, name = await operator_frame(ask), f"console/{template}"
    if ask.is_htmx and ask.path == _home:
        return ask.block(name, "results", frame, **shared)
    return ask.page(name, frame, status=422 if errors else 200, **shared)


ROUTES = (
    PageRoute("GET", _home, show_decisions),
    PageRoute("GET", _rules, show_rules),
    PageRoute("POST", _rules, save_rules),
    PageRoute("GET", _lists, show_lists),
    PageRoute("POST", f"{_lists}/block", block),
    PageRoute("POST", f"{_lists}/unblock", unblock),
    PageRoute("POST", f"{_lists}/limit", limit),
    PageRoute("POST", f"{_lists}/unlimit", unlimit),
    PageRoute("POST", f"{_lists}/admit", admit),
)
