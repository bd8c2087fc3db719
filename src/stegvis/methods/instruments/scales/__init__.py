"""Scoring functions: from the numbers of a scale's items to the scale's value, by name and parameters.

A questionnaire's file names one of these for each of its scores (`SCALES`), so that no function here knows an
instrument. Each states its missing-data rule; none of them ever makes a value out of no answers at all. A corrected rule
is a new class with a higher `version`: what was scored by the old one says so.

Every scale computes twice: `value` for one person, and `values` for every row of a wide table at once; a property test
holds the two equal. Notation: x is an item's number, lo and hi the least and greatest number the item can have, n the
number of items, m the number answered.

    sums       single items, sums and means         recoded   items recoded by a table, sums looked up in one
    weighted   weighted sums of parts               stated    classes with an open end
    pain       the 36-item survey's pain scale      health    EQ-5D profiles and value sets
    effects    negative effects with follow-ups     maps      criteria made from the pain map
"""

from stegvis.methods.instruments.scales.base import SCALES, Columns, Given, Scale, scoring_function
from stegvis.methods.instruments.scales.effects import CountedEffects, FollowUpMean
from stegvis.methods.instruments.scales.health import HealthState, ValueSet
from stegvis.methods.instruments.scales.maps import Fibromyalgia2016, PainMap
from stegvis.methods.instruments.scales.pain import BodilyPain
from stegvis.methods.instruments.scales.parameters import Parameters, WrongParameters, number_range
from stegvis.methods.instruments.scales.recoded import LookedUpSum, RecodedMean
from stegvis.methods.instruments.scales.stated import StatedSum
from stegvis.methods.instruments.scales.sums import Mean, SingleItem, Sum
from stegvis.methods.instruments.scales.weighted import Part, WeightedSum

__all__ = [
    "SCALES",
    "BodilyPain",
    "Columns",
    "CountedEffects",
    "Fibromyalgia2016",
    "FollowUpMean",
    "Given",
    "HealthState",
    "LookedUpSum",
    "Mean",
    "PainMap",
    "Parameters",
    "Part",
    "RecodedMean",
    "Scale",
    "SingleItem",
    "StatedSum",
    "Sum",
    "ValueSet",
    "WeightedSum",
    "WrongParameters",
    "number_range",
    "scoring_function",
]
