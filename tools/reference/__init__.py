"""The pages of docs/reference: each module renders some of them from the code."""
