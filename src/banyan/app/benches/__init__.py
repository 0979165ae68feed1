"""Measuring: each benchmark answers one question with a ratio against a yardstick of the same run."""

from banyan.app.benches.bench import BENCHES, Bench, Figures, run_bench

__all__ = ["BENCHES", "Bench", "Figures", "run_bench"]
