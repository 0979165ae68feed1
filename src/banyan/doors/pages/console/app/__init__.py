"""A mini program in the console: its versions and audits, domains, testers and templates."""
