"""What goes on beside buying and selling, on paper: shares, red packets, money sent to people."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from banyan.base.errors import Refusal
from banyan.base.money import CNY
from banyan.books.actor import SYSTEM
from banyan.books.ledger import Account
from banyan.pay.remit import (
    ConfirmRemittance,
    Detail,
    Report,
    cancel_remittance,
    confirm_remittance,
    read_batch,
    send_batch,
    send_remittance,
)
from banyan.pay.split import (
    ReceiverKind,
    Share,
    add_receiver,
    return_share,
    share_charge,
)
from banyan.reach.channels import Channel, ChannelKind, CreateChannel, create_channel
from banyan.reach.redpackets import (
    GrabPacket,
    PacketKind,
    SendPacket,
    Split,
    grab_packets,
    packet_of,
    send_merchant_packet,
    send_packet,
)
from tests.kit.money import Market, Owed, may
from tests.kit.talks import follower

if TYPE_CHECKING:
    from banyan.reach.redpackets import Packet
    from banyan.reach.redpackets import Share as Taken
    from tests.kit.world import World

_day = timedelta(hours=24)
_reports = [Report(info_type="活动名称", info_content="新会员有礼")]
_stranger = "o-nobody-has-this-openid-0000"


@dataclass
class Portion:
    """What somebody got of a charge, on paper."""

    number: str
    charge: Owed
    receiver: str
    fen: int
    back: int = 0


@dataclass
class Gift:
    """A red packet on paper."""

    packet: Packet
    source: str
    count: int
    left: int
    ends_at: datetime
    is_personal: bool
    taken: dict[str, int] = field(default_factory=dict)
    is_over: bool = False

    @property
    def account(self) -> str:
        """Where its money lies."""
        return f"packet {int(self.packet.packet_id):d}"


@dataclass
class Sent:
    """Money on its way to somebody, on paper; of a batch to several."""

    number: str
    merchant: str
    parts: dict[str, int]
    token: str = ""
    ends_at: datetime | None = None
    """When it is over if nobody confirmed; of a batch nothing is to be confirmed."""
    state: str = "waiting"

    @property
    def total(self) -> int:
        """What is set aside."""
        return sum(self.parts.values())


class Fair(Market):
    """The market, and what people and merchants give each other without buying anything."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.channels: dict[str, Channel] = {}
        self.openids: dict[tuple[str, str], str] = {}
        self.portions: list[Portion] = []
        self.gifts: list[Gift] = []
        self.sent: list[Sent] = []

    @override
    async def open(self) -> None:
        await super().open()
        for name in self.merchants:
            command = CreateChannel(
                merchant_id=self._id(name), kind=ChannelKind.SERVICE, name=f"{name} account"
            )
            self.channels[name] = (
                await self.world.office.run(create_channel, command, SYSTEM)
            ).channel
            for person in ("lin", "wu"):
                _, openid = await follower(self.world, self.channels[name], person)
                self.openids[name, person] = openid
        for name in self.merchants:
            # Both share with each other and with lin; wu is nobody's receiver.
            for receiver in (self._other(name), "lin"):
                called = self._called(name, receiver)
                if receiver in self.merchants:
                    called["name"] = receiver
                await self._run(name, add_receiver, relation="PARTNER", **called)

    # ---- shares

    async def share(self, charge: Owed, fen: int, receiver: str, *, is_last: bool) -> None:
        """A merchant shares what it was paid with the other one or a person; or with nobody."""
        number = f"S{len(self.portions):05d}"
        receiver = self._other(charge.merchant) if receiver == "other" else receiver
        most = charge.total * 3_000 // 10_000 - charge.shared
        fits = bool(charge.payer) and charge.is_shared and not charge.is_over
        fits = fits and (not receiver or fen <= min(charge.pool, most))
        called = self._called(charge.merchant, receiver) if receiver else None
        parts = [Share(amount_fen=fen, description="share", **called)] if called else []
        found = await self._read(charge)
        done = await may(
            self._run(
                charge.merchant,
                share_charge,
                charge_id=found.charge_id,
                out_no=number,
                shares=parts,
                is_last=is_last or not receiver,
            )
        )
        assert done == fits, (done, fits, charge, fen, receiver)
        if not done:
            return
        self.portions.append(Portion(number, charge, receiver, fen))
        source = f"shared {charge.merchant}"
        if receiver and receiver != "wu":
            kind = "purse" if receiver in self.merchants else "wallet"
            self.sheet.move(source, f"{kind} {receiver}", fen)
            charge.pool -= fen
            charge.shared += fen
        if is_last or not receiver:
            self.sheet.move(source, f"unsettled {charge.merchant}", charge.pool)
            charge.pool, charge.is_over = 0, True

    async def bring_back(self, portion: Portion, fen: int) -> None:
        """The other merchant gives something of its part back; people never do."""
        charge, giver = portion.charge, self._other(portion.charge.merchant)
        fits = portion.receiver == giver and fen <= portion.fen - portion.back
        fits = fits and fen <= self.sheet.free(f"purse {giver}")
        done = await may(
            self._run(
                charge.merchant,
                return_share,
                out_no=portion.number,
                out_return_no=f"{portion.number}-{portion.back}",
                payer_mchid=self.mchids[giver],
                amount_fen=fen,
                description="back",
            )
        )
        assert done == fits, (done, fits, portion, fen)
        if done:
            target = "unsettled" if charge.is_over else "shared"
            self.sheet.move(f"purse {giver}", f"{target} {charge.merchant}", fen)
            charge.pool += 0 if charge.is_over else fen
            charge.shared -= fen
            portion.back += fen

    # ---- red packets

    async def send_gift(self, sender: str, fen: int, count: int, *, is_lucky: bool) -> None:
        """A person or a merchant sends a packet, of equal shares or as luck will have it."""
        is_personal = count == 1 and sender not in self.merchants
        total = max(fen, count) if is_lucky and not is_personal else fen * count
        what = {
            "total_fen": total,
            "count": count,
            "kind": PacketKind.PERSONAL if is_personal else PacketKind.GROUP,
            "split": Split.LUCKY if is_lucky and not is_personal else Split.EQUAL,
        }
        if sender in self.merchants:
            source, going = f"purse {sender}", self._run(sender, send_merchant_packet, **what)
        else:
            actor = self.world.as_person(sender)
            source = f"wallet {sender}"
            going = self.world.office.run(send_packet, SendPacket(**what), actor)  # type: ignore[arg-type]
        fits = self.sheet.free(source) >= total
        try:
            packet = await going
        except Refusal:
            assert not fits, (sender, total)
            return
        assert fits, (sender, total)
        assert packet.expires_at == packet.sent_at + _day
        gift = Gift(packet, source, count, count, packet.expires_at, is_personal)
        self.gifts.append(gift)
        self.sheet.move(source, gift.account, total)

    async def grab(self, gift: Gift, names: tuple[str, ...]) -> None:
        """Rivals grab at once: each gets one share, as long as there are any, and once only."""
        tries = await asyncio.gather(*(self._grab(gift, one) for one in names))
        fresh = [one for one in dict.fromkeys(names) if one not in gift.taken]
        if gift.is_personal:
            fresh = [one for one in fresh if f"wallet {one}" != gift.source]
        lucky = 0 if gift.is_over else min(gift.left, len(fresh))
        got = {name: share.amount_fen for name, share in zip(names, tries, strict=True) if share}
        for name, share in zip(names, tries, strict=True):
            assert share is None or share.amount_fen == gift.taken.get(name, got[name])
        new = {name: fen for name, fen in got.items() if name not in gift.taken}
        assert len(new) == lucky, (got, gift)
        assert all(one in got for one in names if one in gift.taken)
        assert set(new) <= set(fresh)
        for name, fen in new.items():
            assert fen >= 1
            gift.taken[name] = fen
            gift.left -= 1
            self.sheet.move(gift.account, f"wallet {name}", fen)
        if not gift.left:
            assert self.sheet.held[gift.account] == 0
        if gift.packet.split is Split.EQUAL:
            assert set(gift.taken.values()) <= {gift.packet.total_fen // gift.count}

    async def _grab(self, gift: Gift, name: str) -> Taken | None:
        command, actor = GrabPacket(token=gift.packet.token), self.world.as_person(name)
        try:
            return await self.world.office.run(grab_packets, command, actor)
        except Refusal:
            return None

    # ---- money to people

    async def send_money(self, merchant: str, person: str, fen: int, *, is_confirmed: bool) -> None:
        """A merchant sends somebody money, who is to confirm it, or at once."""
        number, purse = f"M{len(self.sent):05d}", f"purse {merchant}"
        fits = self.sheet.free(purse) >= fen
        going = self._run(
            merchant,
            send_remittance,
            out_no=number,
            channel_id=self.channels[merchant].channel_id,
            openid=self.openids[merchant, person],
            amount_fen=fen,
            remark="thanks",
            scene="1000",
            reports=_reports,
            is_confirmed=is_confirmed,
        )
        try:
            one = await going
        except Refusal:
            assert not fits, (merchant, fen)
            return
        assert fits, (merchant, fen)
        if is_confirmed:
            assert one.expires_at == one.created_at + _day
            self.sent.append(Sent(number, merchant, {person: fen}, one.token, one.expires_at))
            self.sheet.aside[purse] += fen
        else:
            self.sent.append(Sent(number, merchant, {person: fen}, state="done"))
            self.sheet.move(purse, f"wallet {person}", fen)

    async def send_many(self, merchant: str, first: int, second: int) -> None:
        """A merchant sends money to two people at once, and to one whom nobody knows."""
        number, purse = f"B{len(self.sent):05d}", f"purse {merchant}"
        parts = {"lin": first, "wu": second}
        fits = self.sheet.free(purse) >= first + second
        called = {**{self.openids[merchant, one]: fen for one, fen in parts.items()}, _stranger: 50}
        details = [
            Detail(out_no=f"{number}d{place}", openid=openid, amount_fen=fen, remark="thanks")
            for place, (openid, fen) in enumerate(called.items())
        ]
        done = await may(
            self._run(
                merchant,
                send_batch,
                out_no=number,
                channel_id=self.channels[merchant].channel_id,
                name="bonus",
                remark="bonus",
                total_fen=sum(called.values()),
                details=details,
            )
        )
        assert done == fits, (done, fits, merchant)
        if done:
            self.sent.append(Sent(number, merchant, parts))
            self.sheet.aside[purse] += first + second

    async def confirm(self, sent: Sent, name: str) -> None:
        """Somebody takes what waits for them; what waits for another is none of theirs."""
        if not sent.token:
            return
        command, actor = ConfirmRemittance(token=sent.token), self.world.as_person(name)
        done = await may(self.world.office.run(confirm_remittance, command, actor))
        assert done == (name in sent.parts and sent.state in {"waiting", "done"}), (done, sent)
        if done and sent.state == "waiting":
            self._end(sent, is_given=True)

    async def cancel(self, sent: Sent) -> None:
        """The merchant takes back what waits for somebody."""
        done = await may(self._run(sent.merchant, cancel_remittance, out_no=sent.number))
        assert done == (bool(sent.token) and sent.state in {"waiting", "cancelled"}), (done, sent)
        if done and sent.state == "waiting":
            self._end(sent, is_given=False)
            sent.state = "cancelled"

    def _end(self, sent: Sent, *, is_given: bool) -> None:
        self.sheet.aside[f"purse {sent.merchant}"] -= sent.total
        for person, fen in sent.parts.items() if is_given else ():
            self.sheet.move(f"purse {sent.merchant}", f"wallet {person}", fen)
        sent.state = "done" if is_given else "over"

    # ---- time, proof

    @override
    def _end_what_is_over(self) -> None:
        super()._end_what_is_over()
        for gift in self.gifts:
            if not gift.is_over and gift.ends_at <= self.world.now:
                gift.is_over = True
                self.sheet.move(gift.account, gift.source, self.sheet.held[gift.account])
        for one in self.sent:
            is_over = one.ends_at is None or one.ends_at <= self.world.now
            if one.state == "waiting" and is_over:
                self._end(one, is_given=one.ends_at is None)

    @override
    async def finish(self) -> None:
        await super().finish()
        for one in self.sent:
            if not one.token and len(one.parts) > 1:
                batch = await self._run(one.merchant, read_batch, out_no=one.number)
                told = Counter(done=batch.done_fen, failed=batch.failed_fen)
                assert told == Counter(done=one.total, failed=50)

    @override
    def _accounts(self) -> dict[str, Account]:
        return super()._accounts() | {
            one.account: packet_of(CNY, one.packet.packet_id) for one in self.gifts
        }

    # ---- help

    def _other(self, name: str) -> str:
        return "rice" if name == "tea" else "tea"

    def _called(self, name: str, receiver: str) -> dict[str, Any]:
        """How a merchant calls one with whom it shares."""
        if receiver in self.merchants:
            return {"kind": ReceiverKind.MERCHANT, "account": self.mchids[receiver]}
        return {
            "kind": ReceiverKind.PERSON,
            "channel_id": self.channels[name].channel_id,
            "account": self.openids[name, receiver],
        }
