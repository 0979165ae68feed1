"""Finds the merchant whose history it is, or opens them."""

from __future__ import annotations

from typing import Annotated

import msgspec

from banyan.base.errors import Invalid
from banyan.base.limits import NAME_MAX
from banyan.books.office import Office
from banyan.books.work import SYSTEM, Actor
from banyan.parties.merchants import (
    ListMyMerchants,
    Merchant,
    MerchantId,
    OpenMerchant,
    ReadMerchant,
    list_my_merchants,
    open_merchant,
    read_merchant,
)
from banyan.parties.people import EnrolPerson, enrol_person
from banyan.parties.staff import Role
from banyan.wire.sheets.mapping import Mapping

NEW = "new"
"""Stands for a merchant that is opened, or found again by its owner and name."""


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """Whose history it is."""

    merchant: str
    """An id, or `new`."""
    owner: str = ""
    """The phone of a new merchant's owner."""
    name: Annotated[str, msgspec.Meta(max_length=NAME_MAX)] = ""
    """Of a new merchant; the mapping's if empty."""
    store: Annotated[str, msgspec.Meta(max_length=NAME_MAX)] = ""
    """The name of the store for rows that have none; the merchant's name if empty."""


def read_wish(**given: str) -> Wish:
    """The wish of a command's options. Raises Invalid `commands.option_unfit`."""
    for name, value in given.items():
        try:
            msgspec.convert({"merchant": NEW, name: value}, Wish)
        except msgspec.ValidationError as error:
            why = str(error).partition(" - at ")[0]
            raise Invalid("commands.option_unfit", option=f"--{name}", why=why) from None
    return Wish(**given)


async def find_merchant(office: Office, wish: Wish, mapping: Mapping) -> Merchant:
    """Return the merchant.

    A new one is found again by owner and name, so that an import that was killed goes on where it
    was. Raises NotFound `merchants.not_found`; Invalid `importing.owner_missing`,
    `importing.merchant_malformed`, `importing.currency_differs`, `people.phone_malformed`.
    """
    if wish.merchant == NEW:
        merchant = await _find_or_open(office, wish, mapping)
    elif wish.merchant.isdecimal():
        merchant = await _read(office, MerchantId(int(wish.merchant)))
    else:
        raise Invalid("importing.merchant_malformed", merchant=wish.merchant)
    if merchant.currency != mapping.currency:
        raise Invalid(
            "importing.currency_differs", mapping=mapping.currency, merchant=merchant.currency
        )
    return merchant


async def _read(office: Office, merchant_id: MerchantId) -> Merchant:
    return await office.run(read_merchant, ReadMerchant(merchant_id=merchant_id), SYSTEM)


async def _find_or_open(office: Office, wish: Wish, mapping: Mapping) -> Merchant:
    if not wish.owner:
        raise Invalid("importing.owner_missing")
    owner = await office.run(enrol_person, EnrolPerson(phone=wish.owner), SYSTEM)
    actor = Actor(kind="person", actor_id=owner.person_id, person_id=owner.person_id)
    name = wish.name or mapping.name
    theirs = await office.run(list_my_merchants, ListMyMerchants(), actor)
    for one in theirs.items:
        if one.merchant.name == name and one.role == Role.OWNER:
            return await _read(office, one.merchant.merchant_id)
    command = OpenMerchant(name=name, currency=mapping.currency, time_zone=mapping.time_zone)
    return await office.run(open_merchant, command, actor)
