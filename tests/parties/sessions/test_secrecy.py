"""Codes, phones and tokens can't be read from the database, the journal or the logs."""

import pytest
import structlog

from banyan.base.errors import Failure, Refusal, Trouble
from banyan.base.seal import Seal
from banyan.base.secret import Secret
from banyan.books.actor import NOBODY
from banyan.parties.people import Language
from banyan.parties.sessions import PORTS, RequestCode, request_code
from banyan.parties.sessions.ports import Ports
from tests.kit.parties import PHONES
from tests.kit.world import SECRET_KEY, World

LIN = PHONES["lin"]

_list_columns = """
select c.table_schema, c.table_name, c.column_name, c.data_type
from information_schema.columns c
join information_schema.tables t using (table_schema, table_name)
where t.table_type = 'BASE TABLE' and c.table_schema not in ('pg_catalog', 'information_schema')
"""


class Broken:
    """A sender whose provider says no to one phone."""

    def __init__(self, failure: Failure, phone: str) -> None:
        self.failure, self.phone = failure, phone
        self.sent: list[str] = []

    async def send(self, phone: str, code: Secret, language: Language) -> None:
        assert len(code.reveal()) == 6
        assert language is Language.EN
        if phone == self.phone:
            raise self.failure
        self.sent.append(phone)


async def find_everywhere(world: World, needle: str) -> set[str]:
    """The columns of the whole database in which a text occurs, as text or bytes."""
    found = set()
    async with world.building.pool.acquire() as db:
        for row in await db.fetch(_list_columns):
            table = f'"{row["table_schema"]}"."{row["table_name"]}"'
            column = f'"{row["column_name"]}"'
            value = f"encode({column}, 'escape')" if row["data_type"] == "bytea" else column
            sql = f"select count(*) from {table} where ({value})::text like '%' || $1 || '%'"
            if await db.fetchval(sql, needle):
                found.add(f"{row['table_schema']}.{row['table_name']}.{row['column_name']}")
    return found


async def test_neither_code_nor_phone_lies_open_anywhere(world: World) -> None:
    await world.office.run(request_code, RequestCode(phone=LIN, address="10.9.8.7"), NOBODY)
    assert await find_everywhere(world, "13800000001") == set()
    assert await find_everywhere(world, "10.9.8.7") == set()
    await world.settle()
    code = world.sender.find_code(LIN)
    assert code is not None
    assert await find_everywhere(world, "13800000001") == set()
    assert await find_everywhere(world, code) - {"base.migrations.sha256"} == set()


async def test_the_letter_is_thrown_away_once_sent(world: World) -> None:
    await world.office.run(request_code, RequestCode(phone=LIN), NOBODY)
    async with world.building.pool.acquire() as db:
        assert await db.fetchval("select sealed is not null from sessions.codes")
        await world.settle()
        assert await db.fetchval("select sealed is null from sessions.codes")
    await world.settle()
    assert len(world.sender.list_codes()) == 1


async def test_a_phone_lies_in_the_schema_of_people_only(world: World) -> None:
    await world.person("lin")
    await world.merchant()
    await world.settle()
    assert await find_everywhere(world, "13800000001") == {
        "people.people.phone",
        "people.phones.phone",
    }


async def test_of_a_token_only_the_digest_is_kept(world: World) -> None:
    await world.person("lin")
    token = world.tokens["lin"]
    assert token.startswith("bs_")
    assert len(token) == 46
    assert await find_everywhere(world, token.removeprefix("bs_")) == set()


@pytest.mark.parametrize("failure", [Refusal("sms.blocked"), Trouble("sms.away")])
async def test_who_cannot_be_reached_holds_up_nobody(world: World, failure: Failure) -> None:
    sender = Broken(failure, LIN)
    PORTS.connect(key=SECRET_KEY, sender=sender)
    for phone in (LIN, PHONES["wu"]):
        command = RequestCode(phone=phone, language=Language.EN)
        await world.office.run(request_code, command, NOBODY)
    mark = await world.mark()
    await world.settle()
    assert sender.sent == [PHONES["wu"]]
    assert await world.events(mark) == ["sessions.code_undelivered"]
    async with world.building.pool.acquire() as db:
        assert (
            await db.fetchval("select count(*) from sessions.codes where sealed is not null") == 0
        )


async def test_the_console_sender_is_loud(world: World) -> None:
    with structlog.testing.capture_logs() as logs:
        await world.office.run(request_code, RequestCode(phone=LIN), NOBODY)
        await world.settle()
    code = world.sender.find_code(LIN)
    said = [one for one in logs if "SMS" in one["event"]]
    assert [(one["event"], one["log_level"]) for one in said] == [
        (f"SMS is not connected: code for {LIN}: {code}", "warning")
    ]


def test_without_a_key_nothing_is_sealed() -> None:
    ports = Ports()
    with pytest.raises(Trouble, match=r"sessions\.no_key"):
        _ = ports.seal
    with pytest.raises(Trouble, match=r"sessions\.no_sender"):
        _ = ports.sender
    with pytest.raises(AssertionError, match="too short"):
        ports.connect(key=Secret("short"), sender=Broken(Refusal("x.y"), ""))


def test_a_seal_opens_only_what_it_closed() -> None:
    seal, other = Seal(Secret("a" * 32), "test"), Seal(Secret("b" * 32), "test")
    letter = seal.close("六位数字", "7")
    assert seal.open(letter, "7") == "六位数字"
    assert seal.close("六位数字", "7") != letter
    for opener, label, sealed in (
        (other, "7", letter),
        (seal, "8", letter),
        (seal, "7", letter[:-1] + bytes([letter[-1] ^ 1])),
    ):
        with pytest.raises(Exception, match=r"^$"):
            opener.open(sealed, label)


def test_digests_depend_on_the_key_and_on_where_parts_end() -> None:
    seal, other = Seal(Secret("a" * 32), "test"), Seal(Secret("b" * 32), "test")
    assert seal.digest("code", "1", "23") == seal.digest("code", "1", "23")
    assert len({seal.digest("code", "1", "23"), seal.digest("code", "12", "3")}) == 2
    assert seal.digest("phone", LIN) != other.digest("phone", LIN)
