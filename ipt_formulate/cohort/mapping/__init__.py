"""How do the columns and codes of a study become fields of an intake? By a mapping, checked first."""

from ipt_formulate.cohort.mapping.model import StudyMapping
from ipt_formulate.cohort.mapping.written import mapping_from_file, mapping_from_text

__all__ = ["StudyMapping", "mapping_from_file", "mapping_from_text"]
