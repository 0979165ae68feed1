"""Providers bring merchants along: papers, decision, signature, account; and the lists for it."""

# ruff: noqa: ANN401 - whatever the SDK takes and answers

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from wechatpayv3.type import RequestType

from banyan.base.errors import NotFound
from banyan.books.actor import SYSTEM
from banyan.pay.enrolments import (
    AddPaper,
    AuditEnrolment,
    DecideEnrolment,
    EnrolmentId,
    PaperKind,
    Reason,
    SignEnrolment,
    add_paper,
    audit_enrolment,
    decide_enrolment,
    sign_enrolment,
)
from banyan.pay.payees import BindPayee, KeyMode, Scope, bind_payee
from banyan.pay.payouts import ReadBankAccount, read_bank_account
from tests.kit.answers import answers
from tests.kit.pages import open_browser
from tests.kit.wechatpay import Shop, Town
from tests.kit.world import World

PICTURE = b"\x89PNG\r\n\x1a\n" + b"\0" * 64
FILM = b"\0\0\0\x20ftypisom" + b"\0" * 64


@dataclass
class Desk:
    """A provider's program, and those who decide and sign."""

    world: World
    provider: Shop
    folder: Path

    async def upload(self, name: str = "licence.png", content: bytes = PICTURE) -> str:
        """Show a paper."""
        path = self.folder / name
        path.write_bytes(content)
        sdk = self.provider.sdk
        method = sdk.video_upload if name.endswith("mp4") else sdk.image_upload
        return str((await self.provider.call(method, str(path)))["media_id"])

    async def phone(self) -> str:
        """Lin's number."""
        lin = await self.world.person("lin")
        async with self.world.building.pool.acquire() as db:
            found = await db.fetchval(
                "select phone from people.people where person_id = $1", lin.person_id
            )
        return str(found).removeprefix("+86")

    async def submit(self, code: str = "B1", **facts: Any) -> int:
        """Bring a merchant."""
        paper = await self.upload()
        fields: dict[str, Any] = {
            "contact_info": {
                "contact_type": "LEGAL",
                "contact_name": "林小姐",
                "mobile_phone": await self.phone(),
                "contact_email": "lin@example.com",
            },
            "subject_info": {
                "subject_type": "SUBJECT_TYPE_INDIVIDUAL",
                "business_license_info": {"license_copy": paper, "license_number": "1"},
                "identity_info": {
                    "id_doc_type": "IDENTIFICATION_TYPE_IDCARD",
                    "id_card_info": {"id_card_name": "林小姐", "id_card_number": "440301"},
                },
            },
            "business_info": {"merchant_shortname": "林记茶铺", "service_phone": "4001"},
            "settlement_info": {"settlement_id": "719"},
            "bank_account_info": {
                "bank_account_type": "BANK_ACCOUNT_TYPE_PERSONAL",
                "account_name": "林小姐",
                "account_bank": "工商银行",
                "account_number": "6222021234567890",
            },
            **facts,
        }
        made = await self.provider.call(self.provider.sdk.applyment_submit, code, **fields)
        return int(made["applyment_id"])

    async def decide(self, number: int, *reasons: Reason) -> None:
        """The operators have looked at it."""
        command = DecideEnrolment(
            provider_id=self.provider.merchant_id,
            enrolment_id=EnrolmentId(number),
            reasons=list(reasons),
        )
        await self.world.office.run(decide_enrolment, command, SYSTEM)

    async def read(self, code: str = "B1") -> Any:
        """How far it is."""
        sdk = self.provider.sdk
        return await self.provider.call(sdk.applyment_query, business_code=code)


@pytest_asyncio.fixture
async def desk(world: World, town: Town, mode: KeyMode, tmp_path: Path) -> Desk:
    """The world's merchant is a provider."""
    return Desk(world, await town.shop(mode, is_partner=True), tmp_path)


@answers(
    "apply4subject_state",
    "applyment_query",
    "applyment_settlement_query",
    "applyment_submit",
    "image_upload",
    "profitsharing_config_query",
)
async def test_a_merchant_is_brought_decided_and_signed(desk: Desk) -> None:
    provider, sdk = desk.provider, desk.provider.sdk
    number = await desk.submit()
    found = await desk.read()
    assert found["applyment_state"] == "APPLYMENT_STATE_AUDITING"
    assert found == await provider.call(sdk.applyment_query, applyment_id=number)
    audited = await desk.world.office.run(
        audit_enrolment,
        AuditEnrolment(provider_id=provider.merchant_id, enrolment_id=EnrolmentId(number)),
        SYSTEM,
    )
    said = json.loads(audited.details)
    assert said["contact_info"]["contact_name"] == "林小姐"
    assert said["bank_account_info"]["account_number"] == "6222021234567890"

    await desk.decide(number, Reason(field="license_copy", text="看不清"))
    found = await desk.read()
    assert found["applyment_state"] == "APPLYMENT_STATE_REJECTED"
    assert found["audit_detail"][0]["reject_reason"] == "看不清"
    assert await desk.submit() == number
    await desk.decide(number)
    found = await desk.read()
    assert found["applyment_state"] == "APPLYMENT_STATE_TO_BE_SIGNED"
    path = found["sign_url"].removeprefix(provider.url)
    token = path.rpartition("/")[2]
    chen = await desk.world.person("chen")
    with pytest.raises(NotFound, match=r"enrolments\.not_found"):
        await desk.world.office.run(sign_enrolment, SignEnrolment(token=token), chen)
    async with open_browser(desk.world, "lin", language="zh") as lin:
        await lin.open(path)
        assert "林记茶铺" in lin.words
        for _ in range(2):
            await lin.send(f"{path}/sign")
        assert "签约成功" in lin.words

    found = await desk.read()
    assert found["applyment_state"] == "APPLYMENT_STATE_FINISHED"
    sub_mchid = found["sub_mchid"]
    assert len(sub_mchid) == 10
    config = await provider.call(sdk.profitsharing_config_query, sub_mchid)
    assert config["max_ratio"] == 3_000
    state = await provider.call(sdk.apply4subject_state, sub_mchid)
    assert state == {"authorize_state": "AUTHORIZE_STATE_AUTHORIZED"}

    await desk.world.advance(timedelta(seconds=2))
    account = await provider.call(sdk.applyment_settlement_query, sub_mchid)
    assert account == {
        "account_type": "ACCOUNT_TYPE_PRIVATE",
        "account_bank": "工商银行",
        "account_number": "6222********7890",
        "verify_result": "VERIFY_SUCCESS",
    }


@answers("applyment_settlement_modify")
async def test_money_goes_to_another_account_when_it_can_be_one(desk: Desk, town: Town) -> None:
    provider, sdk = desk.provider, desk.provider.sdk
    shop_id = await desk.world.merchant("别家茶馆", owner="hao")
    sub = await town.shop(merchant_id=shop_id)
    refused = await provider.refused(sdk.applyment_settlement_query, sub.mchid)
    assert refused == (403, "NO_AUTH")
    for scope in (Scope.PAY, Scope.FUNDS):
        assert await provider.refused(sdk.applyment_settlement_query, sub.mchid) == refused
        binding = BindPayee(merchant_id=shop_id, provider_mchid=provider.mchid, scopes=[scope])
        await desk.world.office.run(bind_payee, binding, SYSTEM)
    missing = await provider.refused(sdk.applyment_settlement_query, sub.mchid)
    assert missing == (404, "RESOURCE_NOT_EXISTS")
    wish = (sub.mchid, "ACCOUNT_TYPE_BUSINESS", "招商银行", "440300")
    made = await provider.call(sdk.applyment_settlement_modify, *wish, "621483 1234 5678")
    number = made["application_no"]
    # The SDK has a method for this one but does not offer it.
    target = f"/v3/apply4sub/sub_merchants/{sub.mchid}/application/"
    waiting = (await provider.send("GET", target + number)).json()
    assert waiting["verify_result"] == "AUDITING"
    await desk.world.advance(timedelta(seconds=2))
    done = (await provider.send("GET", target + number)).json()
    assert (done["verify_result"], done["account_bank"]) == ("AUDIT_SUCCESS", "招商银行")
    found = await provider.call(sdk.applyment_settlement_query, sub.mchid)
    assert found["account_number"] == "6214******5678"
    held = await desk.world.office.run(
        read_bank_account, ReadBankAccount(merchant_id=shop_id), SYSTEM
    )
    assert held.account is not None
    assert (held.account.name, held.account.number_tail) == ("别家茶馆", "5678")

    made = await provider.call(sdk.applyment_settlement_modify, *wish, "not a number")
    await desk.world.advance(timedelta(seconds=2))
    failed = (await provider.send("GET", target + made["application_no"])).json()
    assert failed["verify_result"] == "AUDIT_FAIL"
    body = {
        "account_type": "ACCOUNT_TYPE_BUSINESS",
        "account_bank": "招商银行",
        "bank_address_code": "440300",
        "account_number": sdk._core.encrypt("6214831234560000"),
        "account_name": sdk._core.encrypt("别人"),
    }
    # The SDK's method can't name the account.
    asked = await provider.send(
        "POST", f"/v3/apply4sub/sub_merchants/{sub.mchid}/modify-settlement", body
    )
    made = asked.json()
    await desk.world.advance(timedelta(seconds=2))
    failed = (await provider.send("GET", target + made["application_no"])).json()
    assert failed["verify_result"] == "AUDIT_FAIL", "it is somebody else's"
    again = await provider.call(sdk.applyment_settlement_query, sub.mchid)
    assert again == found


async def test_what_can_not_be_brought_is_refused(desk: Desk) -> None:
    provider, sdk = desk.provider, desk.provider.sdk
    await desk.submit()
    with pytest.raises(AssertionError, match="INVALID_REQUEST"):
        await desk.submit()
    with pytest.raises(AssertionError, match="PARAM_ERROR"):
        await desk.submit("B2", addition_info={"legal_person_commitment": "never uploaded"})
    hidden = [{"account_name": sdk._core.encrypt("林")}] * 300
    with pytest.raises(AssertionError, match="PARAM_ERROR"):
        await desk.submit("B2", addition_info={"more": hidden})
    missing = await provider.refused(sdk.applyment_query, business_code="B2")
    assert missing == (404, "RESOURCE_NOT_EXISTS")
    missing = await provider.refused(sdk.applyment_query, applyment_id="9" * 30)
    assert missing == (404, "RESOURCE_NOT_EXISTS")


@answers("apply4subject_cancel", "apply4subject_query", "apply4subject_submit")
async def test_merchants_confirm_who_they_are(desk: Desk) -> None:
    provider, sdk = desk.provider, desk.provider.sdk

    async def submit(code: str) -> int:
        made = await provider.call(
            sdk.apply4subject_submit,
            code,
            {"name": "林小姐", "mobile": await desk.phone(), "id_card_number": "440301"},
            {
                "subject_type": "SUBJECT_TYPE_ENTERPRISE",
                "business_license_info": {
                    "licence_copy": await desk.upload(),
                    "merchant_name": "林记茶叶有限公司",
                },
            },
            {"identification_name": "林小姐", "identification_number": "440301"},
            addition_info={"confirm_mchid_list": [provider.mchid]},
        )
        return int(made["applyment_id"])

    number = await submit("A1")
    found = await provider.call(sdk.apply4subject_query, business_code="A1")
    assert found == {"applyment_state": "APPLYMENT_STATE_WAITTING_FOR_AUDIT"}
    state = await provider.call(sdk.apply4subject_state, provider.mchid)
    assert state == {"authorize_state": "AUTHORIZE_STATE_UNAUTHORIZED"}
    await desk.decide(number)
    found = await provider.call(sdk.apply4subject_query, applyment_id=number)
    assert found["applyment_state"] == "APPLYMENT_STATE_WAITTING_FOR_CONFIRM_CONTACT"
    token = found["qrcode_data"].rpartition("/")[2]
    lin = await desk.world.person("lin")
    await desk.world.office.run(sign_enrolment, SignEnrolment(token=token), lin)
    state = await provider.call(sdk.apply4subject_state, provider.mchid)
    assert state == {"authorize_state": "AUTHORIZE_STATE_AUTHORIZED"}

    for code in ("A2", "A3"):
        number = await submit(code)
        named = {"business_code": code} if code == "A2" else {"applyment_id": str(number)}
        assert not await provider.call(sdk.apply4subject_cancel, **named)
        found = await provider.call(sdk.apply4subject_query, business_code=code)
        assert found == {"applyment_state": "APPLYMENT_STATE_CANCELED"}
    ended = await provider.refused(sdk.apply4subject_cancel, business_code="A1")
    assert ended == (400, "INVALID_REQUEST")


async def test_platforms_bring_merchants_too(desk: Desk) -> None:
    provider, sdk = desk.provider, desk.provider.sdk
    core = sdk._core
    body = {
        "out_request_no": "E1",
        "organization_type": "2401",
        "merchant_shortname": "林记网店",
        "contact_info": {"contact_type": "65", "mobile_phone": core.encrypt(await desk.phone())},
        "account_info": {
            "bank_account_type": "75",
            "account_bank": "工商银行",
            "account_name": core.encrypt("林小姐"),
            "account_number": core.encrypt("6222021234567890"),
        },
    }

    def post() -> Any:
        path = "/v3/ecommerce/applyments/"
        return core.request(path, method=RequestType.POST, data=body, cipher_data=True)

    made = await provider.call(post)
    number = made["applyment_id"]
    target = "/v3/ecommerce/applyments/out-request-no/E1"
    found = (await provider.send("GET", target)).json()
    assert (found["applyment_state"], found["sign_state"]) == ("AUDITING", "NOT_SIGNABLE")
    await desk.decide(number)
    found = (await provider.send("GET", f"/v3/ecommerce/applyments/{number}")).json()
    assert (found["applyment_state"], found["sign_state"]) == ("NEED_SIGN", "UNSIGNED")
    lin = await desk.world.person("lin")
    token = found["sign_url"].rpartition("/")[2]
    await desk.world.office.run(sign_enrolment, SignEnrolment(token=token), lin)
    found = (await provider.send("GET", target)).json()
    assert (found["applyment_state"], found["sign_state"]) == ("FINISH", "SIGNED")
    assert len(found["sub_mchid"]) == 10


@answers("video_upload")
async def test_papers_are_what_they_say(desk: Desk) -> None:
    assert await desk.upload() != await desk.upload()
    assert await desk.upload("film.mp4", FILM)
    for name, content in (("a.png", b"GIF89a"), ("a.mp4", PICTURE), ("b.png", PICTURE * 40_000)):
        with pytest.raises(AssertionError, match="PARAM_ERROR"):
            await desk.upload(name, content)


async def test_nobody_fills_the_house_with_papers(desk: Desk) -> None:
    command = AddPaper(
        merchant_id=desk.provider.merchant_id, kind=PaperKind.IMAGE, name="a.png", content=PICTURE
    )
    for _ in range(500):
        await desk.world.office.run(add_paper, command, SYSTEM)
    with pytest.raises(AssertionError, match="FREQUENCY_LIMITED"):
        await desk.upload()
    await desk.world.advance(timedelta(days=1, seconds=1))
    assert await desk.upload()


@answers(
    "capital_branches",
    "capital_cities",
    "capital_corporate_banks",
    "capital_personal_banks",
    "capital_provinces",
    "capital_search_bank_number",
)
async def test_programs_choose_banks_and_cities(desk: Desk) -> None:
    provider, sdk = desk.provider, desk.provider.sdk
    found = await provider.call(sdk.capital_provinces)
    assert found["total_count"] == len(found["data"]) == 31
    (province,) = [one for one in found["data"] if one["province_name"] == "广东省"]
    found = await provider.call(sdk.capital_cities, province["province_code"])
    (city,) = [one for one in found["data"] if one["city_name"] == "深圳市"]
    first = await provider.call(sdk.capital_personal_banks, 0, 10)
    second = await provider.call(sdk.capital_personal_banks, 10, 10)
    assert (first["count"], second["count"]) == (10, first["total_count"] - 10)
    assert "next" in first["links"]
    assert "next" not in second["links"]
    everywhere = await provider.call(sdk.capital_corporate_banks)
    assert everywhere["data"] == first["data"] + second["data"]
    (bank,) = (await provider.call(sdk.capital_search_bank_number, "6222021234567890"))["data"]
    assert bank["account_bank"] == "工商银行"
    branches = await provider.call(sdk.capital_branches, bank["bank_alias_code"], city["city_code"])
    assert branches["account_bank_code"] == bank["account_bank_code"]
    assert all("深圳市" in one["bank_branch_name"] for one in branches["data"])
    assert await provider.refused(sdk.capital_cities, 99) == (404, "RESOURCE_NOT_EXISTS")
    unknown = await provider.refused(sdk.capital_branches, "1", city["city_code"])
    assert unknown == (404, "RESOURCE_NOT_EXISTS")
    wrong = await provider.refused(sdk.capital_search_bank_number, "x")
    assert wrong == (400, "PARAM_ERROR")
