"""The first tab: where the person is, their cards, what waits for them."""
