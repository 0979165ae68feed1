"""Takes an invoice back that somebody holds: it counts no more."""

from banyan.base.errors import NotFound, Refusal
from banyan.base.ids import NONE
from banyan.books.work import Work
from banyan.commerce.invoices import store
from banyan.commerce.invoices.types import InvoiceState


async def reverse_invoice(work: Work, channel_id: int, code: str) -> None:
    """Let an invoice count no more, for good.

    Raises NotFound `invoices.not_found`; Refusal `invoices.handed_in` while somebody who is to
    refund it holds it, and after that.
    """
    held = await store.lock_invoice(work.db, channel_id, code)
    if held is None:
        raise NotFound("invoices.not_found")
    if held.state not in {InvoiceState.INIT, InvoiceState.REVERSED}:
        raise Refusal("invoices.handed_in")
    await store.set_invoice_state(work.db, held, InvoiceState.REVERSED, int(NONE))
