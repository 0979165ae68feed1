"""Figures of an account or a mini program: who came and went, and what people did."""
