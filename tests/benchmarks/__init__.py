"""Benchmarks: ratios within one run, on demand only."""
