"""Benchmarks: `python -m bench` measures, compares in one run and writes docs/benchmarks.md."""
