"""Taxed invoices ("fapiao"): how they are made, whom they are for, issued, reversed, fetched."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

import msgspec

from banyan.commerce.fapiaos import (
    TOLD,
    AddFapiaoPaper,
    AddTemplate,
    ApplyForFapiao,
    Base,
    DraftFapiao,
    Fapiao,
    Goods,
    InsertFapiao,
    IssueFapiao,
    ListFapiaoGoods,
    ReadFapiao,
    ReadFapiaoSettings,
    ReadFapiaoTitle,
    ReverseFapiao,
    SetFapiaoSettings,
    Step,
    ToldFapiao,
    add_fapiao_paper,
    add_template,
    apply_for_fapiao,
    draft_fapiao,
    insert_fapiao,
    issue_fapiao,
    list_fapiao_goods,
    read_fapiao,
    read_fapiao_settings,
    read_fapiao_title,
    reverse_fapiao,
    set_fapiao_settings,
)
from banyan.commerce.invoices import (
    AddPaper,
    OpenPaper,
    PaperId,
    ReadPaper,
    Request,
    TitleKind,
    add_paper,
    open_paper,
    read_paper,
)
from banyan.doors.papers.fapiaos import draw_fapiao
from banyan.doors.papers.posters import ORIGIN
from banyan.doors.wechatpay.callers import Directory
from banyan.doors.wechatpay.endpoint import Accepted, Bytes, Call, endpoint, pruned, wire_time
from banyan.doors.wechatpay.errors import WireError, bad
from banyan.doors.wechatpay.fapiaos_bodies import (
    CodesBody,
    ConfigBody,
    FileBody,
    InsertBody,
    IssueBody,
    PaperBody,
    QueryBody,
    RedPart,
    ReverseBody,
    SubBody,
    TemplateBody,
    TitleBody,
    TitleUrlBody,
)
from banyan.doors.wechatpay.fapiaos_show import (
    read_buyer,
    read_wish,
    show_base,
    show_fapiao,
    show_goods,
)
from banyan.doors.wechatpay.marketing import id_of
from banyan.doors.wechatpay.notices import Told, renders
from banyan.pay.notifications import Telling
from banyan.pay.payees import Payee, Scope
from banyan.reach.channels import ChannelId

_base = "/v3/new-tax-control-fapiao"
_all = f"{_base}/fapiao-applications"
_one = f"{_all}/{{fapiao_apply_id}}"
_pdf = "application/pdf"
_NOT_OPEN = WireError(400, "INVALID_REQUEST", "子商户尚未开通电子发票功能")
_ONE_ONLY = WireError(400, "INVALID_REQUEST", "一笔支付仅支持开具一张发票")
_NO_SM3 = WireError(400, "PARAM_ERROR", "digest_algorithm须为SM3")

_STEPS = {
    Step.APPLIED: ("FAPIAO.USER_APPLIED", "用户已填写发票抬头"),
    Step.ISSUED: ("FAPIAO.ISSUED", "发票开具成功"),
    Step.INSERTED: ("FAPIAO.CARD_INSERTED", "发票已插入用户卡包"),
    Step.REVERSED: ("FAPIAO.REVERSED", "发票冲红成功"),
    Step.DISCARDED: ("FAPIAO.CARD_DISCARDED", "发票卡券已作废"),
}

P = TypeVar("P")


@endpoint("PATCH", f"{_base}/merchant/development-config")
async def set_config(call: Call, body: ConfigBody) -> dict[str, Any]:
    """Have a server told, and say what people are shown."""
    command = call.command(
        SetFapiaoSettings,
        callback_url=body.callback_url,
        shows_cell=body.show_fapiao_cell,
        has_vat=body.support_vat_fapiao,
    )
    await call.run(set_fapiao_settings, command)
    return _config(await _read_base(call, call.payee))


@endpoint("GET", f"{_base}/merchant/development-config")
async def read_config(call: Call) -> dict[str, Any]:
    """What was said."""
    return _config(await _read_base(call, call.payee))


@endpoint("GET", f"{_base}/merchant/base-information")
async def read_base(call: Call, body: SubBody) -> dict[str, Any]:
    """What stands on invoices of the merchant."""
    payee, own = await _act_for(call, body.sub_mchid, Scope.BILLS)
    return show_base(await _read_base(own, payee))


@endpoint("GET", f"{_base}/merchant/tax-codes")
async def list_codes(call: Call, body: CodesBody) -> dict[str, Any]:
    """What the merchant sells, by the tax office's codes."""
    payee, own = await _act_for(call, body.sub_mchid, Scope.BILLS)
    query = call.command(
        ListFapiaoGoods, merchant_id=payee.merchant_id, offset=body.offset, limit=body.limit
    )
    page = await own.run(list_fapiao_goods, query)
    items: list[Goods] = page.items
    return {
        "offset": body.offset,
        "limit": body.limit,
        "total_count": page.total,
        "data": [show_goods(one) for one in items],
    }


@endpoint("GET POST", f"{_base}/merchant/{{sub_mchid}}/check")
async def check_sub(call: Call, body: SubBody) -> None:
    """Whether invoices can be issued for a merchant."""
    payee, own = await _act_for(call, body.sub_mchid, Scope.BILLS)
    if not (await _read_base(own, payee)).tax_number:
        raise _NOT_OPEN


@endpoint("POST", f"{_base}/card-template", lacks="accounts that others own")
async def make_template(call: Call, body: TemplateBody) -> dict[str, Any]:
    """Say as which cards an account's invoices come into hands."""
    payee, own = await _act_for(call, body.sub_mchid)
    channel = await call.read_channel(body.card_appid, payee)
    part = body.card_template_information
    cell = msgspec.structs.asdict(part.custom_cell)
    facts = {"logo_url": part.logo_url} | {name: value for name, value in cell.items() if value}
    command = call.command(
        AddTemplate,
        merchant_id=payee.merchant_id,
        channel_id=channel.channel_id,
        payee=part.payee_name,
        facts=facts,
    )
    made = await own.run(add_template, command)
    return {"card_appid": body.card_appid, "card_id": made.kind_id}


@endpoint("GET", f"{_base}/user-title/title-url", lacks="accounts that others own")
async def find_title_url(call: Call, body: TitleUrlBody) -> dict[str, Any]:
    """Where somebody says what they are called on the invoice of a payment."""
    payee, own = await _act_for(call, body.sub_mchid)
    channel = await call.read_channel(body.appid, payee)
    await call.find_person(body.appid, body.openid, "")
    command = call.command(
        ApplyForFapiao,
        merchant_id=payee.merchant_id,
        told_id=call.payee.merchant_id,
        channel_id=channel.channel_id,
        apply_no=body.fapiao_apply_id,
        amount_fen=body.total_amount,
        source="web" if body.source == "WEB" else "app",
    )
    request = await own.run(apply_for_fapiao, command)
    return {"title_url": ORIGIN.title_link(request.token)}


@endpoint("GET", f"{_base}/user-title")
async def read_title(call: Call, body: TitleBody) -> dict[str, Any]:
    """What they said."""
    payee, own = await _act_for(call, body.sub_mchid)
    query = call.command(
        ReadFapiaoTitle, merchant_id=payee.merchant_id, apply_no=body.fapiao_apply_id
    )
    request = await own.run(read_fapiao_title, query)
    facts = request.title
    assert facts is not None, "it was answered"
    is_company = facts.kind is TitleKind.COMPANY
    return pruned(
        {
            "type": "ORGANIZATION" if is_company else "INDIVIDUAL",
            "name": facts.name,
            "taxpayer_id": facts.tax_number,
            "address": facts.address,
            "telephone": facts.phone if is_company else "",
            "bank_name": facts.bank,
            "bank_account": facts.bank_account,
            "phone": "" if is_company else call.encrypt(facts.phone),
            "email": call.encrypt(facts.email),
            "amount": request.amount_fen,
        }
    )


@endpoint("POST", _all, lacks="more than one invoice of a payment")
async def issue(call: Call, body: IssueBody) -> Accepted:
    """Issue an invoice into the hands of whoever asked for it."""
    payee, own = await _act_for(call, body.sub_mchid)
    part = _only(body.fapiao_information)
    fields = {
        "merchant_id": payee.merchant_id,
        "apply_no": body.fapiao_apply_id,
        "fapiao_no": part.fapiao_id,
        "buyer": read_buyer(call, body.buyer_information),
        "total_fen": part.total_amount,
        "wishes": [read_wish(one) for one in part.items],
        "remark": part.remark,
    }
    draft = await own.run(draft_fapiao, call.command(DraftFapiao, **fields))
    if draft.known is None:
        content = await asyncio.to_thread(draw_fapiao, draft)
        channel_id = (await _title_of(own, payee, body.fapiao_apply_id)).channel_id
        adding = AddPaper(
            merchant_id=payee.merchant_id, channel_id=ChannelId(channel_id), content=content
        )
        paper_id = (await own.run(add_paper, adding)).paper_id
        await own.run(issue_fapiao, call.command(IssueFapiao, **fields, paper_id=paper_id))
    return Accepted()


@endpoint("POST", f"{_one}/insert-cards", lacks="more than one invoice of a payment")
async def insert(call: Call, body: InsertBody) -> Accepted:
    """Put what was issued elsewhere into the hands of whoever asked for it."""
    payee, own = await _act_for(call, body.sub_mchid)
    part = _only(body.fapiao_card_information)
    command = call.command(
        InsertFapiao,
        merchant_id=payee.merchant_id,
        apply_no=body.fapiao_apply_id,
        fapiao_no=part.fapiao_number,
        buyer=read_buyer(call, body.buyer_information),
        total_fen=part.total_amount,
        wishes=[read_wish(one) for one in part.items],
        remark=part.remark,
        paper_id=id_of(PaperId, part.fapiao_media_id),
        code=part.fapiao_code,
        number=part.fapiao_number,
        check_code=part.check_code,
        issued_at=part.fapiao_time,
    )
    await own.run(insert_fapiao, command)
    return Accepted()


@endpoint("GET", _one)
async def query(call: Call, body: QueryBody) -> dict[str, Any]:
    """What became of it."""
    found = await _find(call, body)
    appids = await call.directory.list_appids([found.channel_id])
    appid = appids[int(found.channel_id)]
    openids = await call.directory.find_openids(appid, [found.person_id])
    openid = openids.get(int(found.person_id), "")
    return {"total_count": 1, "fapiao_information": [show_fapiao(call, found, appid, openid)]}


@endpoint("POST", f"{_one}/reverse")
async def reverse(call: Call, body: ReverseBody) -> Accepted:
    """Take it back by a red one."""
    payee, own = await _act_for(call, body.sub_mchid)
    given = body.fapiao_information
    part = given if isinstance(given, RedPart) else _only(given)
    command = call.command(
        ReverseFapiao,
        merchant_id=payee.merchant_id,
        apply_no=body.fapiao_apply_id,
        fapiao_no=part.fapiao_id,
        number=part.fapiao_number,
        reason=body.reverse_reason,
    )
    await own.run(reverse_fapiao, command)
    return Accepted()


@endpoint("POST", f"{_all}/upload-fapiao-file", lacks="papers in OFD")
async def upload(call: Call, body: FileBody) -> dict[str, Any]:
    """Take in the paper of an invoice that was issued elsewhere."""
    if call.upload is None:
        raise bad("缺少file", "file")
    if "SM3" not in {body.digest_algorithm, body.misspelled}:
        raise _NO_SM3
    content = call.upload.content
    if body.file_type != "PDF":
        raise bad("文件类型须为PDF", "meta/file_type")
    if hashlib.new("sm3", content).hexdigest() != body.digest.lower():
        raise bad("文件摘要与meta不一致", "meta/digest")
    adding = AddFapiaoPaper(merchant_id=call.payee.merchant_id, content=content)
    return {"fapiao_media_id": f"{(await call.run(add_fapiao_paper, adding)).paper_id:d}"}


@endpoint("GET POST", f"{_one}/fapiao-files")
async def find_files(call: Call, body: QueryBody) -> dict[str, Any]:
    """Where its paper can be fetched for two hours."""
    found = await _find(call, body)
    payee, own = await _act_for(call, body.sub_mchid)
    opening = OpenPaper(
        merchant_id=payee.merchant_id,
        channel_id=ChannelId(found.channel_id),
        paper_id=PaperId(found.paper_id),
    )
    token = (await own.run(open_paper, opening)).token
    info = {
        "fapiao_id": found.fapiao_no,
        "download_url": f"{call.base_url}{_base}/download?{urlencode({'token': token})}",
        "status": found.state.value.upper(),
    }
    return {"fapiao_download_info_list": [info]}


@endpoint("GET", f"{_base}/download")
async def download(call: Call, body: PaperBody) -> Bytes:
    """A paper."""
    found = await call.run(read_paper, ReadPaper(token=body.token))
    return Bytes(found.content, _pdf, "fapiao.pdf")


@renders(TOLD)
async def tell_step(directory: Directory, telling: Telling, told: ToldFapiao) -> Told:
    """Something became of an invoice, or somebody said what they are called on it."""
    del telling
    mchid = await directory.find_mchid(int(told.merchant_id))
    teller = await directory.find_mchid(int(told.told_id))
    resource: dict[str, Any] = {
        "mchid": teller,
        "sub_mchid": mchid if mchid != teller else "",
        "fapiao_apply_id": told.apply_no,
    }
    if told.state is None:
        resource["apply_time"] = wire_time(told.at)
    else:
        resource["fapiao_information"] = {
            "fapiao_id": told.fapiao_no,
            "fapiao_status": told.state.value.upper(),
            "card_status": "INSERTED" if told.is_held else "DISCARDED",
        }
    event_type, summary = _STEPS[told.step]
    return Told(
        event_type=event_type,
        original_type="fapiao",
        summary=summary,
        resource=pruned(resource),
    )


async def _act_for(call: Call, sub_mchid: str, *others: Scope) -> tuple[Payee, Call]:
    return await call.act_for(sub_mchid or call.payee.mchid, Scope.FUNDS, *others)


async def _read_base(call: Call, payee: Payee) -> Base:
    return await call.run(read_fapiao_settings, ReadFapiaoSettings(merchant_id=payee.merchant_id))


def _config(base: Base) -> dict[str, Any]:
    known = base.settings
    return {
        "callback_url": known.callback_url,
        "show_fapiao_cell": known.shows_cell,
        "support_vat_fapiao": known.has_vat,
    }


async def _find(call: Call, body: QueryBody) -> Fapiao:
    payee, own = await _act_for(call, body.sub_mchid)
    reading = call.command(
        ReadFapiao,
        merchant_id=payee.merchant_id,
        apply_no=body.fapiao_apply_id,
        fapiao_no=body.fapiao_id or None,
    )
    return await own.run(read_fapiao, reading)


async def _title_of(call: Call, payee: Payee, apply_no: str) -> Request:
    reading = call.command(ReadFapiaoTitle, merchant_id=payee.merchant_id, apply_no=apply_no)
    return await call.run(read_fapiao_title, reading)


def _only(parts: Sequence[P]) -> P:
    if len(parts) > 1:
        raise _ONE_ONLY
    return parts[0]
