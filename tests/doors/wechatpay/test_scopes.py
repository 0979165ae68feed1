"""What each scope of a bond lets a provider's program call: a new endpoint must decide."""

# ruff: noqa: ANN401 - bodies of all endpoints; what stands in looks at little of them

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import msgspec
from msgspec import inspect
from typing_extensions import override

from banyan.base.errors import Failure, Refusal
from banyan.books.actor import Actor, check_permission
from banyan.books.work import Operation
from banyan.doors.wechatpay import ENDPOINTS, ENDPOINTS_V2
from banyan.doors.wechatpay.callers import Directory, act_for
from banyan.doors.wechatpay.endpoint import Call, Endpoint, EndpointV2, WireError
from banyan.parties.ids import MerchantId
from banyan.pay.charges import ChargeId, transaction_no_of
from banyan.pay.payees import Bound, KeyMode, Payee, Scope, read_bound
from banyan.reach.channels import find_people

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PROVIDER, SUB = (
    Payee(
        merchant_id=MerchantId(number),
        mchid=f"160000000{number}",
        mode=KeyMode.PUBLIC_KEY,
        rate_bp=60,
        has_apiv3_key=True,
        has_apiv2_key=True,
        opened_at=NOW,
    )
    for number in (1, 2)
)
OTHERS = {"sub_mchid", "sub_mch_id", "brand_mchid", "complainted_mchid", "stock_creator_mchid"}
"""The fields by which a program names a merchant other than its own."""
VALUES: dict[str, Any] = {
    **dict.fromkeys((*OTHERS, "belong_merchant", "mchid", "merchant_id_list"), SUB.mchid),
    **dict.fromkeys(("sp_mchid", "combine_mchid"), PROVIDER.mchid),
    **dict.fromkeys(("begin_date", "end_date", "bill_date", "date"), "2026-11-20"),
    "transaction_id": transaction_no_of(ChargeId(1)),
    "type": "MERCHANT_ID",
    "sign_type": "HMAC-SHA256",
    "plate_color": "BLUE",
    "amt_type": "ALL_RAND",
    "return_account_type": "MERCHANT_ID",
    "receiver": '{"type":"MERCHANT_ID","account":"1"}',
    "receivers": '[{"type":"MERCHANT_ID","account":"1","amount":1,"description":"1"}]',
    "trade_type": "NATIVE",
}
FIELDS: dict[str, dict[str, Any]] = {
    "bills_v2.download_bill": {"bill_date": "20261120", "bill_type": "ALL"},
    "redpackets.sendgroupredpack": {"total_num": 3, "total_amount": 300},
}
TABLE = {
    "bills funds": """
        balances.read_sub_balance balances.read_sub_day_end bills.share_bill
        bills.sub_fund_bill bills.trade_bill bills_v2.download_bill fapiaos.check_sub
        fapiaos.list_codes fapiaos.read_base platform_refunds.read_withdrawal
        platform_refunds.read_withdrawal_by_no
    """,
    "funds": """
        busifavor.create busifavor.find_address busifavor.set_address fapiaos.find_files
        fapiaos.find_title_url fapiaos.insert fapiaos.issue fapiaos.make_template
        fapiaos.query fapiaos.read_title fapiaos.reverse favor.create favor.detail
        favor.list_all favor.list_items favor.list_merchants favor.pause favor.restart
        favor.start favor_coupons.find_address favor_coupons.set_address
        paygifts.add_merchants paygifts.delete_merchants platform_refunds.withdraw
        redpackets.sendgroupredpack redpackets.sendredpack
    """,
    "": """
        applyments.modify_settlement applyments.read_application applyments.read_settlement
        bills_v2.download_funds combined.close favor_coupons.send parkings.find_service
        platform_sharing.platform_add platform_sharing.platform_delete
        sharing_v2.read_amounts_v2 subjects.read_state
    """,
    "refund": """
        complaints.answer complaints.complete complaints.list_all
        platform_refunds.apply_refund refunds.create refunds.mend refunds_v2.refund
        refunds_v2.refundv2
    """,
    "pay": """
        circles.find_authorization circles.note_points combined.app combined.h5
        combined.jsapi combined.miniprogram combined.native goldplan.change_plan
        goldplan.change_receipt goldplan.close_adverts goldplan.keep_away
        goldplan.open_adverts guides.assign guides.query guides.register guides.update
        orders_v2.authcodetoopenid orders_v2.closeorder orders_v2.micropay
        orders_v2.unifiedorder parkings.deduct parkings.enter parkings.query partner.app
        partner.close partner.codepay partner.h5 partner.jsapi partner.native
    """,
    "pay refund bills": """
        orders_v2.orderquery partner.read_by_number partner.read_by_out_no
        platform_refunds.read_platform_refund platform_refunds.read_platform_refund_by_no
        refunds.read refunds_v2.refundquery refunds_v2.refundqueryv2
    """,
    "pay refund": """
        orders_v2.reverse partner.reverse
    """,
    "share": """
        brand_sharing.brand_add brand_sharing.brand_config brand_sharing.brand_delete
        brand_sharing.brand_finish brand_sharing.brand_order brand_sharing.brand_read_order
        brand_sharing.brand_read_return brand_sharing.brand_return
        platform_sharing.bring_subsidy_back platform_sharing.create_subsidy
        platform_sharing.drop_subsidy platform_sharing.platform_finish
        platform_sharing.platform_order platform_sharing.platform_read_order
        platform_sharing.platform_read_return platform_sharing.platform_return sharing.add
        sharing.delete sharing.merchant_config sharing.order sharing.read_order
        sharing.read_return sharing.return_order sharing.unfreeze sharing_v2.add_receiver_v2
        sharing_v2.finish_v2 sharing_v2.read_ratio_v2 sharing_v2.read_return_v2
        sharing_v2.read_sharing_v2 sharing_v2.remove_receiver_v2 sharing_v2.return_v2
        sharing_v2.share_more sharing_v2.share_once
    """,
}
"""What a bond of one scope opens, by the scopes that do. Under none is what names another merchant
but does not act as it at this door: whose it is, or the bond, is then a matter of the room."""


PLAIN: dict[type[inspect.Type], Any] = {
    inspect.StrType: "1",
    inspect.IntType: 1,
    inspect.FloatType: 1.0,
    inspect.BoolType: True,
    inspect.DateTimeType: NOW,
}


class OpenedError(Exception):
    """The bond lets the call go on."""


class Office:
    """Books in which the one is bound to the other by one scope only."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.is_asked = False
        self.is_refused = False

    async def run(self, operation: Operation[Any, Any], command: Any, actor: Actor) -> Any:
        """Answer who is bound, and who people are; whatever else may be done ends the call."""
        if operation is read_bound:
            self.is_asked = True
            self.is_refused = self.scope not in command.scopes
            if self.is_refused:
                raise Refusal("payees.not_bound", mchid=command.mchid)
            return Bound(payee=SUB, scopes=[self.scope])
        if operation is find_people:
            return SimpleNamespace(people={"1": 1})
        try:
            merchant_id = int(getattr(command, "merchant_id", 0))
            check_permission(actor, operation.permission, merchant_id, 0)
        except Failure:
            self.is_refused = True
            raise
        raise OpenedError


class Program(Call):
    """A call whose accounts and people are all there, and whose fields are not looked at."""

    @override
    async def read_channel(self, appid: str, payee: Payee | None = None) -> Any:
        return SimpleNamespace(channel_id=1, appid=appid)

    @override
    async def find_person(self, appid: str, openid: str, field: str = "payer") -> Any:
        return 1

    @override
    def decrypt(self, hidden: str, field: str = "") -> str:
        return hidden

    @override
    def command(self, kind: type[Any], /, **fields: object) -> Any:
        return SimpleNamespace(**{"merchant_id": self.payee.merchant_id, **fields})


def _program(office: Office) -> Call:
    return Program(
        directory=Directory(office, cast("Any", None)),
        keys=cast("Any", SimpleNamespace(payee=PROVIDER)),
        pairs=cast("Any", None),
        actor=act_for(PROVIDER),
        query={},
        address="",
        base_url="",
        named_serial="",
        signed_by="",
        now=NOW,
    )


def _fill(kind: inspect.Type, name: str = "") -> Any:
    """A value of about that type; who is named is the merchant for whom the provider acts."""
    made: Any = {}
    match kind:
        case inspect.Metadata(type=inner):
            made = _fill(inner, name)
        case inspect.StructType(cls=cls, fields=fields):
            values = {one.name: _fill(one.type, one.encode_name) for one in fields}
            if {"mchid", "sub_mchid"} <= values.keys():
                values["mchid"] = PROVIDER.mchid
            made = cls(**values)
        case inspect.ListType(item_type=item) | inspect.VarTupleType(item_type=item):
            made = [_fill(item, name)]
        case inspect.UnionType(types=types):
            made = _fill(next(one for one in types if type(one) is not inspect.NoneType), name)
        case inspect.LiteralType(values=values):
            made = values[0]
        case _ if type(kind) in PLAIN:
            made = VALUES.get(name, PLAIN[type(kind)])
        case _:
            pass
    return made


def _name(one: Endpoint | EndpointV2) -> str:
    return f"{one.function.__module__.rpartition('.')[2]}.{one.function.__name__}"


def _names_others(one: Endpoint | EndpointV2) -> bool:
    shape = repr(inspect.type_info(one.body_type)) if one.body_type else ""
    return any(f"encode_name='{name}'" in shape for name in OTHERS)


async def _is_open(one: Endpoint | EndpointV2, office: Office) -> bool:
    body: list[Any] = []
    if one.body_type is not None:
        made = _fill(inspect.type_info(one.body_type))
        body = [msgspec.structs.replace(made, **FIELDS.get(_name(one), {}))]
    with suppress(Failure, WireError, OpenedError):
        await one.function(_program(office), *body)
    return not office.is_refused


async def test_each_call_is_opened_by_the_scopes_it_named() -> None:
    found = defaultdict(list)
    calls: list[Endpoint | EndpointV2] = [*ENDPOINTS, *ENDPOINTS_V2]
    for one in calls:
        offices = [Office(scope) for scope in Scope]
        opened = [office.scope.value for office in offices if await _is_open(one, office)]
        if any(office.is_asked for office in offices):
            found[" ".join(opened)].append(_name(one))
        elif _names_others(one):
            found[""].append(_name(one))
    told = {scopes: sorted(names) for scopes, names in found.items()}
    assert told == {scopes: names.split() for scopes, names in TABLE.items()}
