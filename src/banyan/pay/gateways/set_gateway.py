"""Lets a merchant be paid through accounts of its own at outside providers, or no more."""

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.secret import Secret, new_code
from banyan.books.work import Permission, Work, single
from banyan.parties.ids import MerchantId
from banyan.pay.gateways import store
from banyan.pay.gateways.audited import note_audit
from banyan.pay.gateways.keys import seal_keys
from banyan.pay.gateways.pasted import read_private_key, read_public_key
from banyan.pay.gateways.rows import KeptGateway
from banyan.pay.gateways.types import (
    BELL,
    AlipayAppId,
    AlipayKeys,
    Apiv3Key,
    Appid,
    Gateway,
    GatewayId,
    GatewayKeysSet,
    GatewayKind,
    GatewayState,
    Keys,
    KeyText,
    Mchid,
    PublicKeyId,
    SerialNo,
    WeChatPayKeys,
)

_token_length = 40


class SetWeChatPay(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: this is our account at WeChat Pay, and by these keys it knows us.

    Without WeChat Pay's public key its certificates are downloaded.
    """

    merchant_id: MerchantId
    mchid: Mchid
    appid: Appid
    serial_no: SerialNo
    private_key: KeyText
    apiv3_key: Apiv3Key
    public_key: KeyText = ""
    public_key_id: PublicKeyId = ""


class SetAlipay(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: this is our app at Alipay, and by these keys it knows us."""

    merchant_id: MerchantId
    app_id: AlipayAppId
    private_key: KeyText
    alipay_public_key: KeyText


class CheckGateway(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: try the keys."""

    merchant_id: MerchantId
    kind: GatewayKind


class SwitchGateway(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: let buyers pay through it, or no more."""

    merchant_id: MerchantId
    kind: GatewayKind
    is_on: bool


class RemoveGateway(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: forget the keys."""

    merchant_id: MerchantId
    kind: GatewayKind


@single(permission=Permission.KEYS_WRITE, is_answer_kept=False)
async def set_wechatpay(work: Work, command: SetWeChatPay) -> Gateway:
    """Keep the keys of an account at WeChat Pay; they are tried at once.

    Under the number that it had before, only the keys are others. With another number the account
    before takes no more payments, and its keys stay for what must go back. Buyers can pay through
    it when it is switched on.

    Raises Refusal `gateways.key_half_given`; with the `field` Invalid for what is no key, or
    another one than belongs there: `gateways.key_unreadable`,
    `gateways.key_is_certificate`, `gateways.key_is_public`, `gateways.key_is_private`,
    `gateways.key_is_own`, `gateways.key_is_locked`, `gateways.key_not_rsa`.
    """
    if bool(command.public_key.strip()) != bool(command.public_key_id):
        raise Refusal("gateways.key_half_given")
    private_key = read_private_key(command.private_key, "private_key")
    public_key = ""
    if command.public_key_id:
        public_key = read_public_key(command.public_key, "public_key", private_key)
    keys = WeChatPayKeys(
        mchid=command.mchid,
        appid=command.appid,
        serial_no=command.serial_no.upper(),
        private_key=Secret(private_key),
        apiv3_key=Secret(command.apiv3_key),
        public_key=public_key,
        public_key_id=command.public_key_id,
    )
    kind = GatewayKind.WECHATPAY
    return await _set(work, command.merchant_id, kind, command.mchid, command.appid, keys)


@single(permission=Permission.KEYS_WRITE, is_answer_kept=False)
async def set_alipay(work: Work, command: SetAlipay) -> Gateway:
    """Keep the keys of an app at Alipay; they are tried at once. Like `set_wechatpay`."""
    private_key = read_private_key(command.private_key, "private_key")
    keys = AlipayKeys(
        app_id=command.app_id,
        private_key=Secret(private_key),
        alipay_public_key=read_public_key(
            command.alipay_public_key, "alipay_public_key", private_key
        ),
    )
    return await _set(work, command.merchant_id, GatewayKind.ALIPAY, command.app_id, "", keys)


@single(permission=Permission.KEYS_WRITE)
async def check_gateway(work: Work, command: CheckGateway) -> Gateway:
    """Have the keys tried at the provider; what came of it is known moments later.

    Raises NotFound `gateways.not_set`.
    """
    kept = await _lock(work, command.merchant_id, command.kind)
    await store.begin_check(work.db, kept.gateway.merchant_id, kept.gateway.gateway_id)
    _tell(work, kept.gateway)
    return msgspec.structs.replace(kept.gateway, state=GatewayState.CHECKING, why="")


@single(permission=Permission.KEYS_WRITE)
async def switch_gateway(work: Work, command: SwitchGateway) -> Gateway:
    """Let buyers pay through a gateway, or no more; what they have begun they may finish.

    Raises NotFound `gateways.not_set`; Refusal `gateways.not_working` unless the provider knows us
    by the keys.
    """
    kept = await _lock(work, command.merchant_id, command.kind)
    before = kept.gateway
    if command.is_on and before.state is not GatewayState.WORKING:
        raise Refusal("gateways.not_working", state=before.state.value)
    await store.switch_gateway(
        work.db, before.merchant_id, before.gateway_id, is_on=command.is_on, now=work.now
    )
    after = msgspec.structs.replace(before, is_on=command.is_on, changed_at=work.now)
    await note_audit(work, before, after)
    return after


@single(permission=Permission.KEYS_WRITE)
async def remove_gateway(work: Work, command: RemoveGateway) -> None:
    """Forget the keys of a gateway: what was paid through it stays, but can't go back through it.

    Raises NotFound `gateways.not_set`; Refusal `gateways.still_needed` while somebody may still pay
    through it, or money is going back.
    """
    kept = await _lock(work, command.merchant_id, command.kind)
    one = kept.gateway
    if one.is_on or await store.is_needed(work.db, one.merchant_id, one.gateway_id):
        raise Refusal("gateways.still_needed")
    await store.forget_keys(work.db, one.merchant_id, one.gateway_id, work.now)
    await note_audit(work, one, None)


async def _set(
    work: Work, merchant_id: MerchantId, kind: GatewayKind, account: str, appid: str, keys: Keys
) -> Gateway:
    before = await store.lock_current(work.db, merchant_id, kind)
    wanted = KeptGateway(
        gateway=Gateway(
            merchant_id=merchant_id,
            gateway_id=GatewayId(work.ids.next()),
            kind=kind,
            account=account,
            appid=appid,
            is_on=False,
            state=GatewayState.CHECKING,
            why="",
            checked_at=None,
            changed_at=work.now,
            notify_path="",
        ),
        is_current=True,
        keys_sealed=seal_keys(keys, merchant_id),
        token=new_code(_token_length),
        tries=0,
        failures=0,
    )
    after = (await store.set_gateway(work.db, wanted)).gateway
    await note_audit(work, before.gateway if before else None, after)
    _tell(work, after)
    return after


async def _lock(work: Work, merchant_id: MerchantId, kind: GatewayKind) -> KeptGateway:
    kept = await store.lock_current(work.db, merchant_id, kind)
    if kept is None:
        raise NotFound("gateways.not_set")
    return kept


def _tell(work: Work, gateway: Gateway) -> None:
    """Say so, which also wakes whoever tries keys."""
    work.ring(BELL)
    work.record(
        GatewayKeysSet(
            merchant_id=int(gateway.merchant_id),
            subject_id=int(gateway.gateway_id),
            provider=gateway.kind,
            account=gateway.account,
        )
    )
