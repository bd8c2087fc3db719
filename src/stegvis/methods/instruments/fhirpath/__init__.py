"""FHIRPath for questionnaires: conditions, calculated values and scores, exact and within limits.

`parse` reads an expression once; `Expression.check` finds typing errors before anybody answers, `evaluate` and
`outcome` give its values. Everything is computed with exact decimals, nothing is fetched, and no clock is read. The sum
of nothing is nothing.
"""

from stegvis.methods.instruments.fhirpath.errors import (
    ExpressionError,
    ExpressionFailed,
    ExpressionTooExpensive,
    Fault,
    InvalidExpression,
)
from stegvis.methods.instruments.fhirpath.expression import Expression, Outcome, parse
from stegvis.methods.instruments.fhirpath.limits import DEFAULT, Limits
from stegvis.methods.instruments.fhirpath.nodes import Node, root
from stegvis.methods.instruments.fhirpath.quantities import Quantity
from stegvis.methods.instruments.fhirpath.times import Date, DateTime, Time

__all__ = [
    "DEFAULT",
    "Date",
    "DateTime",
    "Expression",
    "ExpressionError",
    "ExpressionFailed",
    "ExpressionTooExpensive",
    "Fault",
    "InvalidExpression",
    "Limits",
    "Node",
    "Outcome",
    "Quantity",
    "Time",
    "parse",
    "root",
]
