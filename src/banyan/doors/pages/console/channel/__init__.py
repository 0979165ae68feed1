"""Official accounts: their face, menu, welcome, followers and messages."""
