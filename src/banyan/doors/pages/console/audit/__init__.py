"""The audit log: who changed what, and how it was before."""
