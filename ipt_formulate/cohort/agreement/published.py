"""Which agreement among people was published? Beside our figures, with how many raters and tapes they rest on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Published:
    """Kappas of one study by our name of the item. ``tapes`` is the most that were rated; intervals were not given."""

    key: str
    what: str
    raters: int
    tapes: int
    tapes_note: str
    kappas: Mapping[str, float]


PUBLISHED: Final = (
    Published(
        "MKZ2000",
        "presence of each area, and the focus, from audiotapes of dysthymic patients (Markowitz et al. 2000)",
        3,
        18,
        "up to 18 tapes",
        {
            "presence_grief": 0.87,
            "presence_role_dispute": 0.58,
            "presence_role_transition": 1.00,
            "presence_interpersonal_deficits": 0.48,
            "focus": 0.82,
        },
    ),
    Published(
        "BRA2008",
        "the Brazilian adaptation of the same scale, from taped interviews (5 bipolar, 4 unipolar patients)",
        5,
        9,
        "9 tapes",
        {
            "presence_grief": 1.00,
            "presence_role_dispute": 0.77,
            "presence_role_transition": 0.61,
            "presence_interpersonal_deficits": 0.57,
            "presence_loss_of_healthy_self": 1.00,
            "focus": 0.64,
        },
    ),
)
READING: Final = (
    "People rated audiotapes of clinical interviews, not structured answers; the samples are tiny, so even a kappa of "
    "1.00 has a wide interval there. No published agreement on stages or standings was found. A figure that is not "
    "below these is as good as people among themselves, not right."
)
