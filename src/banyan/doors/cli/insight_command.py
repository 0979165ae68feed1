"""`banyan insight`: the reports on the command line, and the export that they are read from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

import msgspec
import typer

from banyan.base.errors import Invalid
from banyan.base.json import decode_special, encode
from banyan.base.limits import PAGE_MAX
from banyan.books.actor import SYSTEM
from banyan.books.office import Office
from banyan.doors.cli.console import DatabaseOption, DataOption, progress, run, said
from banyan.doors.cli.ports import Flags, Program
from banyan.doors.cli.report_table import print_csv, print_table
from banyan.parties.ids import MerchantId


def read_day(text: str) -> date:
    """A day as it is written. Raises BadParameter; click's own words for it are not for people."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no day such as 2026-01-31.") from None


MerchantOption = Annotated[str, typer.Option(metavar="ID", help="Whose figures.")]
StoreOption = Annotated[
    str, typer.Option(metavar="ID", help="Of one store.", show_default="of all")
]
FromOption = Annotated[
    date | None, typer.Option("--from", parser=read_day, metavar="DAY", help="The first day.")
]
UntilOption = Annotated[
    date | None,
    typer.Option(parser=read_day, metavar="DAY", help="The last day.", show_default="today"),
]
ByOption = Annotated[
    list[str] | None, typer.Option(help="What rows are told apart by; may be given again.")
]
_pages_max = 20

JsonOption = Annotated[bool, typer.Option("--json", help="Print one line of JSON.")]
CsvOption = Annotated[bool, typer.Option("--csv", help="Print CSV, amounts in minor units.")]

_reports = {
    "funnel": ("How far people came: from a touch to the second order.", ["code"]),
    "overview": ("Revenue, orders, buyers, new members, coupons.", ["day"]),
    "rfm": ("Buyers by recency, frequency and money.", []),
    "cohorts": ("Who stays, by the month of the first order.", []),
    "lifetime": ("What buyers cost and what they brought.", ["code"]),
    "recognised": ("How much of the trade is with known people.", ["day"]),
}
"""By name: what it tells, and what rows are told apart by if nothing is said."""

_options = {"merchant_id": "--merchant", "store_id": "--store"} | {
    name: f"--{name.removesuffix('_on')}" for name in ("from_on", "until_on", "by")
}
"""By the field of a report's command."""


def add(commands: typer.Typer, program: Program) -> None:
    """Add the group."""
    group = typer.Typer(
        name="insight",
        help="See who came, through what, what that earned, and who stays.\n\n"
        "What is not exported yet is exported first.",
        no_args_is_help=True,
    )
    commands.add_typer(group)
    for name, (says, by) in _reports.items():
        _add_report(group, program, name, says, by)
    _add_export(group, program)
    _add_rebuild(group, program)


def _add_report(
    group: typer.Typer, program: Program, name: str, says: str, usual: list[str]
) -> None:
    @group.command(name, help=says)
    def report(
        merchant: MerchantOption,
        store: StoreOption = "0",
        first: FromOption = None,
        until: UntilOption = None,
        by: ByOption = None,
        json: JsonOption = False,
        csv: CsvOption = False,
        data: DataOption = None,
        database_url: DatabaseOption = None,
    ) -> None:
        query: dict[str, Any] = {"merchant_id": merchant, "store_id": store}
        if first is not None:
            query["from_on"] = first.isoformat()
        if until is not None:
            query["until_on"] = until.isoformat()
        chosen = by or usual
        if chosen:
            query["by"] = chosen[0] if name == "lifetime" else chosen
        flags: Flags = {"data": data, "database_url": database_url}
        told, names = run(_ask(program, flags, name, query))
        if json:
            typer.echo(encode(told).decode())
        elif csv:
            print_csv(told)
        else:
            print_table(told, names)


async def _ask(
    program: Program, flags: Flags, name: str, query: dict[str, Any]
) -> tuple[msgspec.Struct, Mapping[int, str]]:
    """The report, and by what names people know the ids in it."""
    from banyan.views.insight import REPORTS

    (operation,) = [one for one in REPORTS if one.name == f"insight.read_{name}"]
    try:
        asked = msgspec.convert(
            query, operation.command_type, strict=False, dec_hook=decode_special
        )
    except msgspec.ValidationError as error:
        why, _, place = str(error).partition(" - at `$.")
        option = _options.get(place.partition("[")[0].rstrip("`"), place)
        raise Invalid("commands.option_unfit", option=option, why=why) from None
    async with program.open(flags) as house:
        await _export(house.office)
        told: msgspec.Struct = await house.office.run(operation, asked, SYSTEM)
        return told, await read_names(house.office, asked.merchant_id)


async def read_names(office: Office, merchant_id: MerchantId) -> dict[int, str]:
    """The names of a merchant's codes, stores and official accounts by their ids.

    Codes that tell more than their place are named with what they tell.
    """
    from banyan.commerce.places import ListPlaces, list_places
    from banyan.commerce.stores import ListStores, list_stores
    from banyan.reach.channels import ListChannels, list_channels

    channels = await office.run(list_channels, ListChannels(merchant_id=merchant_id), SYSTEM)
    names = {int(one.channel_id): one.name for one in channels.items}
    stores = ListStores(merchant_id=merchant_id, limit=PAGE_MAX)
    names |= {
        int(one.store_id): one.name for one in (await office.run(list_stores, stores, SYSTEM)).items
    }
    cursor: str | None = None
    for _ in range(_pages_max):
        query = ListPlaces(merchant_id=merchant_id, limit=PAGE_MAX, cursor=cursor)
        page = await office.run(list_places, query, SYSTEM)
        for place in page.items:
            for code in place.codes:
                more = f" · {code.source}" if code.source not in {"", place.name} else ""
                names[int(code.code_id)] = f"{place.name}{more}"
        cursor = page.next_cursor
        if cursor is None:
            break
    return names


def _add_export(group: typer.Typer, program: Program) -> None:
    @group.command()
    def export(data: DataOption = None, database_url: DatabaseOption = None) -> None:
        """Write into Parquet what has happened since the last time; a server does it by itself."""
        run(_catch_up(program, {"data": data, "database_url": database_url}))


def _add_rebuild(group: typer.Typer, program: Program) -> None:
    @group.command()
    def rebuild(data: DataOption = None, database_url: DatabaseOption = None) -> None:
        """Throw the Parquet files away and write them again from the journal."""
        flags: Flags = {"data": data, "database_url": database_url}
        run(_catch_up(program, flags, is_anew=True))


async def _catch_up(program: Program, flags: Flags, *, is_anew: bool = False) -> None:
    from banyan.views.insight import begin_again

    async with program.open(flags) as house:
        if is_anew:
            await begin_again(house.office)
        passed = await _export(house.office)
    said.print(f"{passed:,} facts exported.")


async def _export(office: Office) -> int:
    from banyan.views.insight import count_behind, export_all

    behind = await count_behind(office)
    if not behind:
        return await export_all(office)
    with progress(behind, "facts") as bar:
        return await export_all(office, lambda passed: bar.advance(bar.task_ids[0], passed))
