"""The tables of what goes back through gateways."""
