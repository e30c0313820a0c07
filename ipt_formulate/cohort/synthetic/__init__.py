"""What may a cohort look like? Made-up cases for tests, teaching and planning; never an estimate of anything."""
