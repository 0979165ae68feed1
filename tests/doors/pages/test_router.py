"""What all pages share: the router, sign-in, languages, notices, files, failures."""

import gzip

import msgspec
import pytest

from banyan.base.errors import Invalid, NotFound
from banyan.base.ids import Id
from banyan.base.text import LINE
from banyan.doors.pages.ask import own_path, parse_id
from banyan.doors.pages.forms import Mistake, Wrong, explain, fill, parse_form, parse_query
from banyan.doors.pages.shell.assets import Assets
from banyan.pay.wallets import TopUpWallet
from tests.kit.pages import Browser, open_browser
from tests.kit.web import open_client
from tests.kit.world import World

ELSEWHERE = {"sec-fetch-site": "cross-site"}


async def test_the_first_page_speaks_both_languages(world: World) -> None:
    async with open_browser(world) as somebody:
        await somebody.open("/")
        assert 'lang="zh-CN"' in somebody.page.text
        assert "扫了门口的码" in somebody.words
        await somebody.open("/", headers={"accept-language": "en"})
        assert 'lang="en"' in somebody.page.text
        assert "Somebody scans the code at the door" in somebody.words


async def test_every_page_is_kept_from_running_what_is_not_ours(world: World) -> None:
    async with open_browser(world) as somebody:
        headers = (await somebody.open("/")).page.headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"


async def test_a_language_that_was_chosen_stays(world: World) -> None:
    async with open_browser(world, "lin") as lin:
        await lin.open("/me")
        assert 'lang="zh-CN"' in lin.page.text
        await lin.send("/language", language="en", back="/me")
        assert lin.path == "/me"
        assert 'lang="en"' in lin.page.text
        lin.client.cookies.delete("lang")
        await lin.open("/me")
        assert 'lang="en"' in lin.page.text
        await lin.send("/language", language="<b>", back="https://evil.example/")
        assert lin.path == "/"
    async with open_browser(world) as stranger:
        await stranger.send("/language", language="en", back="/scan")
        assert 'lang="en"' in stranger.page.text


async def test_an_unknown_address_is_a_page_for_people_and_a_problem_for_programs(
    world: World,
) -> None:
    async with open_browser(world) as somebody:
        await somebody.open("/nowhere", status=404)
        assert somebody.page.headers["content-type"] == "text/html; charset=utf-8"
    async with open_client(world) as client:
        problem = await client.get("/nowhere")
    assert (problem.status_code, problem.json()["code"]) == (404, "request.not_found")


async def test_a_link_that_was_cut_short_leads_nowhere(world: World) -> None:
    await world.person("lin")
    async with open_browser(world, "lin") as lin:
        for path in ("/packets/rp_short", "/transfers/short"):
            await lin.open(path, status=404)
            assert "此地址没有内容" in lin.words, path
        await lin.send("/packets/rp_short/grab", status=404)


async def test_other_sites_can_not_send_our_forms(world: World) -> None:
    async with open_browser(world, "lin") as lin:
        mark = await world.mark()
        for headers in (ELSEWHERE, {}):
            await lin.send("/sign-out", status=403, headers=headers)
            await lin.send("/sign-in/code", status=403, headers=headers, phone="13800138000")
        assert await world.events(mark) == []


async def test_forms_that_are_none_are_refused(world: World) -> None:
    async with open_browser(world, "lin") as lin:
        ours = {"sec-fetch-site": "same-origin", "accept": "text/html"}
        answers = [
            await lin.client.post(
                "/wallet/top-up", headers=ours | {"content-type": kind}, content=body
            )
            for kind, body in (
                ("application/json", b'{"amount": "5"}'),
                ("application/x-www-form-urlencoded", b"amount=%ff%fe"),
                ("application/x-www-form-urlencoded", b"amount=%00"),
                ("application/x-www-form-urlencoded", "金额=5".encode()),
                ("application/x-www-form-urlencoded", b"&".join([b"a=1"] * 900)),
                ("multipart/form-data; boundary=x", b"--x\r\nnonsense"),
                ("multipart/form-data", b"--x--"),
            )
        ]
        assert {one.status_code for one in answers} == {400}
        large = await lin.client.post(
            "/wallet/top-up", headers=ours, data={"amount": "9" * 200_000}
        )
        assert large.status_code == 413


async def test_a_method_that_nothing_answers_is_named(world: World) -> None:
    async with open_browser(world) as somebody:
        answer = await somebody.client.request(
            "DELETE", "/orders", headers={"sec-fetch-site": "same-origin"}
        )
        assert answer.status_code == 405


async def test_head_is_get_without_a_body(world: World) -> None:
    async with open_browser(world) as somebody:
        answer = await somebody.client.head("/")
    assert (answer.status_code, answer.content) == (200, b"")


async def test_scripts_are_sent_on_and_told_problems(world: World) -> None:
    hx = {"hx-request": "true", "sec-fetch-site": "same-origin"}
    async with open_browser(world) as somebody:
        answer = await somebody.client.get("/orders", headers=hx)
        assert answer.headers["hx-redirect"] == "/sign-in?next=%2Forders"
        answer = await somebody.client.get("/shops/1/2/items/3", headers=hx)
        assert (answer.status_code, answer.json()["code"]) == (404, "stores.not_found")


async def test_static_files_stay_for_ever_under_their_version(world: World) -> None:
    assets = Assets()
    async with open_browser(world) as somebody:
        address = assets.address("static/css/app.css")
        answer = await somebody.client.get(address, headers={"accept-encoding": "gzip"})
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["content-encoding"] == "gzip"
        found = assets.find("static/css/app.css")
        assert found is not None
        assert found.packed is not None
        assert answer.content == gzip.decompress(found.packed)
        old = await somebody.client.get("/assets/0123456789ab/static/css/app.css")
        assert old.headers["cache-control"] == "no-cache"
        worker = await somebody.client.get("/sw.js")
        assert worker.headers["content-type"].startswith("text/javascript")
        for inside in ("static/../ask.py", "shell/base.html", "../../../etc/passwd", "", "x"):
            answer = await somebody.client.get(f"/assets/{assets.version}/{inside}")
            assert answer.status_code == 404, inside
        assert (await somebody.client.post(address)).status_code == 405


async def test_a_notice_is_shown_once(world: World) -> None:
    async with open_browser(world) as somebody:
        await somebody.open("/c/NOWHERE22222")
        assert "这个码没有指向任何地方" in somebody.words
        await somebody.open("/scan")
        assert "这个码没有指向任何地方" not in somebody.words
        for hostile in ("%%%", "eyJ0ZXh0Ijog", "W10", "a" * 3_000):
            somebody.client.cookies.set("flash", hostile)
            await somebody.open("/scan")


async def test_cookies_that_anybody_made_up_do_no_harm(world: World) -> None:
    async with open_browser(world) as somebody:
        for hostile in ("x", "e30", "eyJtZXJjaGFudF9pZCI6MX0", "=" * 50, "a" * 3_000):
            for name in ("here", "visitor", "lang", "banyan_session"):
                somebody.client.cookies.set(name, hostile)
            await somebody.open("/home")


@pytest.mark.parametrize(
    ("wanted", "goes"),
    [
        ("/orders?show=paid", "/orders?show=paid"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/a\r\nset-cookie: x=1", "/"),
        ("", "/"),
        ("/connect?" + "a" * 2_000, "/connect?" + "a" * 2_000),
        ("/" + "a" * 3_000, "/"),
    ],
)
def test_only_addresses_of_ours_are_gone_back_to(wanted: str, goes: str) -> None:
    assert own_path(wanted) == goes


@pytest.mark.parametrize("text", ["", "x", "-1", "1.5", "٣", "1" * 20, str(2**63), " 1", "0x1"])
def test_what_is_no_id_is_not_found(text: str) -> None:
    with pytest.raises(NotFound):
        parse_id(text, Id)


def test_a_command_is_filled_from_what_was_typed() -> None:
    command = fill(TopUpWallet, amount_fen="500")
    assert (command.amount_fen, command.currency) == (500, "CNY")
    with pytest.raises(Wrong) as caught:
        fill(TopUpWallet, amount_fen="-5", currency="yuan", bank_id="")
    assert set(caught.value.errors) == {"amount_fen", "currency", "bank_id"}
    assert caught.value.errors["amount_fen"] == Mistake("Not less than {bound}", {"bound": 0})
    assert caught.value.errors["bank_id"] == Mistake("Please fill this in")


@pytest.mark.parametrize(
    ("why", "text"),
    [
        ("Expected `str` of length >= 5", "At least {bound} characters"),
        ("Expected `str` of length <= 9", "At most {bound} characters"),
        ("Expected `int` <= 10", "Not more than {bound}"),
        ("Expected `int`, got `str`", "Enter a number"),
        ("Expected `str` matching regex '^x$'", "This is not in the right form"),
        (f"Expected `str` matching regex {LINE!r}", "This holds characters that cannot be seen"),
    ],
)
def test_what_the_parser_says_is_said_to_a_person(why: str, text: str) -> None:
    assert explain(why).text == text


class Pair(msgspec.Struct, frozen=True):
    """Two numbers in order."""

    low: int
    high: int

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError("low is above high")


def test_fields_that_do_not_fit_each_other_are_told_together() -> None:
    with pytest.raises(Wrong) as caught:
        fill(Pair, low="3", high="2")
    assert set(caught.value.errors) == {""}


def test_files_come_with_their_form() -> None:
    body = (
        b'--x\r\ncontent-disposition: form-data; name="note"\r\n\r\n'
        + "春茶 ".encode()
        + b'\r\n--x\r\ncontent-disposition: form-data; name="file"; filename="tea.csv"\r\n'
        b"content-type: text/csv\r\n\r\na,b\r\n\r\n--x--\r\n"
    )
    form = parse_form("multipart/form-data; boundary=x", body)
    assert form.text("note") == "春茶"
    upload = form.file("file")
    assert upload is not None
    assert (upload.name, upload.content) == ("tea.csv", b"a,b\r\n")
    assert form.file("other") is None


def test_a_query_gives_texts_numbers_and_flags() -> None:
    form = parse_query(b"a=1&a=2&b=%E8%8C%B6&c=&d=-7&e=9999999999&idempotency_key=%27;drop")
    assert (form.text("a"), form.texts("a"), form.text("b")) == ("2", ["1", "2"], "茶")
    assert (form.flag("c"), form.flag("b"), form.text("z", "none")) == (False, True, "none")
    assert (form.number("d"), form.number("e"), form.number("b", 3)) == (-7, 0, 3)
    assert form.key == ""
    with pytest.raises(Invalid):
        parse_query(b"a=%80")


async def test_somebody_who_signs_in_by_another_page_comes_back(world: World) -> None:
    async with open_browser(world) as somebody:
        await somebody.open("/orders?show=paid")
        assert somebody.path == "/sign-in?next=%2Forders%3Fshow%3Dpaid"
        assert isinstance(somebody, Browser)
