"""Cards: what is offered, what one holds, gifts, and what pages of accounts ask the phone for."""
