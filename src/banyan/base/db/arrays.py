"""Arrays of numbers as text, where there are many of them."""

from collections.abc import Iterable

import msgspec

_encode = msgspec.json.Encoder().encode


def write_array(numbers: Iterable[int]) -> str:
    """The text of an array, to be read by `$1::text::bigint[]`.

    Of a list the driver asks for each element whether it is a list in its turn, which takes it
    several times as long as all that is done here.
    """
    return f"{{{_encode(list(map(int, numbers)))[1:-1].decode()}}}"
