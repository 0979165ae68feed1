"""Operations that the door carries out by itself, as they concern nothing but the request."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from banyan.books.actor import check_permission
from banyan.books.work import Actor, Operation, Permission


class Here(Operation[Any, Any]):
    """Takes (actor, command) and never reaches the Office: no transaction, no database."""

    async def answer(self, actor: Actor, command: object) -> object:
        """The result. Raises what a lack of permission raises."""
        check_permission(actor, self.permission, 0, 0)
        return await self.function(actor, command)


def here(*, permission: Permission) -> Callable[[Callable[[Actor, Any], Awaitable[Any]]], Here]:
    """Declare an operation of the door itself."""
    return lambda function: Here(function, permission)
