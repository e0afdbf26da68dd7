"""Benchmarks: `python -m bench` measures, compares in one run and writes docs/benchmarks.md."""

import os

# What is compiled is measured as compiled, and not as it was kept by an earlier run.
os.environ.setdefault("RECTIFY_KEPT_PLANS", "none")
