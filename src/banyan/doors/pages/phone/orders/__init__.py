"""A person's own orders: the list, and all about one."""
