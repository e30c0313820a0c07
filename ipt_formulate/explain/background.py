"""What does every explanation carry besides its reasons: names, the set of labels, and the flags that stand above it?

Gathered from the case once, so that an explanation can be put into words later, or elsewhere from its JSON. It decides
nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ipt_formulate.explain.explanations import Named
from ipt_formulate.formulation.formulate import Work
from ipt_formulate.rulebook.nodes import SITUATIONS

GRAVE = ("emergency", "urgent")


def background(
    work: Work, *others: Work, flags: Iterable[tuple[str, str]], withheld: tuple[str, ...] = ()
) -> dict[str, Any]:
    """The fields of `Explained` for a case.

    Parameters
    ----------
    work
        The case.
    others
        The same case under other answers or rules; situations that only these have are named as well.
    flags
        The flags of the case, each as level and flag.
    withheld
        The kinds of text that must not be shown.
    """
    names: dict[str, Named] = {}
    for each in (work, *others):
        for about in (*SITUATIONS, "person"):
            for record in each.case.presumed.of(about):
                named = Named(title=each.names.title(record), who=each.names.who(record), what=each.names.what(record))
                names.setdefault(record.key, named)
    return {
        "names": names,
        "label_set": "plain" if work.book.settings.get("label_set") == "plain" else "classic",
        "safety": tuple(dict.fromkeys(each for each in flags if each[0] in GRAVE)),
        "withheld": withheld,
    }
