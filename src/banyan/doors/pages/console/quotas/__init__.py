"""How often a day programs may make which call, for operators."""
