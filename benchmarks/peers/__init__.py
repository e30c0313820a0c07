"""How do other rule engines fare with the same rules? Answers first, then times; see `docs/benchmarks.md`.

Nothing in the library reads anything here.
"""
