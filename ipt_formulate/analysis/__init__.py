"""Checks of a rulebook: its cases, its coverage, its lints."""
