"""Three-valued logic over sets of possible values. Knows nothing about psychotherapy."""
