"""Measuring: one question a benchmark, answered by a ratio against a yardstick in the same run."""

from banyan.app.benches.bench import BENCHES, Bench, Figures, list_questions, run_bench

__all__ = ["BENCHES", "Bench", "Figures", "list_questions", "run_bench"]
