"""Apps: opening, keys in every form, callers, names of people, consents and mandates."""

from datetime import timedelta

import pytest
from alipay import DCAliPay
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from banyan.base.errors import Failure
from banyan.base.secret import Secret
from banyan.books.actor import SYSTEM
from banyan.parties.people import PersonId
from banyan.pay.alipayapps import (
    App,
    AppId,
    ChangeApp,
    Consent,
    EndMandate,
    ExchangeCode,
    ExchangeMandate,
    FindCaller,
    FindNamed,
    GiveMandate,
    ListApps,
    ListMandates,
    NamePeople,
    OpenApp,
    ReadAsking,
    ReadHolder,
    ReadMandate,
    Scope,
    change_app,
    consent,
    end_mandate,
    exchange_code,
    exchange_mandate,
    find_caller,
    find_named,
    give_mandate,
    list_apps,
    list_mandates,
    make_key,
    name_people,
    open_app,
    read_asking,
    read_holder,
    read_mandate,
)
from tests.kit.world import World

_redirect = "https://shop.example/back?x=1"


async def _open(world: World, **fields: str) -> App:
    if not world.merchant_id:
        await world.merchant()
    command = OpenApp(
        merchant_id=world.merchant_id, name="收款", private_key=await make_key(), **fields
    )
    return await world.office.run(open_app, command, world.owner)


def _public(kind: str) -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
    if kind == "pem":
        return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return "".join(pem.split("\n")[1:-2])


async def test_an_app_is_opened_with_keys_and_certificates(world: World) -> None:
    app = await _open(world, app_public_key=_public("base64"), redirect_host="Shop.example")
    assert len(str(int(app.app_id))) == 16
    assert app.redirect_host == "shop.example"
    assert DCAliPay.get_cert_sn(app.app_certificate)
    assert DCAliPay.get_root_cert_sn(app.root_certificate)
    listed = await world.office.run(list_apps, ListApps(merchant_id=world.merchant_id), world.owner)
    assert listed.items == [app]
    assert len(listed.seller_id) == 16
    assert listed.seller_id.startswith("2088")
    actor = await world.office.run(find_caller, FindCaller(app_id=app.app_id), SYSTEM)
    assert actor.app == app
    assert actor.seller_id == listed.seller_id
    assert "PRIVATE" in actor.private_key.reveal()
    assert "PRIVATE" not in repr(actor)
    await world.check()


@pytest.mark.parametrize("kind", ["pem", "base64"])
async def test_a_new_key_takes_the_place_of_the_one_before(world: World, kind: str) -> None:
    app = await _open(world)
    assert app.app_certificate == ""
    command = ChangeApp(
        merchant_id=world.merchant_id, app_id=app.app_id, app_public_key=_public(kind)
    )
    changed = await world.office.run(change_app, command, world.owner)
    assert changed.app_public_key.startswith("-----BEGIN PUBLIC KEY-----")
    assert changed.app_certificate.startswith("-----BEGIN CERTIFICATE-----")
    closing = ChangeApp(merchant_id=world.merchant_id, app_id=app.app_id, is_closed=True)
    await world.office.run(change_app, closing, world.owner)
    with pytest.raises(Failure, match=r"alipayapps\.not_found"):
        await world.office.run(find_caller, FindCaller(app_id=app.app_id), SYSTEM)


_curve = (
    ec.generate_private_key(ec.SECP256R1())
    .public_key()
    .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    .decode()
)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"app_public_key": "榕"}, "alipayapps.key_malformed"),
        ({"app_public_key": "AAAA"}, "alipayapps.key_malformed"),
        ({"app_public_key": _curve}, "alipayapps.key_malformed"),
        ({"notify_url": "ftp://a"}, "alipayapps.url_malformed"),
        ({"redirect_host": "a/b"}, "alipayapps.host_malformed"),
        ({"redirect_host": "a@b"}, "alipayapps.host_malformed"),
    ],
)
async def test_what_is_malformed_opens_nothing(
    world: World, fields: dict[str, str], code: str
) -> None:
    await world.merchant()
    with pytest.raises(Failure, match=code):
        await _open(world, **fields)
    listed = await world.office.run(list_apps, ListApps(merchant_id=world.merchant_id), world.owner)
    assert not listed.items


async def test_each_merchant_and_app_knows_people_by_other_names(world: World) -> None:
    app, second = await _open(world), await _open(world)
    lin = PersonId((await world.person("lin")).person_id)
    wu = PersonId((await world.person("wu")).person_id)
    command = NamePeople(
        app_id=app.app_id, merchant_id=world.merchant_id, person_ids=[lin, wu, PersonId(7)]
    )
    named = await world.office.run(name_people, command, SYSTEM)
    again = await world.office.run(name_people, command, SYSTEM)
    assert named == again
    assert {one.person_id for one in named} == {lin, wu}
    other = NamePeople(app_id=second.app_id, merchant_id=world.merchant_id, person_ids=[lin])
    [of_second] = await world.office.run(name_people, other, SYSTEM)
    [of_first] = [one for one in named if one.person_id == lin]
    assert of_second.number == of_first.number
    assert of_second.open_id != of_first.open_id
    assert "****" in of_first.logon_id
    for query, person in (
        ({"number": of_first.number}, lin),
        ({"open_id": of_first.open_id}, lin),
        ({"open_id": of_second.open_id}, PersonId(0)),
        ({"logon_id": "nobody"}, PersonId(0)),
        ({}, PersonId(0)),
    ):
        found = await world.office.run(
            find_named,
            FindNamed(app_id=app.app_id, merchant_id=world.merchant_id, **query),
            SYSTEM,
        )
        assert found.person_id == person


async def test_a_person_is_asked_once_and_a_code_works_once(world: World) -> None:
    app = await _open(world, redirect_host="shop.example")
    lin = await world.person("lin")
    asked = ReadAsking(app_id=app.app_id, scope=Scope.NAME, redirect=_redirect)
    assert (await world.office.run(read_asking, asked, lin)).needs_asking
    silent = Consent(app_id=app.app_id, scope=Scope.NAME, redirect=_redirect)
    with pytest.raises(Failure, match=r"alipayapps\.not_asked"):
        await world.office.run(consent, silent, lin)
    allowed = Consent(app_id=app.app_id, scope=Scope.NAME, redirect=_redirect, is_allowed=True)
    code = (await world.office.run(consent, allowed, lin)).code
    assert not (await world.office.run(read_asking, asked, lin)).needs_asking
    exchanging = ExchangeCode(app_id=app.app_id, merchant_id=world.merchant_id, code=code)
    tokens = await world.office.run(exchange_code, exchanging, SYSTEM)
    with pytest.raises(Failure, match=r"alipayapps\.unknown_code"):
        await world.office.run(exchange_code, exchanging, SYSTEM)
    reading = ReadHolder(
        app_id=app.app_id, merchant_id=world.merchant_id, token=tokens.access_token
    )
    holder = await world.office.run(read_holder, reading, SYSTEM)
    assert holder.person == tokens.person
    assert holder.nickname
    renewing = ExchangeCode(
        app_id=app.app_id, merchant_id=world.merchant_id, refresh_token=tokens.refresh_token
    )
    renewed = await world.office.run(exchange_code, renewing, SYSTEM)
    with pytest.raises(Failure, match=r"alipayapps\.unknown_token"):
        await world.office.run(read_holder, reading, SYSTEM)
    await world.advance(timedelta(days=16))
    late = ReadHolder(app_id=app.app_id, merchant_id=world.merchant_id, token=renewed.access_token)
    with pytest.raises(Failure, match=r"alipayapps\.token_expired"):
        await world.office.run(read_holder, late, SYSTEM)


async def test_people_are_sent_back_only_to_the_app_s_own_host(world: World) -> None:
    app = await _open(world, redirect_host="shop.example")
    lin = await world.person("lin")
    for redirect in ("https://evil.example/", "https://shop.example@evil.example/", "x"):
        asked = Consent(app_id=app.app_id, scope=Scope.BASE, redirect=redirect)
        with pytest.raises(Failure, match=r"wrong_host|url_malformed"):
            await world.office.run(consent, asked, lin)
    base = Consent(app_id=app.app_id, scope=Scope.BASE, redirect=_redirect)
    code = (await world.office.run(consent, base, lin)).code
    exchanging = ExchangeCode(app_id=app.app_id, merchant_id=world.merchant_id, code=code)
    tokens = await world.office.run(exchange_code, exchanging, SYSTEM)
    reading = ReadHolder(
        app_id=app.app_id, merchant_id=world.merchant_id, token=tokens.access_token
    )
    with pytest.raises(Failure, match=r"alipayapps\.not_consented"):
        await world.office.run(read_holder, reading, SYSTEM)


async def test_a_provider_acts_for_a_merchant_until_it_says_no(world: World) -> None:
    app = await _open(world, redirect_host="isv.example")
    other = await world.merchant("Hao's", owner="hao")
    hao = world.as_person("hao")
    giving = GiveMandate(merchant_id=other, app_id=app.app_id, redirect="https://isv.example/")
    code = (await world.office.run(give_mandate, giving, hao)).code
    own = GiveMandate(
        merchant_id=world.merchant_id, app_id=app.app_id, redirect="https://isv.example/"
    )
    with pytest.raises(Failure, match=r"alipayapps\.own_app"):
        await world.office.run(give_mandate, own, world.owner)
    exchanging = ExchangeMandate(app_id=app.app_id, code=code)
    given = await world.office.run(exchange_mandate, exchanging, SYSTEM)
    assert given.mandate.merchant_id == other
    calling = FindCaller(app_id=app.app_id, app_auth_token=given.token)
    actor = await world.office.run(find_caller, calling, SYSTEM)
    assert actor.merchant_id == other
    assert set(actor.grants) == {other}
    renewing = ExchangeMandate(app_id=app.app_id, refresh_token=given.refresh_token)
    renewed = await world.office.run(exchange_mandate, renewing, SYSTEM)
    with pytest.raises(Failure, match=r"alipayapps\.unknown_mandate"):
        await world.office.run(find_caller, calling, SYSTEM)
    seen = ReadMandate(app_id=app.app_id, token=renewed.token)
    assert (await world.office.run(read_mandate, seen, SYSTEM)).merchant_id == other
    listed = await world.office.run(list_mandates, ListMandates(merchant_id=other), hao)
    assert [one.app_id for one in listed.items] == [app.app_id]
    ending = EndMandate(merchant_id=other, app_id=app.app_id)
    await world.office.run(end_mandate, ending, hao)
    with pytest.raises(Failure, match=r"alipayapps\.unknown_mandate"):
        await world.office.run(read_mandate, seen, SYSTEM)
    await world.check()


async def test_nobody_may_guess_an_app(world: World) -> None:
    await _open(world)
    with pytest.raises(Failure, match=r"alipayapps\.not_found"):
        await world.office.run(find_caller, FindCaller(app_id=AppId(1)), SYSTEM)
    chen = await world.person("chen")
    command = OpenApp(merchant_id=world.merchant_id, name="x", private_key=Secret(""))
    with pytest.raises(Failure, match=r"merchants\.not_found"):
        await world.office.run(open_app, command, chen)
