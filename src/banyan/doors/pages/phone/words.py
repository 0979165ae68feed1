"""How coupons, orders and the like are put into words, in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from banyan.commerce.coupons import CouponKind, CouponTerms
from banyan.commerce.orders import OrderKind, OrderState
from banyan.doors.http.money import format_money
from banyan.doors.pages.shell import Language, mark, translate
from banyan.doors.pages.shell.format import format_number
from banyan.doors.papers.app_links import AppPlace, render_app_path
from banyan.pay.collect import PaymentMethod
from banyan.pay.gateways import GatewayKind
from banyan.views.statements import EntryKind

if TYPE_CHECKING:
    from banyan.reach.notices import Notice

_whole_bp = 10_000

_states: Mapping[OrderState, tuple[str, str]] = {
    OrderState.UNPAID: (mark("To pay"), "warning"),
    OrderState.PAID: (mark("Paid"), "success"),
    OrderState.PART_REFUNDED: (mark("Partly refunded"), "info"),
    OrderState.REFUNDED: (mark("Refunded"), "neutral"),
    OrderState.EXPIRED: (mark("Not paid in time"), "neutral"),
    OrderState.CANCELLED: (mark("Cancelled"), "neutral"),
}
_kinds: Mapping[OrderKind, str] = {
    OrderKind.TAKE_AWAY: mark("Take away"),
    OrderKind.DINE_IN: mark("Eat here"),
}
_methods: Mapping[PaymentMethod, str] = {
    PaymentMethod.WALLET: mark("Wallet"),
    PaymentMethod.CASH: mark("Cash"),
    PaymentMethod.OTHER: mark("Other"),
    PaymentMethod.WECHATPAY: mark("WeChat Pay"),
    PaymentMethod.ALIPAY: mark("Alipay"),
}
_entries: Mapping[EntryKind, tuple[str, str]] = {
    EntryKind.TOP_UP: (mark("Top-up"), "arrow-down"),
    EntryKind.PAYMENT: (mark("Payment"), "shopping-bag"),
    EntryKind.REFUND: (mark("Refund"), "undo-2"),
    EntryKind.CHARGE: (mark("Payment"), "credit-card"),
    EntryKind.CHARGE_REFUND: (mark("Refund"), "undo-2"),
    EntryKind.REMITTANCE: (mark("Transfer from a merchant"), "arrow-down"),
    EntryKind.SHARE: (mark("Share of a sale"), "arrow-down"),
    EntryKind.PAYOUT: (mark("Withdrawal"), "arrow-up-right"),
    EntryKind.PACKET_SENT: (mark("Red packet sent"), "gift"),
    EntryKind.PACKET_TAKEN: (mark("Red packet"), "gift"),
    EntryKind.PACKET_RETURNED: (mark("Red packet returned"), "undo-2"),
}


def name_entry(kind: EntryKind) -> str:
    """Why money came or went, in the words of the source."""
    return _entries[kind][0]


_contents: Mapping[str, str] = {
    "image": mark("[Picture]"),
    "voice": mark("[Voice]"),
    "video": mark("[Video]"),
    "music": mark("[Music]"),
    "wxcard": mark("[Card]"),
    "miniprogrampage": mark("[Mini program]"),
    "mpnews": mark("[Article]"),
    "mpnewsarticle": mark("[Article]"),
    "news": mark("[Article]"),
    "card": mark("[Card]"),
}

_titles = {
    "channels.out_of_order": mark("This account's service is out of order"),
    "invoices.issued": mark("Your invoice is here"),
    "invoices.refused": mark("There will be no invoice"),
    "comments.replied": mark("Your comment was answered"),
    "talks.invited": mark("You are asked to answer for this account"),
}
"""What notices are called that have a text at most."""


_message_entry = 1014
"""The way into a mini program by a message."""


class Words:
    """What templates call as `say.something(...)`."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def money(self, amount: int, currency: str) -> str:
        """Money without needless zeros: `¥5`, `¥5.50`."""
        text = format_money(self._language.locale, amount, currency)
        return text.removesuffix(".00")

    def coupon_amount(self, terms: CouponTerms, currency: str) -> str:
        """What a coupon takes off, short: `¥5`, `−15%`, `8.5 折`."""
        if terms.kind is CouponKind.AMOUNT_OFF:
            return self.money(terms.amount_off_fen, currency)
        if terms.kind is CouponKind.VOUCHER:
            return "兑换" if self._language is Language.ZH else "Voucher"
        if self._language is Language.ZH:
            tenths = (_whole_bp - terms.percent_bp) / 1_000
            return f"{format_number(self._language.locale, tenths)} 折"
        percent = format_number(self._language.locale, terms.percent_bp / 100)
        return f"−{percent}%"

    def coupon_condition(self, terms: CouponTerms, currency: str) -> str:
        """From when on a coupon counts, and how far it goes."""
        parts = []
        if terms.threshold_fen:
            least = self.money(terms.threshold_fen, currency)
            parts.append(self._say(mark("from {least}"), least=least))
        if terms.cap_fen:
            most = self.money(terms.cap_fen, currency)
            parts.append(self._say(mark("up to {most}"), most=most))
        return " · ".join(parts) or self._say(mark("any order"))

    def state(self, state: OrderState) -> str:
        """The state of an order."""
        return self._say(_states[state][0])

    def state_kind(self, state: OrderState) -> str:
        """The colour of a state's badge."""
        return _states[state][1]

    def kind(self, kind: OrderKind) -> str:
        """Where an order goes."""
        return self._say(_kinds[kind])

    def gateway(self, kind: GatewayKind) -> str:
        """What people call a provider."""
        return self._say(_methods[PaymentMethod(kind.value)])

    def method(self, method: PaymentMethod) -> str:
        """How an order was paid."""
        return self._say(_methods[method])

    def entry(self, kind: EntryKind) -> str:
        """Why money came or went."""
        return self._say(_entries[kind][0])

    def entry_icon(self, kind: EntryKind) -> str:
        """The icon beside it."""
        return _entries[kind][1]

    def discount(self, basis_points: int) -> str:
        """What a tier takes off every order: `5%`, `9.5 折`."""
        if self._language is Language.ZH:
            tenths = (_whole_bp - basis_points) / 1_000
            return f"{format_number(self._language.locale, tenths)} 折"
        percent = format_number(self._language.locale, basis_points / 100)
        return f"{percent}%"

    def line(self, name: str, variant: str) -> str:
        """A product with its variant."""
        return f"{name} · {variant}" if variant else name

    def notice(self, notice: Notice) -> tuple[str, str]:
        """Title and text of a notice; those that Banyan writes come as facts."""
        fields = notice.fields
        match notice.kind:
            case "orders.receipt":
                money = self.money(int(fields["total_fen"]), str(fields["currency"]))
                title = self._say(
                    mark("Paid {money} at {shop}"), money=money, shop=fields["merchant_name"]
                )
                points = int(fields.get("points_earned", 0))
                text = self._say(mark("{points} points earned"), points=points) if points else ""
                return title, text
            case "orders.refund":
                money = self.money(int(fields["amount_fen"]), str(fields["currency"]))
                title = self._say(
                    mark("{shop} gave back {money}"), money=money, shop=fields["merchant_name"]
                )
                points = int(fields.get("points_back", 0))
                text = (
                    self._say(mark("{points} points taken back"), points=points) if points else ""
                )
                return title, text
            case "coupons.arrived":
                title = self._say(mark("{shop} gave you a coupon"), shop=fields["merchant_name"])
                return title, str(fields["coupon_name"])
            case kind if kind.startswith("redpackets."):
                return self._packet(notice)
            case "talks.message" | "channels.message":
                kind = str(fields.get("content_kind", ""))
                words = notice.title or notice.body or self.content(kind)
                return words, notice.body if notice.title else ""
            case kind:
                title = self._say(_titles[kind]) if kind in _titles else notice.title
                return title, notice.body

    def _packet(self, notice: Notice) -> tuple[str, str]:
        """Title and text of a notice about a red packet."""
        fields = notice.fields
        if notice.kind == "redpackets.returned":
            money = self.money(int(fields["refunded_fen"]), str(fields["currency"]))
            return self._say(mark("{money} of your red packet came back"), money=money), ""
        if notice.kind == "redpackets.thanked":
            title = self._say(mark("{name} thanks you for your red packet"), name=fields["name"])
            return title, str(fields["thanks"])
        title = self._say(mark("{name} sent you a red packet"), name=fields["sender_name"])
        return title, str(fields["wish"])

    def content(self, kind: str) -> str:
        """What a message of a kind is called that has no words."""
        return self._say(_contents.get(kind, mark("[Message]")))

    def notice_href(self, notice: Notice) -> str:
        """Where a notice leads; empty when it says all there is."""
        match notice.kind:
            case "orders.receipt" | "orders.refund":
                return f"/orders/{notice.fields['order_id']}"
            case "coupons.arrived":
                return "/coupons"
            case "templates.message" | "templates.subscription" if notice.fields.get("appid"):
                return self.app_href(str(notice.fields["appid"]), str(notice.fields["pagepath"]))
            case _:
                return notice.link

    @staticmethod
    def app_href(appid: str, pagepath: str) -> str:
        """Where a page of a mini program is."""
        page, _, query = pagepath.removeprefix("/").partition("?")
        place = AppPlace(page=page, query=query, entry=_message_entry)
        return render_app_path(appid, place)

    def _say(self, text: str, **params: object) -> str:
        return translate(self._language, text, **params)
