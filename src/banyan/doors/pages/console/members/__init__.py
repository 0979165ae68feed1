"""Members: finding one by phone or tier, and all that is known of one."""
