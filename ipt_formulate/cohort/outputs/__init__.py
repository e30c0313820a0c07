"""What comes out of a cohort: coded tables, and beside them what they mean and how they were made.

Nothing here concludes anything; it names, labels and writes what the columns engine found.
"""
