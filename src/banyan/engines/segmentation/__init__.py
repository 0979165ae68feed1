"""Splits text into words, Chinese ones too: for what is searched, and for what is searched for."""

from banyan.engines.segmentation.words import split_query, split_text

__all__ = ("split_query", "split_text")
