"""Ways of running a rulebook over one case: the reference engine, and others that must agree with it."""
