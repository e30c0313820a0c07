"""How long does a cohort take, and how much memory, by backend and by kind of file? See `docs/benchmarks.md`.

Nothing in the library reads anything here.
"""
