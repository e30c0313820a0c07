"""What can be asked of a formulation, and how is it put into words?"""

from ipt_formulate.explain.formulation import Formulation, formulate

__all__ = ["Formulation", "formulate"]
