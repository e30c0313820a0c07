"""Which questions are there, by kind of record? Gathered from the records, where each is declared once.

Three codes of the reference are no items of their own: B05 (duration of the episode) is derived from B02 and A01;
C27 adds values to the relation (C02, G01); and H09 (the clinician's decisions) is the list ``decisions``, which is
no question put to anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from ipt_formulate.intake.change import Change
from ipt_formulate.intake.conflict import Conflict
from ipt_formulate.intake.episode import Episode
from ipt_formulate.intake.frame import Frame
from ipt_formulate.intake.group import Group
from ipt_formulate.intake.isolation import Isolation
from ipt_formulate.intake.item import Item, Record
from ipt_formulate.intake.loss import Loss
from ipt_formulate.intake.person import Person
from ipt_formulate.intake.safety import Safety
from ipt_formulate.intake.wishes import Clinician, Wishes

CASE_PARTS: Mapping[str, type[Record]] = MappingProxyType(
    {
        "frame": Frame,
        "episode": Episode,
        "wishes": Wishes,
        "clinician": Clinician,
        "group": Group,
        "safety": Safety,
    }
)

_CASE = {
    f"{part}.{name}": replace(item, field=f"{part}.{name}")
    for part, record in CASE_PARTS.items()
    for name, item in record.questions().items()
}

ITEMS: Mapping[str, Mapping[str, Item]] = MappingProxyType(
    {
        "case": MappingProxyType(_CASE),
        "loss": Loss.questions(),
        "conflict": Conflict.questions(),
        "change": Change.questions(),
        "isolation": Isolation.questions(),
        "person": Person.questions(),
    }
)
"""Every item by ``about`` and ``field``."""

SECTIONS: Mapping[str, str] = MappingProxyType(
    {"loss": "losses", "conflict": "conflicts", "change": "changes", "person": "people"}
)
"""The section of the intake that lists the records of each kind."""
