"""What the room needs from outside itself: the server's key, and threads to hash in."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from banyan.base.errors import Trouble
from banyan.base.seal import Seal
from banyan.base.secret import Secret

_memory_kib = 19_456
_rounds = 2
_threads = 2


class Ports:
    """Filled once, when the process is built.

    Six digits are guessed in no time from a hash alone. So what is hashed is their keyed digest:
    without the server's key, which is not in the database, a copy of the table tells nothing.
    """

    def __init__(self) -> None:
        self._seal: Seal | None = None
        self._hasher = PasswordHasher(
            time_cost=_rounds, memory_cost=_memory_kib, parallelism=1, hash_len=32
        )
        self._pool: ThreadPoolExecutor | None = None

    def connect(self, *, key: Secret) -> None:
        """Use this key; all processes of an installation share it."""
        self._seal = Seal(key, "passwords")

    async def hash(self, person_id: int, password: str) -> str:
        """What is stored of a password."""
        return await self._in_thread(self._hasher.hash, self._digest(person_id, password))

    async def is_right(self, stored: str, person_id: int, password: str) -> bool:
        """Whether this is the password that was hashed."""
        try:
            await self._in_thread(self._hasher.verify, stored, self._digest(person_id, password))
        except VerifyMismatchError:
            return False
        return True

    def _digest(self, person_id: int, password: str) -> str:
        if self._seal is None:
            raise Trouble("passwords.no_key")
        return self._seal.digest("password", str(person_id), password).hex()

    async def _in_thread(self, function: object, *args: str) -> str:
        # A pool of its own and a small one: each hash takes 19 MiB, and others need threads too.
        if self._pool is None:
            self._pool = ThreadPoolExecutor(_threads, "passwords")
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, function, *args)  # type: ignore[arg-type]


PORTS = Ports()
