"""What do the gaps in a cohort's answers, and the choices behind the rules, do to its figures?

Counts and bounds only: nothing here fills in an answer, and nothing here speaks of significance.
"""
