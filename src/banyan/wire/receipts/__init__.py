"""Receipts: papers about money, as people print and keep them."""

from banyan.wire.receipts.statement import Column, Statement, render_statement_pdf

__all__ = ("Column", "Statement", "render_statement_pdf")
