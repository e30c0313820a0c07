"""Signs and conditions over tables: one row a record, no Python per row.

So far the leaves, the connectives and the primitives of derived signs; each agrees with the reference engine.
"""
