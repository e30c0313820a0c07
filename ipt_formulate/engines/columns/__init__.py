"""The rulebook over tables: one row a record, no Python per row; the whole result, as the reference engine gives it."""
