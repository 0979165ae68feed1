"""Saves, changes and forgets segments, and counts their members while the rules are typed."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from banyan.base.errors import Failure, NotFound
from banyan.books.actor import Permission
from banyan.commerce.campaigns import (
    Segment,
    SegmentId,
    SegmentRules,
    change_segment,
    create_segment,
    delete_segment,
    list_segments,
    preview_segment,
)
from banyan.commerce.members import list_tiers
from banyan.doors.http import Answer
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.console.inputs import parse_money
from banyan.doors.pages.forms import Form, fill
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark

_home = "/console/campaigns/segments"
_places = {"campaigns.segment_name_taken": "name"}
_numbers = (
    "orders_min",
    "orders_max",
    "idle_days_min",
    "idle_days_max",
    "member_days_min",
    "member_days_max",
)
_sums = ("spent_min_fen", "spent_max_fen")
_ends = {
    "orders": "orders_max",
    "idle_days": "idle_days_max",
    "spent": "spent_max_fen",
    "member_days": "member_days_max",
}
"""The upper field of each span of a rule."""
_segments_max = 200


@at_desk(Permission.CAMPAIGNS_READ)
async def show_segments(desk: Desk) -> Answer:
    """All segments with how many members each holds now."""
    page = await desk.run(list_segments, cursor=desk.ask.query.text("cursor") or None)
    counts = {}
    for one in page.items:
        found = await desk.run(preview_segment, rules=one.rules)
        counts[int(one.segment_id)] = found.members_count
    return await desk.page(
        "campaigns/segments.html",
        segments=page.items,
        counts=counts,
        pager=desk.pager((), page.next_cursor),
    )


@at_desk(Permission.CAMPAIGNS_WRITE)
async def show_new(desk: Desk) -> Answer:
    """Rules that hold for all."""
    return await _show(desk, None, {})


@at_desk(Permission.CAMPAIGNS_WRITE)
async def create(desk: Desk) -> Answer:
    """Save a segment."""
    form = desk.ask.form
    try:
        await desk.run(create_segment, name=form.text("name"), rules=_rules(desk, form))
    except Failure as failure:
        return await _show(desk, None, _mistakes(desk, failure), status=422)
    return desk.ask.go(_home, mark("Saved."))


@at_desk(Permission.CAMPAIGNS_READ)
async def show_segment(desk: Desk) -> Answer:
    """One segment, to be changed."""
    return await _show(desk, await _find(desk), {})


@at_desk(Permission.CAMPAIGNS_WRITE)
async def change(desk: Desk) -> Answer:
    """Give it another name or other rules."""
    form, segment = desk.ask.form, await _find(desk)
    try:
        rules = _rules(desk, form)
        await desk.run(
            change_segment, segment_id=segment.segment_id, name=form.text("name"), rules=rules
        )
    except Failure as failure:
        return await _show(desk, segment, _mistakes(desk, failure), status=422)
    return desk.ask.go(_home, mark("Saved."))


@at_desk(Permission.CAMPAIGNS_WRITE)
async def forget(desk: Desk) -> Answer:
    """Forget a segment; what was sent stays."""
    segment_id = desk.ask.id("segment_id", SegmentId)
    return await desk.act(delete_segment, _home, mark("Removed."), segment_id=segment_id)


@at_desk(Permission.CAMPAIGNS_READ)
async def count(desk: Desk) -> Answer:
    """How many members the typed rules describe, as a part of the page."""
    found, error = None, ""
    try:
        rules = _rules(desk, desk.ask.query)
        found = (await desk.run(preview_segment, rules=rules)).members_count
    except Failure as failure:
        error = next(iter(_mistakes(desk, failure).values()))
    return await desk.part("campaigns/count.html", "count", count=found, error=error)


def _mistakes(desk: Desk, failure: Failure) -> dict[str, str]:
    """What to write beside which field; a span without anything in it beside its upper end."""
    if failure.code != "campaigns.span_empty":
        return desk.mistakes(failure, _places)
    name = _ends.get(str(failure.fields["field"]), "")
    return {name: desk.ask.words(mark("The upper end is below the lower end."))}


def _rules(desk: Desk, form: Form) -> SegmentRules:
    """The rules as typed; what is empty asks for nothing. Raises Wrong."""
    given: dict[str, object] = {name: form.text(name) for name in _numbers if form.text(name)}
    given |= {
        name: parse_money(form.text(name), desk.exponent) for name in _sums if form.text(name)
    }
    tiers = [int(one) for one in form.texts("tier_nos") if one.isascii() and one.isdigit()]
    if tiers:
        given["tier_nos"] = tiers
    holds = {"yes": True, "no": False}.get(form.text("has_coupon"))
    if holds is not None:
        given["has_coupon"] = holds
    return fill(SegmentRules, **given)


async def _find(desk: Desk) -> Segment:
    segment_id = desk.ask.id("segment_id", SegmentId)
    cursor: str | None = None
    for _ in range(_segments_max // 100 + 1):
        page = await desk.run(list_segments, limit=100, cursor=cursor)
        for one in page.items:
            if one.segment_id == segment_id:
                return one
        cursor = page.next_cursor
        if cursor is None:
            break
    raise NotFound("campaigns.segment_not_found")


async def _show(
    desk: Desk, segment: Segment | None, errors: Mapping[str, str], status: int = 200
) -> Answer:
    rules = segment.rules if segment else SegmentRules()
    known = msgspec.structs.asdict(rules)
    values = {name: "" if known[name] is None else str(known[name]) for name in _numbers}
    values |= {name: desk.write_money(known[name]) for name in _sums}
    tiers = []
    if desk.may(Permission.MEMBERS_READ):
        tiers = (await desk.run(list_tiers)).tiers
    if desk.ask.form.values:
        chosen = desk.ask.form.texts("tier_nos")
    else:
        chosen = [str(one) for one in rules.tier_nos or []]
    preview = None
    if not errors:
        preview = (await desk.run(preview_segment, rules=rules)).members_count
    return await desk.page(
        "campaigns/segment.html",
        status=status,
        errors=errors,
        segment=segment,
        values=values,
        tiers=tiers,
        chosen=chosen,
        holds={None: "", True: "yes", False: "no"}[rules.has_coupon],
        count=preview,
        error="",
        hint=desk.ask.words(mark("Mend the rules to see who fits them.")),
    )


ROUTES = (
    PageRoute("GET", _home, show_segments),
    PageRoute("POST", _home, create),
    PageRoute("GET", f"{_home}/new", show_new),
    PageRoute("GET", f"{_home}/count", count),
    PageRoute("GET", f"{_home}/{{segment_id}}", show_segment),
    PageRoute("POST", f"{_home}/{{segment_id}}", change),
    PageRoute("POST", f"{_home}/{{segment_id}}/forget", forget),
)
