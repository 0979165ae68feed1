"""What programs say when they ask for money, and what is made of it: of merchant and provider."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec

from banyan.base.ids import NONE
from banyan.base.text import END
from banyan.doors.wechatpay.endpoint import Call, china
from banyan.doors.wechatpay.errors import WireError, bad
from banyan.parties.ids import PersonId
from banyan.pay.charges import Protocol, Way
from banyan.pay.payees import Payee, Scope
from banyan.reach.channels import Channel

OutTradeNo = Annotated[str, msgspec.Meta(pattern=rf"^[0-9A-Za-z_\-|*@]{{6,32}}{END}")]
NotifyUrl = Annotated[str, msgspec.Meta(pattern=rf"^https?://[^\s#]+{END}", max_length=256)]
Appid = Annotated[str, msgspec.Meta(min_length=1, max_length=32)]
Mchid = Annotated[str, msgspec.Meta(max_length=32)]
Description = Annotated[str, msgspec.Meta(min_length=1, max_length=127)]
Attach = Annotated[str, msgspec.Meta(max_length=128)]
Short = Annotated[str, msgspec.Meta(max_length=64)]
Text = Annotated[str, msgspec.Meta(max_length=512)]
Total = Annotated[int, msgspec.Meta(ge=1, le=10**12)]
Yuan = Annotated[str, msgspec.Meta(pattern="^CNY$")]
"""The only currency in which merchants of the mainland ask."""
Instant = Annotated[datetime, msgspec.Meta(tz=True)]
_goods_max = 1_000
READS = (Scope.PAY, Scope.REFUND, Scope.BILLS)
"""Who may do any of this for a merchant may see what it asked for in its name."""
OPENID_MISMATCH = WireError(400, "OPENID_MISMATCH", "openid与appid不匹配")


class Amount(msgspec.Struct, frozen=True, kw_only=True):
    """How much is asked for."""

    total: Total
    currency: Yuan = "CNY"


class Goods(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is paid for."""

    merchant_goods_id: Short
    wechatpay_goods_id: Short = ""
    goods_name: Annotated[str, msgspec.Meta(max_length=256)] = ""
    quantity: Annotated[int, msgspec.Meta(ge=1, le=10**6)]
    unit_price: Annotated[int, msgspec.Meta(ge=0, le=10**12)]

    @property
    def fields(self) -> dict[str, Any]:
        """The same, as the room calls it."""
        return {
            "goods_id": self.merchant_goods_id,
            "platform_goods_id": self.wechatpay_goods_id,
            "name": self.goods_name,
            "quantity": self.quantity,
            "unit_price_fen": self.unit_price,
        }


class Detail(msgspec.Struct, frozen=True, kw_only=True):
    """What is paid for."""

    cost_price: Annotated[int, msgspec.Meta(ge=0, le=10**12)] | None = None
    invoice_id: Short = ""
    goods_detail: Annotated[list[Goods], msgspec.Meta(max_length=_goods_max)] = []


class Store(msgspec.Struct, frozen=True, kw_only=True):
    """Where it happens."""

    id: Short = ""
    out_id: Short = ""
    name: Text = ""
    area_code: Short = ""
    address: Text = ""


class H5Info(msgspec.Struct, frozen=True, kw_only=True):
    """Of which sort the browser is."""

    type: Annotated[str, msgspec.Meta(min_length=1, max_length=32)]
    app_name: Short = ""
    app_url: Text = ""
    bundle_id: Text = ""
    package_name: Text = ""


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """Where and on what it happens."""

    payer_client_ip: Short = ""
    device_id: Short = ""
    device_ip: Short = ""
    store_info: Store = Store()
    h5_info: H5Info | None = None

    @property
    def texts(self) -> dict[str, str]:
        """The same, as the room keeps it."""
        store = self.store_info
        found = {
            "client_ip": self.payer_client_ip or self.device_ip,
            "device_id": self.device_id,
            "store_id": store.id or store.out_id,
            "store_name": store.name,
            "area_code": store.area_code,
            "address": store.address,
            "h5_type": self.h5_info.type if self.h5_info else "",
        }
        return {name: text for name, text in found.items() if text}


class SettleInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of the money."""

    profit_sharing: bool = False
    subsidy_amount: Annotated[int, msgspec.Meta(ge=0, le=500_000)] = 0


class AskBody(msgspec.Struct, frozen=True, kw_only=True):
    """What merchants and providers say alike."""

    description: Description
    out_trade_no: OutTradeNo
    amount: Amount
    notify_url: NotifyUrl = ""
    time_expire: Instant | None = None
    attach: Attach = ""
    goods_tag: Annotated[str, msgspec.Meta(max_length=32)] = ""
    limit_pay: Annotated[list[Short], msgspec.Meta(max_length=10)] = []
    support_fapiao: bool = False
    detail: Detail = Detail()
    scene_info: Scene = Scene()
    settle_info: SettleInfo = SettleInfo()


class Asker(msgspec.Struct, frozen=True, kw_only=True):
    """In whose name money is asked for, and of whom."""

    payee: Payee
    channel: Channel
    sub_channel: Channel | None = None
    payer_id: PersonId = PersonId(0)


def build_ask(asker: Asker, body: AskBody) -> dict[str, Any]:
    """The fields of what the room is asked."""
    extra = {
        "limit_pay": ",".join(body.limit_pay),
        "support_fapiao": "true" if body.support_fapiao else "",
        "cost_price": str(body.detail.cost_price or ""),
        "invoice_id": body.detail.invoice_id,
        "subsidy_amount": str(body.settle_info.subsidy_amount or ""),
    }
    return {
        "payee_id": asker.payee.merchant_id,
        "out_no": body.out_trade_no,
        "total_fen": body.amount.total,
        "currency": body.amount.currency,
        "channel_id": asker.channel.channel_id,
        "sub_channel_id": asker.sub_channel.channel_id if asker.sub_channel else NONE,
        "wanted_payer_id": asker.payer_id,
        "expires_at": body.time_expire,
        "is_shared": body.settle_info.profit_sharing,
        "facts": {
            "description": body.description,
            "attach": body.attach,
            "goods_tag": body.goods_tag,
            "notify_url": body.notify_url,
            "goods": [one.fields for one in body.detail.goods_detail],
            "scene": body.scene_info.texts,
            "extra": {name: text for name, text in extra.items() if text},
        },
    }


def create_fields(way: Way, ask: dict[str, Any]) -> dict[str, Any]:
    """The fields of a command that asks for one charge."""
    return {"protocol": Protocol.WECHAT.value, "way": way.value, "asks": [ask]}


def check_own(call: Call, mchid: str, field: str = "mchid") -> None:
    """Raise WireError `PARAM_ERROR` unless this is whoever signed."""
    if mchid != call.payee.mchid:
        raise bad("商户号与签名的商户号不一致", field)


async def find_payer(call: Call, appid: str, openid: str) -> PersonId:
    """Who stands behind an openid. Raises WireError `OPENID_MISMATCH`."""
    found = (await call.directory.find_people(appid, [openid])).get(openid)
    if found is None:
        raise OPENID_MISMATCH
    return PersonId(found)


def prepay_id_of(call: Call, token: str) -> str:
    """What a page or an app opens the cashier with."""
    return f"wx{call.now.astimezone(china):%Y%m%d%H%M%S}{token}"


def code_url_of(token: str) -> str:
    """What a code says that customers scan."""
    return f"weixin://wxpay/bizpayurl?pr={token}"


def h5_url_of(call: Call, token: str) -> str:
    """The page that a browser elsewhere opens."""
    return f"{call.base_url}/pay/h5?token={token}"
