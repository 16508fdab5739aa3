"""The benchmark: Muster beside the least that the same work can cost. `python -m tests.bench`."""
