"""Which relations between two people does the intake know? One gender-free list for losses, conflicts and people."""

from __future__ import annotations

# The other party of a conflict: item D01 of the reference.
OTHER_PARTIES = (
    "partner", "ex_partner", "parent", "child", "sibling", "in_law", "other_family", "friend", "neighbour", "boss",
    "co_worker", "teacher", "carer", "professional", "group_or_institution", "deceased_person",
)  # fmt: skip

# Whoever was lost, or stands in the inventory: the same, and those with whom nobody is in a role dispute.
RELATIONS = (
    *OTHER_PARTIES,
    "grandparent", "grandchild", "acquaintance", "public_figure", "pet", "not_a_person", "other",
)  # fmt: skip
