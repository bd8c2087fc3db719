"""Capacity: two results of the same test beside each other, and how much of the difference chance alone can make.

A person who is tested twice and has not changed gets two results. With the standard deviation SD of that difference in
unchanged people, 95 % of such differences lie within 1.96 × SD (limits of agreement, Bland JM, Altman DG. Lancet
1986;1:307-310, with the mean gain from practice left out). A larger difference is more than a retest makes by chance; it
is no measure of success, since practice, the day and the tester are in it too.
"""

from dataclasses import dataclass

COVERS_95_PER_CENT = 1.96
"""The 97.5th percentile of the standard normal distribution."""


@dataclass(frozen=True)
class Retest:
    """Two results in the test's unit, and the measurement error in the same unit."""

    first: float
    second: float
    error: float

    @property
    def difference(self) -> float:
        """The second result less the first."""
        return self.second - self.first

    @property
    def is_within_chance(self) -> bool:
        """Whether a retest of somebody unchanged differs so much by chance (up to and including the error)."""
        return abs(self.difference) <= self.error


def measurement_error(retest_sd: float) -> float:
    """1.96 × SD of the differences between two tests of unchanged people, in the unit of `retest_sd`.

    Raises ValueError unless `retest_sd` is positive.
    """
    if retest_sd <= 0:
        raise ValueError("The standard deviation of retests is a positive number.")
    return COVERS_95_PER_CENT * retest_sd


def retest(first: float, second: float, retest_sd: float) -> Retest:
    """Two results of one test beside each other; `retest_sd` as `measurement_error` takes it."""
    return Retest(first, second, measurement_error(retest_sd))
