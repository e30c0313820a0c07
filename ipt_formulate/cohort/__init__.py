"""What can be said of many cases at once? Tables of intakes, made-up cohorts, agreement with human coders.

Nothing here draws a conclusion about a case; that is done once, by the formulation.
"""
