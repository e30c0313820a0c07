"""What did the person, the clinician or the record say? The structured intake: answers, reasons for absence, checks.

Nothing in here draws a conclusion. An answer that is missing stays missing.
"""

from ipt_formulate.intake.answer import NOT_ASKED, Answer
from ipt_formulate.intake.dates import PartialDay
from ipt_formulate.intake.decision import Decision
from ipt_formulate.intake.faults import IntakeError
from ipt_formulate.intake.item import Item, Record
from ipt_formulate.intake.items import ITEMS, SECTIONS
from ipt_formulate.intake.model import Intake, load_intake
from ipt_formulate.intake.paths import AnswerPath, parse_path
from ipt_formulate.intake.section import Section
from ipt_formulate.intake.types import SCALE, Choice, Day, Link, Members, Multi, Number, Text, Tri

__all__ = [
    "ITEMS",
    "NOT_ASKED",
    "SCALE",
    "SECTIONS",
    "Answer",
    "AnswerPath",
    "Choice",
    "Day",
    "Decision",
    "Intake",
    "IntakeError",
    "Item",
    "Link",
    "Members",
    "Multi",
    "Number",
    "PartialDay",
    "Record",
    "Section",
    "Text",
    "Tri",
    "load_intake",
    "parse_path",
]
