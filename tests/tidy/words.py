"""Which words name things here, which are left out of the tree, and which types carry money."""

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache

from tests.tidy.house import ROOT, Complaint, File, Rule, line_of

PEOPLE = {
    "user": "person, or staff",
    "users": "people, or staff",
    "tenant": "merchant",
    "tenants": "merchants",
    "client": "person, actor or peer; a channel's own program",
    "clients": "people, actors or peers",
}
"""Words for people that mean too many things, and what to say."""

ATTICS = {
    "util": "the name of what it does",
    "utils": "the names of what they do",
    "common": "the name of what is shared",
    "helper": "the name of what it does",
    "helpers": "the names of what they do",
    "misc": "one file for each thing",
    "manager": "the verb: an operation",
    "service": "the verb: an operation",
    "services": "the verbs: operations",
}
"""Names of files and classes that grow without end, and what to say."""

FOREIGN = ("wire/", "doors/wechat/", "doors/alipay/", "outside/", "base/db/")
"""Where somebody else's words are right: their formats, and PostgreSQL's users and clients."""

HTTP = frozenset({"client", "clients"})
"""What HTTP calls whoever knocks at a door."""

SAID = re.compile(r"user_agent|UserAgent|current_user|session_user")
"""Words of HTTP and of PostgreSQL."""

MONEY = re.compile(r"_(?:fen|minor|cents)$")


def check_people(file: File) -> Iterator[Complaint]:
    """People are persons, merchants and staff."""
    if not file.is_source or file.is_benchmark or "/".join(file.parts).startswith(FOREIGN):
        return
    found = defined(file) if file.is_python else columns(file)
    for line, name in found:
        for word in words(SAID.sub("", name)):
            if word in PEOPLE and not (file.layer == "doors" and word in HTTP):
                yield Complaint(file.path, line, f"{name}: say {PEOPLE[word]}")


def check_attics(file: File) -> Iterator[Complaint]:
    """No file or class is named for being a place where anything fits."""
    if not (file.is_python and file.path.startswith(("src/", "tests/"))):
        return
    names = [(1, part.removesuffix(".py")) for part in file.path.split("/")[1:]]
    names += [(node.lineno, node.name) for node in file.nodes if isinstance(node, ast.ClassDef)]
    for line, name in names:
        parts = words(name)
        bad = set(ATTICS) & ({parts[0], parts[-1]} if parts else set())
        for word in sorted(bad):
            yield Complaint(file.path, line, f"{name}: say {ATTICS[word]}")


def defined(file: File) -> Iterator[tuple[int, str]]:
    """Every name that the file gives to something, its own file name included."""
    yield 1, file.name.removesuffix(".py")
    for node in file.nodes:
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
                yield node.lineno, name
            case ast.AsyncFunctionDef(name=name) | ast.arg(arg=name):
                yield node.lineno, name
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield node.lineno, name
            case _:
                pass


def columns(file: File) -> Iterator[tuple[int, str]]:
    """Every word of a migration."""
    if file.name.endswith(".sql"):
        text = re.sub(r"--[^\n]*", "", file.text)
        yield from ((line_of(text, found.start()), found[0]) for found in re.finditer(r"\w+", text))


def words(name: str) -> list[str]:
    """Split snake_case and CamelCase into words in lower case."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)]


def check_money(file: File) -> Iterator[Complaint]:
    """Money is whole minor units: no floats, and Decimal only where text is turned into them."""
    if not (file.is_source and file.is_python):
        return
    is_edge = file.layer == "wire" or file.parts[:2] in {("doors", "cli"), ("app", "cli")}
    for node in file.nodes:
        match node:
            case ast.arg(arg=name, annotation=ast.Name(id="float")) if MONEY.search(name):
                yield Complaint(file.path, node.lineno, f"{name} is an integer of minor units")
            case ast.AnnAssign(target=ast.Name(id=name), annotation=ast.Name(id="float")) if (
                MONEY.search(name)
            ):
                yield Complaint(file.path, node.lineno, f"{name} is an integer of minor units")
            case ast.ImportFrom(module="decimal") if not is_edge:
                yield Complaint(file.path, node.lineno, "Decimal ends at wire/ and cli/")
            case ast.Import(names=[ast.alias(name="decimal")]) if not is_edge:
                yield Complaint(file.path, node.lineno, "Decimal ends at wire/ and cli/")
            case _:
                pass


# The patterns are spelt so that this file keeps the rule itself.
UNFINISHED = re.compile(r"\bFIX[M]E\b|\bTOD[O]\b(?!\(#\d+\))")
HOSTS = re.compile(
    r"p[y]pi\.org|p[y]thonhosted\.org|n[p]mjs\.(?:org|com)|registry\.[\w-]+\.\w|u[n]pkg\.com"
    r"|j[s]delivr\.net|c[d]njs\.|pr[o]xy\.golang\.org|s[t]atic\.crates\.io",
    re.IGNORECASE,
)
MACHINE = re.compile(r"(?<![\w.~-])/(?:root|home/[a-z]\w*|Users/[A-Za-z]\w*)/")


def check_unfinished(file: File) -> Iterator[Complaint]:
    """What is left to do has an issue."""
    for found in UNFINISHED.finditer(file.text):
        says = "finish it, or write an issue and its number: TOD" + "O(#123)"
        yield Complaint(file.path, line_of(file.text, found.start()), says)


def check_hosts(file: File) -> Iterator[Complaint]:
    """No file says from which machine packages come: that is each user's setting."""
    for found in HOSTS.finditer(file.text):
        line = line_of(file.text, found.start())
        yield Complaint(file.path, line, f"{found[0]}: a registry is the user's setting")


def check_machine(file: File) -> Iterator[Complaint]:
    """No file knows the machine that it was written on."""
    for found in MACHINE.finditer(file.text):
        line = line_of(file.text, found.start())
        yield Complaint(file.path, line, f"{found[0]} is a folder of one machine")


def check_private_words(file: File, listed: tuple[str, ...] | None = None) -> Iterator[Complaint]:
    """No file has a word that this checkout's owner keeps to himself."""
    plain = file.text.lower()
    for word in private_words() if listed is None else listed:
        if word.lower() not in plain:
            continue
        for found in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", file.text, re.IGNORECASE):
            line = line_of(file.text, found.start())
            yield Complaint(file.path, line, f"{found[0]!r} is a private word of this checkout")


@cache
def private_words() -> tuple[str, ...]:
    """Read `info/private-words` of the git folder, one word a line; it is never committed."""
    command = ["git", "rev-parse", "--git-path", "info/private-words"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    path = ROOT / answer.stdout.strip()
    if answer.returncode or not path.is_file():
        return ()
    return tuple(filter(None, map(str.strip, path.read_text().splitlines())))


ORDERS = "src/banyan/commerce/orders"

RULES = (
    Rule(
        name="people_words",
        why="One word, one meaning: the glossary says which.",
        check=check_people,
        bad=(
            File(f"{ORDERS}/types.py", "class UserOrder: ..."),
            File(f"{ORDERS}/types.py", "def read(tenant_id: int) -> None: ..."),
            File(f"{ORDERS}/types.py", "for client in people: ..."),
            File(f"{ORDERS}/types.py", "self.last_user = 1"),
            File(f"{ORDERS}/list_users.py", '"""x"""'),
            File(f"{ORDERS}/migrations/0001_x.sql", "create table orders.x (user_id bigint);"),
        ),
        good=(
            File(
                f"{ORDERS}/types.py",
                'class UserAgentText: ...\nuser_agent = ""\nconnect(user="a")\nuserinfo = 1',
            ),
            File("src/banyan/wire/wechat/events.py", "from_user_name = 1"),
            File("src/banyan/doors/http/visit.py", "client = 1"),
            File("src/banyan/app/benches/pay.py", "clients = 64"),
            File("src/banyan/base/db/server.py", "user = 1"),
            File(f"{ORDERS}/migrations/0001_x.sql", "-- no users\nselect current_user;"),
        ),
    ),
    Rule(
        name="no_attics",
        why="A file named for a verb stays small; one named for a noun collects.",
        check=check_attics,
        bad=(
            File(f"{ORDERS}/utils.py", ""),
            File(f"{ORDERS}/order_helpers.py", ""),
            File(f"{ORDERS}/service_orders.py", ""),
            File("src/banyan/base/common/text.py", ""),
            File(f"{ORDERS}/types.py", "class OrderService: ..."),
            File("tests/kit/misc.py", ""),
        ),
        good=(
            File(f"{ORDERS}/types.py", "class SelfServiceTill: ...\ncommon_prefix = 1"),
            File("src/banyan/reach/channels/types.py", ""),
        ),
    ),
    Rule(
        name="money_is_whole",
        why="A float loses a fen somewhere, and then nobody finds it.",
        check=check_money,
        bad=(
            File(f"{ORDERS}/types.py", "amount_fen: float"),
            File(f"{ORDERS}/rules.py", "def add(tip_fen: float) -> None: ..."),
            File(f"{ORDERS}/rules.py", "from decimal import Decimal"),
            File(f"{ORDERS}/rules.py", "import decimal"),
        ),
        good=(
            File(f"{ORDERS}/types.py", "amount_fen: int\nshare: float"),
            File("src/banyan/wire/alipay/amounts.py", "from decimal import Decimal"),
        ),
    ),
    Rule(
        name="nothing_unfinished",
        why="What nobody owns is never done.",
        check=check_unfinished,
        bad=(
            File("src/x.py", "# FIX" + "ME: rounding"),
            File("docs/x.md", "TO" + "DO: write this"),
            File("src/x.js", "// TO" + "DO(soon): two currencies"),
        ),
        good=(File("src/x.py", "# TO" + "DO(#12): take two currencies"),),
    ),
    Rule(
        name="no_registry_hosts",
        why="Behind a mirror or offline, a host that is written down stops the installation.",
        check=check_hosts,
        bad=(
            File("requirements.lock", "--index-url https://py" + "pi.org/simple"),
            File("package.json", "https://regis" + "try.example.org/x"),
            File("src/page.html", "https://cdn.js" + "delivr.net/npm/x"),
        ),
        good=(File("README.md", "Packages come from the index that your pip is set to."),),
    ),
    Rule(
        name="no_machine_paths",
        why="The project works in any folder, for anybody.",
        check=check_machine,
        bad=(
            File("Makefile", "PYTHON = /ro" + "ot/.pyenv/bin/python"),
            File("docs/x.md", "cd /ho" + "me/lin/banyan"),
        ),
        good=(File("docs/x.md", "~/banyan, /srv/banyan and https://example.org/home/page/"),),
    ),
    Rule(
        name="no_private_words",
        why="The project speaks of itself alone.",
        check=check_private_words,
        bad=(),
    ),
)
