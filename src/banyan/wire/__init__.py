"""Formats and signatures of others: bytes to dataclasses and back, and nothing else."""
