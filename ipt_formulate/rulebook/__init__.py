"""Rules as data: reading, checking, parameters, profiles."""

from ipt_formulate.rulebook.book import Area, Profile, Rulebook, Switch
from ipt_formulate.rulebook.form import RulebookError
from ipt_formulate.rulebook.rule import Basis, Case, Rule

__all__ = ["Area", "Basis", "Case", "Profile", "Rule", "Rulebook", "RulebookError", "Switch"]
