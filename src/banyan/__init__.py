"""Banyan joins the online and the offline world of a place in one program."""
