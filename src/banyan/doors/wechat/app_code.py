"""The code of mini programs: templates, what is tried, the audit, releases and visits."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import unquote

import msgspec

from banyan.base.errors import Failure
from banyan.doors.papers.app_links import AppPlace, render_app_link
from banyan.doors.wechat.endpoint import APPS, PLATFORMS, Bytes, Wire, endpoint, lacking
from banyan.doors.wechat.errors import NOT_OF_PLATFORM, WireError
from banyan.parties.merchants import MerchantId
from banyan.reach.miniapps import (
    Audit,
    AuditId,
    AuditState,
    ChangeSearch,
    ChangeVisits,
    CommitCode,
    DeleteCode,
    Env,
    GrayState,
    HurryAudit,
    KeepTemplate,
    ListCode,
    Package,
    PackageId,
    ReadApp,
    ReadAudit,
    ReadQuota,
    Release,
    ReleaseCode,
    ReleaseInPart,
    RevertRelease,
    StopGray,
    SubmitAudit,
    UndoAudit,
    change_search,
    change_visits,
    commit_code,
    delete_code,
    hurry_audit,
    keep_template,
    list_code,
    read_app,
    read_audit,
    read_quota,
    release_code,
    release_in_part,
    revert_release,
    stop_gray,
    submit_audit,
    undo_audit,
)
from banyan.wire.qr import render_jpeg

_statuses = {
    AuditState.APPROVED: 0,
    AuditState.RELEASED: 0,
    AuditState.REFUSED: 1,
    AuditState.PENDING: 2,
    AuditState.WITHDRAWN: 3,
    AuditState.DELAYED: 4,
}
_gray_statuses = {
    GrayState.NONE: 0,
    GrayState.RUNNING: 1,
    GrayState.DONE: 3,
    GrayState.STOPPED: 4,
}
_MAKERS = APPS | PLATFORMS
"""Who keeps templates: a platform for all it acts for, or a merchant for its own."""
_plain, _standard = 0, 1
"""The types of templates; those of the platform itself are of the second, and there are none."""

Number = Annotated[int, msgspec.Meta(ge=-(2**31), le=2**31 - 1)]


class DraftBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/wxa/addtotemplate`."""

    draft_id: Number = -1
    template_type: Number = _plain


class TemplateBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/wxa/deletetemplate`."""

    template_id: Number = -1


class TypeQuery(msgspec.Struct, frozen=True, kw_only=True):
    """The query of `/wxa/gettemplatelist`."""

    template_type: str = ""


class CommitBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/wxa/commit`."""

    template_id: Number = -1
    ext_json: str = ""
    user_version: str = ""
    user_desc: str = ""


class PathQuery(msgspec.Struct, frozen=True, kw_only=True):
    """The query of `/wxa/get_qrcode`."""

    path: str = ""


class ItemPart(msgspec.Struct, frozen=True, kw_only=True):
    """A page that is put to the audit."""

    address: str | None = None
    tag: str | None = None
    title: str | None = None
    first_class: str | None = None
    second_class: str | None = None


class SubmitBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/wxa/submit_audit`."""

    item_list: list[ItemPart] = []
    version_desc: str = ""


class AuditBody(msgspec.Struct, frozen=True, kw_only=True):
    """One of the mini program's audits."""

    auditid: Number = 0


class RevertQuery(msgspec.Struct, frozen=True, kw_only=True):
    """The query of `/wxa/revertcoderelease`."""

    action: str = ""
    app_version: str = ""


class GrayBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/wxa/grayrelease`."""

    gray_percentage: Number = 0
    support_debuger_first: bool = False
    support_experiencer_first: bool = False


class ActionBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/wxa/change_visitstatus`."""

    action: str = ""


class StatusBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/wxa/changewxasearchstatus`."""

    status: Number = -1


@endpoint("GET", "/wxa/gettemplatedraftlist", kinds=_MAKERS, is_said_ok=True)
async def gettemplatedraftlist(wire: Wire) -> dict[str, object]:
    """The drafts that were uploaded."""
    command = ListCode(merchant_id=_merchant(wire), is_template=False)
    found = await wire.run(list_code, command)
    return {"draft_list": [_package(one, "draft_id") for one in found.items]}


@endpoint("POST", "/wxa/addtotemplate", kinds=_MAKERS)
async def addtotemplate(wire: Wire, body: DraftBody) -> None:
    """Make a template of a draft."""
    command = KeepTemplate(merchant_id=_merchant(wire), draft_id=PackageId(max(body.draft_id, 0)))
    await wire.run(keep_template, command)


@endpoint("GET", "/wxa/gettemplatelist", kinds=_MAKERS, is_said_ok=True)
async def gettemplatelist(wire: Wire, query: TypeQuery) -> dict[str, object]:
    """The templates."""
    command = ListCode(merchant_id=_merchant(wire), is_template=True)
    found = (await wire.run(list_code, command)).items
    if query.template_type == str(_standard):
        found = []
    listed = [_package(one, "template_id") | {"template_type": _plain} for one in found]
    return {"template_list": listed}


@endpoint("POST", "/wxa/deletetemplate", kinds=_MAKERS)
async def deletetemplate(wire: Wire, body: TemplateBody) -> None:
    """Delete a template."""
    command = DeleteCode(
        merchant_id=_merchant(wire), template_id=PackageId(max(body.template_id, 0))
    )
    await wire.run(delete_code, command)


@lacking("running of scripts: a page shows its title and its page of the web")
@endpoint("POST", "/wxa/commit", kinds=APPS)
async def commit(wire: Wire, body: CommitBody) -> None:
    """Have code to try, made of a template."""
    command = wire.command(
        CommitCode,
        template_id=str(max(body.template_id, 0)),
        ext_json=body.ext_json,
        version_name=body.user_version,
        version_note=body.user_desc,
    )
    await wire.run(commit_code, command)


@endpoint("GET", "/wxa/get_page", kinds=APPS, is_said_ok=True)
async def get_page(wire: Wire) -> dict[str, object]:
    """The pages of the code to try."""
    found = await wire.run(read_app, ReadApp(**wire.own))
    if found.trial is None:
        raise WireError(86001, "third party has not committed any code")
    return {"page_list": found.trial.config.pages}


@endpoint("GET", "/wxa/get_qrcode", kinds=APPS)
async def get_qrcode(wire: Wire, query: PathQuery) -> Bytes:
    """The picture of a code by which testers open the code to try."""
    found = await wire.run(read_app, ReadApp(**wire.own))
    if found.trial is None:
        raise WireError(86001, "third party has not committed any code")
    page, _, rest = unquote(query.path).partition("?")
    if page and page not in found.trial.config.pages:
        raise WireError(85007, "invalid page path")
    place = AppPlace(page=page, query=rest, env=Env.TRIAL)
    picture = await asyncio.to_thread(render_jpeg, render_app_link(wire.channel.appid, place))
    return Bytes(picture, "image/jpeg", "QRCode.jpg")


@endpoint("POST", "/wxa/submit_audit", kinds=APPS)
async def submit(wire: Wire, body: SubmitBody) -> dict[str, int]:
    """Put the code to try to the audit."""
    items = [
        {name: text for name, text in msgspec.structs.asdict(one).items() if text is not None}
        for one in body.item_list
    ]
    command = wire.command(SubmitAudit, items=items, note=body.version_desc)
    try:
        return {"auditid": int((await wire.run(submit_audit, command)).audit_id)}
    except Failure as failure:
        if failure.code == "miniapps.no_such_page":
            raise WireError(85007, "invalid page path") from None
        raise


@lacking("pictures of what was refused")
@endpoint("POST", "/wxa/get_auditstatus", kinds=APPS)
async def get_auditstatus(wire: Wire, body: AuditBody) -> dict[str, object]:
    """How far an audit is."""
    if body.auditid <= 0:
        raise WireError(85012, "invalid auditid")
    return _audit(await wire.run(read_audit, ReadAudit(**wire.own, audit_id=AuditId(body.auditid))))


@lacking("pictures of what was refused")
@endpoint("GET", "/wxa/get_latest_auditstatus", kinds=APPS, is_said_ok=True)
async def get_latest_auditstatus(wire: Wire) -> dict[str, object]:
    """How far the latest audit is."""
    try:
        audit = await wire.run(read_audit, ReadAudit(**wire.own))
    except Failure as failure:
        if failure.code == "miniapps.no_such_audit":
            raise WireError(85058, "no code has been submitted for audit") from None
        raise
    told = _audit(audit)
    if "screenshot" in told:
        told["ScreenShot"] = told.pop("screenshot")
    return {"auditid": int(audit.audit_id)} | told


@endpoint("GET", "/wxa/undocodeaudit", kinds=APPS, is_said_ok=True)
async def undocodeaudit(wire: Wire) -> None:
    """Call the code back from the audit."""
    await wire.run(undo_audit, UndoAudit(**wire.own))


@endpoint("POST", "/wxa/speedupaudit", kinds=APPS)
async def speedupaudit(wire: Wire, body: AuditBody) -> None:
    """Have an audit end sooner."""
    await wire.run(hurry_audit, HurryAudit(**wire.own, audit_id=AuditId(max(body.auditid, 0))))


@endpoint("GET", "/wxa/queryquota", kinds=APPS, is_said_ok=True)
async def queryquota(wire: Wire) -> dict[str, int]:
    """How often one may still go to the audit this month, and hurry it."""
    left = await wire.run(read_quota, ReadQuota(**wire.own))
    return {
        "rest": left.audits_left,
        "limit": left.audits_max,
        "speedup_rest": left.hurries_left,
        "speedup_limit": left.hurries_max,
    }


@endpoint("POST", "/wxa/release", kinds=APPS)
async def release(wire: Wire) -> None:
    """Let everybody have the approved code."""
    await wire.run(release_code, ReleaseCode(**wire.own))


@endpoint("GET", "/wxa/revertcoderelease", kinds=APPS, is_said_ok=True)
async def revertcoderelease(wire: Wire, query: RevertQuery) -> dict[str, object] | None:
    """Go back to an earlier release, or only list them."""
    if query.action == "get_history_version":
        found = await wire.run(read_app, ReadApp(**wire.own))
        return {"version_list": [_release(one) for one in found.earlier]}
    if query.action or not (query.app_version or "0").isdecimal():
        raise WireError(40097, "invalid args")
    number = int(query.app_version[:9] or "0")
    await wire.run(revert_release, RevertRelease(**wire.own, release_id=number))
    return None


@lacking("developers apart from testers")
@endpoint("POST", "/wxa/grayrelease", kinds=APPS)
async def grayrelease(wire: Wire, body: GrayBody) -> None:
    """Let a part of the people have the approved code."""
    command = ReleaseInPart(
        **wire.own,
        percentage=body.gray_percentage,
        has_testers_first=body.support_debuger_first or body.support_experiencer_first,
    )
    await wire.run(release_in_part, command)


@endpoint("GET", "/wxa/getgrayreleaseplan", kinds=APPS, is_said_ok=True)
async def getgrayreleaseplan(wire: Wire) -> dict[str, object]:
    """How far the release to a part of the people is."""
    gray = (await wire.run(read_app, ReadApp(**wire.own))).app.gray
    plan = {
        "status": _gray_statuses[gray.state],
        "gray_percentage": gray.percentage,
        "create_timestamp": _seconds(gray.started_at),
        "support_debuger_first": gray.has_testers_first,
        "support_experiencer_first": gray.has_testers_first,
    }
    return {"gray_release_plan": plan}


@endpoint("GET", "/wxa/revertgrayrelease", kinds=APPS, is_said_ok=True)
async def revertgrayrelease(wire: Wire) -> None:
    """End the release to a part of the people."""
    await wire.run(stop_gray, StopGray(**wire.own))


@endpoint("POST", "/wxa/change_visitstatus", kinds=APPS)
async def change_visitstatus(wire: Wire, body: ActionBody) -> None:
    """Let people open the mini program, or nobody."""
    if body.action not in {"open", "close"}:
        raise WireError(85022, "invalid action")
    await wire.run(change_visits, ChangeVisits(**wire.own, is_open=body.action == "open"))


@endpoint("GET POST", "/wxa/getvisitstatus", kinds=APPS, is_said_ok=True)
async def getvisitstatus(wire: Wire) -> dict[str, int]:
    """Whether people may open the mini program."""
    return {"status": int((await wire.run(read_app, ReadApp(**wire.own))).app.is_open)}


@endpoint("GET POST", "/wxa/getversioninfo", kinds=APPS, is_said_ok=True)
async def getversioninfo(wire: Wire) -> dict[str, object]:
    """What testers have, and what everybody has."""
    found = await wire.run(read_app, ReadApp(**wire.own))
    told: dict[str, object] = {}
    if found.trial is not None:
        told["exp_info"] = {
            "exp_time": _seconds(found.trial.committed_at),
            "exp_version": found.trial.version_name,
            "exp_desc": found.trial.version_note,
        }
    if found.release is not None:
        told["release_info"] = {
            "release_time": _seconds(found.release.released_at),
            "release_version": found.release.version.version_name,
            "release_desc": found.release.version.version_note,
        }
    return told


@lacking("a search for mini programs")
@endpoint("GET", "/wxa/getwxasearchstatus", kinds=APPS, is_said_ok=True)
async def getwxasearchstatus(wire: Wire) -> dict[str, int]:
    """Whether people can find the mini program: 0 if so."""
    return {"status": int(not (await wire.run(read_app, ReadApp(**wire.own))).app.is_searchable)}


@lacking("a search for mini programs")
@endpoint("POST", "/wxa/changewxasearchstatus", kinds=APPS)
async def changewxasearchstatus(wire: Wire, body: StatusBody) -> None:
    """Let people find the mini program, or nobody."""
    if body.status not in {0, 1}:
        raise WireError(85084, "invalid status")
    await wire.run(change_search, ChangeSearch(**wire.own, is_searchable=body.status == 0))


def _merchant(wire: Wire) -> MerchantId:
    """Whose library it is. A platform has one of its own: that of an account is not let to it."""
    if wire.caller is not None and wire.caller.via_id:
        raise NOT_OF_PLATFORM
    return MerchantId(wire.channel.merchant_id)


def _package(one: Package, name: str) -> dict[str, Any]:
    return {
        name: int(one.package_id),
        "user_version": one.version_name,
        "user_desc": one.version_note,
        "create_time": _seconds(one.created_at),
    }


def _release(one: Release) -> dict[str, object]:
    return {
        "app_version": one.release_id,
        "user_version": one.version.version_name,
        "user_desc": one.version.version_note,
        "commit_time": _seconds(one.version.committed_at),
    }


def _audit(audit: Audit) -> dict[str, object]:
    told: dict[str, object] = {
        "status": _statuses[audit.state],
        "user_version": audit.version.version_name,
        "user_desc": audit.version.version_note,
        "submit_audit_time": _seconds(audit.submitted_at),
    }
    if audit.reason:
        told |= {"reason": audit.reason, "screenshot": ""}
    return told


def _seconds(at: datetime | None) -> int:
    return int(at.timestamp()) if at else 0
