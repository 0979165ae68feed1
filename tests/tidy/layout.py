"""Who may look into whose files, how long things may be, and how each file opens."""

import ast
import re
from collections.abc import Iterator

from tests.tidy.house import Complaint, File, Rule, allowances

PRIVATE = frozenset({"store", "rules"})
"""Files that only their own room imports."""

WIRED = frozenset({"reactions", "invariants"})
"""Files that the registry in app, or the room's own __init__, imports."""

FILE_MAX = 500
TEST_FILE_MAX = 800
OPERATION_FILE_MAX = 240
"""An operation's file aims at 120 lines; at twice that it holds two."""
FUNCTION_MAX = 70
OPERATION = re.compile(r"^@(?:single|plural)\b", re.MULTILINE)
SENTENCE = re.compile(r"\S+\s+\S+.*[.:?!]$", re.DOTALL)


def check_private(file: File) -> Iterator[Complaint]:
    """Nobody imports another room's store or rules; only app its reactions and invariants."""
    if not file.is_source:
        return
    for line, module in imported(file):
        layer, room, inner = (*module.split(".")[1:4], "", "", "")[:3]
        is_own = file.module.split(".")[1:3] == [layer, room]
        if is_own or layer == "base" or layer == file.layer == "books":
            continue  # the Office and the followers in books are made of the books' own stores
        if inner in PRIVATE or (inner in WIRED and file.layer != "app"):
            yield Complaint(file.path, line, f"{inner}.py of {room} is private to that room")


def imported(file: File) -> Iterator[tuple[int, str]]:
    """Every module of ours that a file names in an import, with the names taken from it."""
    for node in file.nodes:
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            modules = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from ((node.lineno, module) for module in modules if module.startswith("banyan."))


def check_size(file: File) -> Iterator[Complaint]:
    """No file and no function outgrows what one can hold in the head."""
    for where, line, length, limit in measured(file):
        allowed = allowances("size").get(where, limit)
        if length > allowed:
            says = f"{where} has {length} lines, {allowed} are allowed: split it"
            yield Complaint(file.path, line, says)


def measured(file: File) -> Iterator[tuple[str, int, int, int]]:
    """Measure the file and each function: its name, its first line, its length, its limit."""
    if not file.is_python:
        return
    yield file.path, 1, file.text.count("\n"), limit_of(file)
    for node in file.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            yield f"{file.path}:{node.name}", node.lineno, length, FUNCTION_MAX


def limit_of(file: File) -> int:
    """The number of lines that a file may have."""
    if file.room and file.layer != "books" and OPERATION.search(file.text):
        return OPERATION_FILE_MAX
    return TEST_FILE_MAX if file.path.startswith("tests/") else FILE_MAX


def check_opening(file: File) -> Iterator[Complaint]:
    """Each Python file opens with a sentence that says what lives there."""
    if file.is_python and not SENTENCE.match(file.docstring.split("\n\n")[0].strip()):
        yield Complaint(file.path, 1, "open the file with one sentence that says what lives here")


def check_pure(file: File) -> Iterator[Complaint]:
    """Rules decide without waiting for anything."""
    if not (file.is_source and file.name == "rules.py"):
        return
    for node in file.nodes:
        if isinstance(node, ast.AsyncFunctionDef | ast.Await):
            yield Complaint(file.path, node.lineno, "a rule awaits nothing: it decides")


def lines(count: int) -> str:
    """A text of so many lines."""
    return "x = 1\n" * count


def function(count: int) -> str:
    """A function of so many lines, its first included."""
    return "def pay():\n" + "    x = 1\n" * (count - 1)


ORDERS = "src/banyan/commerce/orders"

RULES = (
    Rule(
        name="private_files",
        why="What a room may change tomorrow, nobody else may know today.",
        check=check_private,
        bad=(
            File(f"{ORDERS}/pay.py", "from banyan.commerce.coupons.store import lock_coupons"),
            File(f"{ORDERS}/pay.py", "from banyan.commerce.coupons import store"),
            File("src/banyan/doors/api/orders.py", "import banyan.commerce.orders.rules"),
            File("src/banyan/doors/cli/x.py", "from banyan.commerce.orders.invariants import A"),
            File("src/banyan/views/funnel/x.py", "from banyan.commerce.orders.store import read"),
        ),
        good=(
            File(f"{ORDERS}/pay.py", "from banyan.commerce.orders.store import lock_orders"),
            File(f"{ORDERS}/pay.py", "from banyan.commerce.orders import rules, store"),
            File(f"{ORDERS}/pay.py", "from banyan.commerce.coupons.types import CouponId"),
            File("src/banyan/app/registry.py", "from banyan.commerce.orders.invariants import A"),
            File("src/banyan/books/office.py", "from banyan.books.ledger import store"),
        ),
    ),
    Rule(
        name="size",
        why="What was small stays small: growth is noticed on the day it happens.",
        check=check_size,
        bad=(
            File(f"{ORDERS}/store.py", lines(FILE_MAX + 1)),
            File(f"{ORDERS}/pay_order.py", f"{lines(OPERATION_FILE_MAX)}@single()\ndef pay(): ..."),
            File("tests/commerce/orders/test_pay_order.py", lines(TEST_FILE_MAX + 1)),
            File(f"{ORDERS}/rules.py", function(FUNCTION_MAX + 1)),
            File("tests/kit/world.py", f"if True:\n    pass\nasync {function(FUNCTION_MAX + 1)}"),
        ),
        good=(
            File(f"{ORDERS}/store.py", lines(FILE_MAX)),
            File(f"{ORDERS}/records.py", lines(FILE_MAX)),
            File(f"{ORDERS}/rules.py", function(FUNCTION_MAX)),
        ),
    ),
    Rule(
        name="opening_sentence",
        why="A newcomer learns what a file is for before reading how.",
        check=check_opening,
        bad=(
            File(f"{ORDERS}/pay.py", "import msgspec"),
            File(f"{ORDERS}/pay.py", '"""Orders."""'),
            File(f"{ORDERS}/pay.py", '"""Paying for an order"""'),
            File("tools/x", "#!/usr/bin/env python3\nprint()"),
        ),
        good=(
            File(f"{ORDERS}/pay.py", '"""Paying: an unpaid order becomes\na paid one.\n\nMore"""'),
            File("src/banyan/doors/cli/serve.py", '"""`banyan serve`: everything at once."""'),
            File("tools/x", '#!/usr/bin/env python3\n"""Tool: see the Makefile."""'),
        ),
    ),
    Rule(
        name="pure_rules",
        why="A pure decision can be tested by a thousand invented cases a second.",
        check=check_pure,
        bad=(
            File(f"{ORDERS}/rules.py", "async def decide() -> None: ..."),
            File(f"{ORDERS}/rules.py", "async def decide(db):\n    await db.fetch()"),
        ),
        good=(File(f"{ORDERS}/rules.py", "def decide() -> None: ..."),),
    ),
)
