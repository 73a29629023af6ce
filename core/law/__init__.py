"""The numbers of the law: parameters with source and period of validity, never constants (RULES.md W3).

They are data (``parameters.csv`` beside this file): a changed law is a new row with its own
``valid_from``, and a procedure asks for the number that was in force on its own day.
"""

from core.law.parameters import Parameter, all_parameters, number

__all__ = ["Parameter", "all_parameters", "number"]
