"""What do we know of a value when it may still be any of several?

A *possible set* holds every value that the answers leave open: a frozenset for choices, a `Span` for numbers and days.
A test on it is yes if all its values pass, no if none does, else unknown. A set never grows when answers come.
"""

from __future__ import annotations

from typing import NamedTuple

from ipt_formulate.logic.truth import NO, UNKNOWN, YES, Truth

INFINITE = 10**9
"""Stands for "no limit" in a `Span`; larger than any number of days or points that can occur."""


class Span(NamedTuple):
    """Whole numbers from `least` to `most`, both included. `ANY_NUMBER` when nothing is known."""

    least: int
    most: int


ANY_NUMBER = Span(-INFINITE, INFINITE)


def is_among(possible: frozenset[str], wanted: frozenset[str]) -> Truth:
    """Is the value one of `wanted`?

    >>> is_among(frozenset({"a", "b"}), frozenset({"a", "b", "c"})), is_among(frozenset({"a"}), frozenset({"b"}))
    (2, 0)
    """
    if possible <= wanted:
        return YES
    return NO if possible.isdisjoint(wanted) else UNKNOWN


def is_between(possible: Span, least: int, most: int) -> Truth:
    """Does the number lie between the limits, both included?

    >>> is_between(Span(3, 3), 1, 4), is_between(Span(0, 9), 1, 4), is_between(Span(7, 9), 1, 4)
    (2, 1, 0)
    """
    if least <= possible.least and possible.most <= most:
        return YES
    return NO if possible.most < least or most < possible.least else UNKNOWN


def bands_of(possible: Span, bands: dict[str, Span]) -> frozenset[str]:
    """The names of the bands that the number may lie in."""
    return frozenset(
        name for name, band in bands.items() if possible.least <= band.most and band.least <= possible.most
    )
