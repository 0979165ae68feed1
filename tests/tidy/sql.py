"""Where SQL may stand, what it may write, and who commits."""

import ast
import re
from collections.abc import Iterator

from tests.tidy.house import Complaint, File, Rule, joined, line_of, strings

STATEMENT = re.compile(
    r"""\s*(?:--[^\n]*\n\s*)*(?:
    select\b.+\bfrom\b | select\s+[\w.]+\( | with\s+(?:recursive\s+)?\w+(?:\s*\([^)]*\))?\s+as\b
    | insert\s+into\b | update\s+[\w."?]+(?:\s+(?:as\s+)?\w+)?\s+set\b | delete\s+from\b
    | merge\s+into\b | truncate\s | copy\s+[\w."?]+\s*(?:\([^)]*\))?\s*(?:from|to)\b
    | (?:create|alter|drop)\s+(?:or\s+replace\s+)?(?:unique\s+)?
      (?:schema|table|index|view|materialized|function|type|role|database|sequence|trigger)\b
    | set\s+(?:local|session)\s | lock\s+table\b | listen\s+\w+$ | notify\s+\w+
    | (?:begin|commit|rollback)$ | savepoint\s )""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
TABLE = r'(?:only\s+)?([\w"]+(?:\.[\w"]+)?)'
WRITES = re.compile(
    rf"""\b(?:insert\s+into\s+{TABLE} | delete\s+from\s+{TABLE} | merge\s+into\s+{TABLE}
    | truncate\s+(?:table\s+)?{TABLE} | update\s+{TABLE}(?:\s+(?:as\s+)?\w+)?\s+set\b
    | copy\s+{TABLE}\s*(?:\([^)]*\))?\s*from\b
    | (?:create|alter|drop)\s+table\s+(?:if\s+(?:not\s+)?exists\s+)?{TABLE})""",
    re.IGNORECASE | re.VERBOSE,
)
READS = re.compile(r"\b(?:from|join)\s+(?:only\s+)?(\w+)\.\w+", re.IGNORECASE)
SYSTEM_SCHEMAS = frozenset({"pg_catalog", "information_schema"})
UPPER = re.compile(r"\b(?:SELECT|INSERT|UPDATE|DELETE|FROM|WHERE|VALUES|RETURNING|JOIN|SET)\b")
COMMENT = re.compile(r"--[^\n]*|'(?:[^']|'')*'")


def is_sql(text: str) -> bool:
    """Whether a text is a statement. "Select a store from the list." is a sentence."""
    if not STATEMENT.match(text):
        return False
    word = re.sub(r"--[^\n]*", "", text).split()[0]
    return word.islower() or word.isupper()


def check_place(file: File) -> Iterator[Complaint]:
    """SQL stands in a room's store, its invariants, the views, base/db and benchmarks only."""
    if not file.is_source or file.name in {"store.py", "invariants.py"} or file.layer == "views":
        return
    if file.parts[:2] == ("base", "db") or file.is_benchmark:
        return
    for line, text in strings(file.tree):
        if is_sql(text):
            yield Complaint(file.path, line, f"SQL outside of store.py: {text.strip()[:50]!r}")


def check_constants(file: File) -> Iterator[Complaint]:
    """In a store each statement is one literal at the top level, in lower case."""
    if not (file.is_source and file.name == "store.py") or file.layer == "views":
        return
    top = {id(node) for statement in file.tree.body for node in literals(statement)}
    for node in file.nodes:
        if isinstance(node, ast.JoinedStr):
            if is_sql(joined(node)):
                yield Complaint(file.path, node.lineno, "a statement is not built from parts")
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and is_sql(node.value):
            if id(node) not in top:
                yield Complaint(file.path, node.lineno, "a statement is a constant of the module")
            if UPPER.search(COMMENT.sub("", node.value)):
                yield Complaint(file.path, node.lineno, "SQL is written in lower case")


def literals(statement: ast.stmt) -> Iterator[ast.Constant]:
    """The texts that an assignment names, alone or in a tuple or dict; not parts of a sum."""
    if not isinstance(statement, ast.Assign | ast.AnnAssign) or statement.value is None:
        return
    value = statement.value
    match value:
        case ast.Constant():
            yield value
        case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Dict(values=parts):
            yield from (part for part in parts if isinstance(part, ast.Constant))
        case _:
            pass


def check_schema(file: File) -> Iterator[Complaint]:
    """A store writes and reads the schema of its own room; others are called, not read."""
    if not file.room:
        return
    if file.name == "store.py":
        for line, text in strings(file.tree):
            if is_sql(text):
                yield from foreign_tables(file, line, text)
        yield from foreign_copies(file)
    elif file.name.endswith(".sql"):
        yield from foreign_tables(file, 1, file.text)


def foreign_tables(file: File, line: int, statement: str) -> Iterator[Complaint]:
    """Complain of each table in a statement that is not the room's."""
    plain = COMMENT.sub(lambda found: " " * len(found[0]), statement)
    for found in WRITES.finditer(plain):
        schema, dot, _ = next(filter(None, found.groups())).replace('"', "").partition(".")
        at = line + line_of(plain, found.start()) - 1
        if not dot:
            yield Complaint(file.path, at, f"name the schema of {schema}")
        elif schema not in {file.room, "pg_temp"}:
            yield Complaint(file.path, at, f"{file.room} writes the schema {schema}")
    for found in READS.finditer(plain):
        if found[1] not in {file.room, *SYSTEM_SCHEMAS}:
            at = line + line_of(plain, found.start()) - 1
            yield Complaint(
                file.path, at, f"{file.room} reads the schema {found[1]}: call the room"
            )


def foreign_copies(file: File) -> Iterator[Complaint]:
    """Complain of a bulk copy into another room's table."""
    for node in file.nodes:
        if isinstance(node, ast.keyword) and node.arg == "schema_name":
            value = node.value
            if isinstance(value, ast.Constant) and value.value != file.room:
                yield Complaint(file.path, value.lineno, f"{file.room} writes {value.value!r}")


def check_commit(file: File) -> Iterator[Complaint]:
    """One place commits; there are no savepoints."""
    if not file.is_source or file.layer in {"base", "books"} or file.is_benchmark:
        return
    for node in file.nodes:
        if isinstance(node, ast.Attribute) and node.attr in {"transaction", "commit", "savepoint"}:
            yield Complaint(file.path, node.lineno, "the Office begins and commits, nobody else")


def check_migration(file: File) -> Iterator[Complaint]:
    """A migration gives up rather than stop everybody: it begins by setting both time limits."""
    if not (file.is_source and file.name.endswith(".sql") and "migrations" in file.parts):
        return
    statements = COMMENT.sub("", file.text).split(";")
    opening = " ".join(statements[:2]).lower()
    for limit in ("lock_timeout", "statement_timeout"):
        if f"set local {limit}" not in opening:
            yield Complaint(file.path, 1, f"begin with `set local {limit} = ...;`")


def check_ids(file: File) -> Iterator[Complaint]:
    """An id is a bigint, in every table."""
    if not (file.is_source and file.name.endswith(".sql")):
        return
    for found in SMALL_ID.finditer(COMMENT.sub(lambda part: " " * len(part[0]), file.text)):
        yield Complaint(file.path, line_of(file.text, found.start()), "an id is a bigint")


SMALL_ID = re.compile(r"\b\w+_id\s+(?:smallint|int|integer|int2|int4|serial)\b", re.IGNORECASE)
STORE = "src/banyan/commerce/orders/store.py"
OPERATION = "src/banyan/commerce/orders/pay_order.py"
MIGRATION = "src/banyan/commerce/orders/migrations/0001_create.sql"

RULES = (
    Rule(
        name="sql_only_in_store",
        why="Who wants to know what a room does to its tables reads one file.",
        check=check_place,
        bad=(
            File(OPERATION, 'rows = db.fetch("select order_id from orders.orders")'),
            File(OPERATION, 'db.execute("""\n  UPDATE orders.orders SET state = 2\n""")'),
            File(OPERATION, 'db.execute(f"delete from {table} where order_id = 1")'),
            File("src/banyan/doors/api/orders.py", 'x = "insert into orders.orders values (1)"'),
            File("src/banyan/app/serve.py", 'x = ("with due as (select 1) select * from due",)'),
        ),
        good=(
            File(OPERATION, '"""select a from b"""\nhelp = "Select a store from the list."'),
            File(OPERATION, 'text = "delete the order"'),
            File(STORE, '_read = "select order_id from orders.orders"'),
            File("src/banyan/views/funnel/read.py", 'x = "select 1 from orders.orders"'),
            File("src/banyan/commerce/orders/invariants.py", 'x = "select 1 from pay.payments"'),
        ),
    ),
    Rule(
        name="sql_is_constant",
        why="A statement that is never put together cannot be put together wrongly.",
        check=check_constants,
        bad=(
            File(STORE, 'def read(db):\n    return db.fetch("select 1 from orders.orders")'),
            File(STORE, 'def read(db):\n    return db.fetch(f"select {x} from orders.orders")'),
            File(STORE, 'read = "select 1 from orders.orders where " + condition'),
            File(STORE, 'read = "SELECT order_id FROM orders.orders"'),
        ),
        good=(
            File(STORE, '_read: Final = """\nselect 1 from orders.orders where a = \'SET\'\n"""'),
            File(STORE, '_BY_KIND = {"a": "select 1 from orders.orders"}'),
        ),
    ),
    Rule(
        name="own_schema",
        why="A room's tables can change without a look at any other room.",
        check=check_schema,
        bad=(
            File(STORE, 'x = "insert into members.points (person_id) values ($1)"'),
            File(STORE, 'x = "update members.points as p set sum = 0"'),
            File(STORE, 'x = "with gone as (delete from members.points) select 1 from gone"'),
            File(STORE, 'x = "insert into lines (order_id) values ($1)"'),
            File(STORE, 'x = "select 1 from orders.orders join members.points using (person_id)"'),
            File(STORE, 'db.copy_records_to_table("points", schema_name="members", records=rows)'),
            File(MIGRATION, "create table members.points (person_id bigint primary key);"),
        ),
        good=(
            File(
                STORE,
                'x = "insert into orders.lines as l (n) select n from unnest($1::int[]) '
                'on conflict (n) do update set n = 1"\n'
                'y = "select 1 from orders.orders for update of orders"\n'
                "z = \"update orders.orders o set note = 'delete from x.y' from given\"",
            ),
            File("src/banyan/views/funnel/store.py", 'x = "insert into funnel.days values (1)"'),
        ),
    ),
    Rule(
        name="one_commit",
        why="Operations are safe to run again because only the Office decides when they are done.",
        check=check_commit,
        bad=(
            File(OPERATION, "async with work.db.transaction():\n    pass"),
            File("src/banyan/doors/api/orders.py", "await db.commit()"),
        ),
        good=(File("src/banyan/books/work.py", "async with db.transaction():\n    pass"),),
    ),
    Rule(
        name="migration_timeouts",
        why="A migration that waits for a lock makes everybody behind it wait as well.",
        check=check_migration,
        bad=(
            File(MIGRATION, "create table orders.orders (order_id bigint primary key);"),
            File(MIGRATION, "set local lock_timeout = '5s';\ncreate table orders.x (n bigint);"),
        ),
        good=(
            File(
                MIGRATION,
                "-- Orders; lines.\n"
                "set local lock_timeout = '5s';\nset local statement_timeout = '60s';",
            ),
        ),
    ),
    Rule(
        name="big_ids",
        why="Two thousand million rows come sooner than one thinks.",
        check=check_ids,
        bad=(File(MIGRATION, "create table orders.orders (order_id integer primary key);"),),
        good=(File(MIGRATION, "create table orders.x (order_id bigint, paid int); -- a_id int"),),
    ),
)
