"""The sandbox plays developers of mini programs, their audit, and people who use them."""

from __future__ import annotations

import secrets
from enum import StrEnum
from typing import Annotated

import msgspec

from banyan.base.errors import Refusal
from banyan.books.work import SYSTEM
from banyan.doors.sandbox.calls import Empty, call, meet
from banyan.doors.sandbox.channel_calls import Appid, find_channel
from banyan.doors.sandbox.ports import Playground
from banyan.parties.merchants import MerchantId
from banyan.parties.people import Language, PersonId, Profile, ReadProfile, read_profile
from banyan.parties.providers import find_unionid
from banyan.reach.channels import Channel, ensure_openids
from banyan.reach.consents import ReadAppKey, read_app_key
from banyan.reach.miniapps import (
    AuditId,
    CommitCode,
    DecideAudit,
    Decision,
    Env,
    KeepTemplate,
    OpenApp,
    Package,
    ReadAudit,
    ReleaseCode,
    ShareApp,
    SubmitAudit,
    UploadCode,
    commit_code,
    decide_audit,
    keep_template,
    open_app,
    read_audit,
    release_code,
    share_app,
    submit_audit,
    upload_code,
)
from banyan.reach.talks import EnterTalk, enter_talk
from banyan.reach.templates import Subscribe, subscribe
from banyan.wire.wechat import OpenData, seal_open_data

Query = Annotated[str, msgspec.Meta(max_length=1_024)]
_version = "1.0.0"
_iv_bytes = 16


class AddDraft(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A developer uploads code."""

    appid: Appid
    app_json: Annotated[str, msgspec.Meta(min_length=1, max_length=100_000)]
    version: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] = _version
    note: Annotated[str, msgspec.Meta(max_length=512)] = ""


class AddedDraft(msgspec.Struct, frozen=True):
    """What was uploaded: `addtotemplate` makes a template of it."""

    draft_id: int


class BringOut(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A mini program has these pages, and everybody has it."""

    appid: Appid
    pages: Annotated[list[str], msgspec.Meta(min_length=1, max_length=100)]


class EndAudit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The latest audit of a mini program comes to this."""

    appid: Appid
    decision: Decision
    reason: Annotated[str, msgspec.Meta(max_length=1_000)] = ""


class EndedAudit(msgspec.Struct, frozen=True):
    """The audit."""

    auditid: int


class OpenPage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person opens a page of a mini program; the first if none is named."""

    person: PersonId
    appid: Appid
    page: Query = ""
    query: Query = ""
    env_version: Env = Env.RELEASE


class OpenedPage(msgspec.Struct, frozen=True, kw_only=True):
    """What the person sees."""

    openid: str
    page: str
    title: str
    version: str


class Contact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person comes to a mini program's conversation."""

    person: PersonId
    appid: Appid
    session_from: Annotated[str, msgspec.Meta(max_length=1_000)] = ""


class DataKind(StrEnum):
    """What a page asks its user for."""

    PROFILE = "profile"
    PHONE = "phone"


class AskData(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person lets a page have their profile or phone number, as its server can read it."""

    person: PersonId
    appid: Appid
    kind: DataKind = DataKind.PROFILE


class SharePage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person shares a page of a mini program."""

    person: PersonId
    appid: Appid
    page: Query


class Want(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person wants the next message of a form of an account or mini program, or none."""

    person: PersonId
    appid: Appid
    template_id: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    accept: bool = True


@call
async def add_draft(playground: Playground, command: AddDraft) -> AddedDraft:
    """Upload code, as a developer does. Raises NotFound `channels.not_found`."""
    channel = await find_channel(playground, command.appid)
    draft = await _upload(playground, channel, command)
    return AddedDraft(draft_id=int(draft.package_id))


@call
async def bring_out(playground: Playground, command: BringOut) -> EndedAudit:
    """Give a mini program code with these pages, approved and released at once."""
    channel, office = await find_channel(playground, command.appid), playground.office
    told = msgspec.json.encode({"pages": command.pages}).decode()
    draft = await _upload(playground, channel, AddDraft(appid=command.appid, app_json=told))
    merchant_id, channel_id = MerchantId(channel.merchant_id), channel.channel_id
    keep = KeepTemplate(merchant_id=merchant_id, draft_id=draft.package_id)
    template = await office.run(keep_template, keep, SYSTEM)
    commit = CommitCode(
        merchant_id=merchant_id,
        channel_id=channel_id,
        template_id=template.package_id,
        version_name=_version,
    )
    await office.run(commit_code, commit, SYSTEM)
    submit = SubmitAudit(merchant_id=merchant_id, channel_id=channel_id)
    audit = await office.run(submit_audit, submit, SYSTEM)
    await _decide(playground, channel, audit.audit_id, Decision.APPROVE)
    release = ReleaseCode(merchant_id=merchant_id, channel_id=channel_id)
    await office.run(release_code, release, SYSTEM)
    return EndedAudit(auditid=int(audit.audit_id))


@call
async def end_audit(playground: Playground, command: EndAudit) -> EndedAudit:
    """Decide the latest audit; the account's server is told before this returns.

    Raises NotFound `channels.not_found`, `miniapps.no_such_audit`.
    """
    channel = await find_channel(playground, command.appid)
    query = ReadAudit(merchant_id=MerchantId(channel.merchant_id), channel_id=channel.channel_id)
    audit = await playground.office.run(read_audit, query, SYSTEM)
    await _decide(playground, channel, audit.audit_id, command.decision, command.reason)
    return EndedAudit(auditid=int(audit.audit_id))


@call
async def open_page(playground: Playground, command: OpenPage) -> OpenedPage:
    """Open a page of a mini program."""
    actor = await meet(playground, command.person)
    opening = OpenApp(
        appid=command.appid, page=command.page, query=command.query, env=command.env_version
    )
    opened = await playground.office.run(open_app, opening, actor)
    return OpenedPage(
        openid=opened.openid, page=opened.page, title=opened.title, version=opened.version_name
    )


@call
async def come_to_talk(playground: Playground, command: Contact) -> Empty:
    """Come to a mini program's conversation; its server is told before this returns."""
    actor = await meet(playground, command.person)
    channel = await find_channel(playground, command.appid)
    entering = EnterTalk(channel_id=channel.channel_id, session_from=command.session_from)
    await playground.office.run(enter_talk, entering, actor)
    await playground.deliver(int(channel.channel_id), int(command.person))
    return Empty()


@call
async def hand_over(playground: Playground, command: AskData) -> OpenData:
    """Let a page have a profile or a phone number, sealed for its server.

    Raises Refusal `consents.no_session` before the server used a code of the person's,
    `consents.no_phone`.
    """
    actor = await meet(playground, command.person)
    channel, office = await find_channel(playground, command.appid), playground.office
    query = ReadAppKey(channel_id=channel.channel_id, person_id=command.person)
    key = (await office.run(read_app_key, query, SYSTEM)).reveal()
    profile = await office.run(read_profile, ReadProfile(), actor)
    async with office.begin() as work:
        now = work.now
        openids = await ensure_openids(work, channel.channel_id, [command.person])
        unionid = await find_unionid(work.db, channel.channel_id, command.person)
    known: dict[str, object] = {"openId": openids[command.person]}
    if unionid:
        known["unionId"] = unionid
    watermark = {"watermark": {"appid": channel.appid, "timestamp": int(now.timestamp())}}
    raw: dict[str, object] = {}
    if command.kind is DataKind.PHONE:
        known = {**_phone_of(profile)}
    else:
        language = "zh_CN" if profile.language is Language.ZH else "en"
        raw = {"nickName": profile.nickname, "gender": 0, "language": language}
        raw |= {"city": "", "province": "", "country": "", "avatarUrl": ""}
    return seal_open_data(key, raw, {**known, **watermark}, secrets.token_bytes(_iv_bytes))


@call
async def share_page(playground: Playground, command: SharePage) -> Empty:
    """Share a page of a mini program."""
    actor = await meet(playground, command.person)
    sharing = ShareApp(appid=command.appid, page=command.page)
    await playground.office.run(share_app, sharing, actor)
    return Empty()


@call
async def want_message(playground: Playground, command: Want) -> Empty:
    """Allow an account or mini program the next message of a form, or none."""
    actor = await meet(playground, command.person)
    channel = await find_channel(playground, command.appid)
    wanting = Subscribe(
        channel_id=channel.channel_id,
        template_id=command.template_id,
        is_wanted=command.accept,
    )
    await playground.office.run(subscribe, wanting, actor)
    await playground.deliver(int(channel.channel_id), int(command.person))
    return Empty()


def _phone_of(profile: Profile) -> dict[str, str]:
    if profile.phone is None:
        raise Refusal("consents.no_phone")
    number = profile.phone.removeprefix("+86")
    is_mainland = number != profile.phone
    return {
        "phoneNumber": number if is_mainland else profile.phone,
        "purePhoneNumber": number.removeprefix("+"),
        "countryCode": "86" if is_mainland else "",
    }


async def _upload(playground: Playground, channel: Channel, draft: AddDraft) -> Package:
    upload = UploadCode(
        merchant_id=MerchantId(channel.merchant_id),
        app_json=draft.app_json,
        version_name=draft.version,
        version_note=draft.note,
    )
    return await playground.office.run(upload_code, upload, SYSTEM)


async def _decide(
    playground: Playground,
    channel: Channel,
    audit_id: AuditId,
    decision: Decision,
    reason: str = "",
) -> None:
    decide = DecideAudit(
        channel_id=channel.channel_id, audit_id=audit_id, decision=decision, reason=reason
    )
    await playground.office.run(decide_audit, decide, SYSTEM)
    await playground.deliver(int(channel.channel_id), 0)
