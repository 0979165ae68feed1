"""What may become of an invoice, and what somebody must be called on one."""

from banyan.base.errors import Invalid, Refusal
from banyan.commerce.invoices.types import InvoiceState, TitleFacts, TitleKind

KINDS_OF_SOURCE = frozenset({"app", "web", "wap"})


def check_title(facts: TitleFacts) -> None:
    """Accept what can stand on an invoice. Raises Invalid `invoices.tax_number_missing`."""
    if facts.kind is TitleKind.COMPANY and not facts.tax_number:
        raise Invalid("invoices.tax_number_missing")


def check_move(before: InvoiceState, locked_by: int, after: InvoiceState, account: int) -> None:
    """Let an account lock an invoice, give it back or close it.

    Raises Refusal `invoices.locked_by_other`, `invoices.closed`, `invoices.not_locked`,
    `invoices.reversed`.
    """
    if InvoiceState.REVERSED in {before, after}:
        raise Refusal("invoices.reversed")
    if before is InvoiceState.CLOSURE:
        raise Refusal("invoices.closed")
    if before is InvoiceState.LOCK and locked_by != account:
        raise Refusal("invoices.locked_by_other")
    if after is InvoiceState.CLOSURE and before is not InvoiceState.LOCK:
        raise Refusal("invoices.not_locked")
