"""Lee's and Manski's bounds: against an R script from the paper, a bootstrap, and hand calculations."""

import numpy as np
import pytest
from scipy import special

from stegvis.methods.analysis import bounds
from stegvis.methods.analysis.estimates import wald
from stegvis.methods.analysis.refusals import NotEstimable

from .references import data, jobs, values

R = values("goals.csv")
NAN = float("nan")


def btheb(visit: str) -> tuple[list[float], list[int]]:
    rows = data("btheb.csv")
    return [float(r[visit] or "nan") for r in rows], [int(r["treatment"] == "BtheB") for r in rows]


def matches(found: bounds.Bounds, name: str) -> None:
    for end in ("lower", "upper"):
        estimate = getattr(found, end)
        assert estimate.estimate == pytest.approx(R[f"{name}.{end}"], rel=1e-12)
        assert estimate.se == pytest.approx(R[f"{name}.{end}_se"], rel=1e-12)


@pytest.mark.parametrize("visit", ["bdi_2m", "bdi_8m"])
def test_lees_bounds_and_errors_agree_with_the_papers_formulas(visit):
    matches(bounds.lee(*btheb(visit)), f"lee_{visit}")


def jobs_with_losses() -> tuple[np.ndarray, np.ndarray]:
    d = jobs()
    y = d["depress2"].copy()
    y[np.flatnonzero(d["treat"] == 0)[:90]] = NAN
    return y, d["treat"]


def test_lees_errors_come_near_a_bootstrap():
    """4000 bootstrap samples of 899 people: their standard deviations are known to about 1%, the errors to first order."""
    found = bounds.lee(*jobs_with_losses())
    matches(found, "lee_jobs")
    assert found.lower.se == pytest.approx(R["lee_jobs.boot_lower_se"], rel=0.06)
    assert found.upper.se == pytest.approx(R["lee_jobs.boot_upper_se"], rel=0.06)


def test_trimming_by_hand_cuts_one_of_four_from_either_end():
    """4 of 4 answers (1, 2, 3, 6) against 3 of 4 (1, 2, 3): 2 − 2 = 0, and 11/3 − 2."""
    found = bounds.lee([1, 2, 3, 6, 1, 2, 3, NAN], [1] * 4 + [0] * 4)
    assert (found.lower.estimate, found.upper.estimate) == (pytest.approx(0), pytest.approx(11 / 3 - 2))
    assert (found.trimmed, found.trimmed_arm) == (0.25, "assigned")


def test_swapping_the_arms_mirrors_the_bounds_and_scaling_scales_them():
    y, z = (np.array(v) for v in btheb("bdi_2m"))
    here, there, scaled = bounds.lee(y, z), bounds.lee(y, 1 - z), bounds.lee(10 * y + 3, z)
    assert (there.lower.estimate, there.upper.se) == (pytest.approx(-here.upper.estimate), pytest.approx(here.lower.se))
    assert (scaled.lower.estimate, scaled.high) == (
        pytest.approx(10 * here.lower.estimate),
        pytest.approx(10 * here.high),
    )


def test_equal_answering_leaves_one_number():
    found = bounds.lee([1, 2, 4, NAN, 1, 3, 3, NAN], [1] * 4 + [0] * 4)
    assert found.lower.estimate == pytest.approx(found.upper.estimate)
    assert (found.trimmed, found.trimmed_arm) == (0, "")


def test_worst_cases_put_the_missing_at_the_limits():
    """Yes or no: 3 of 4 answer yes and 2 are missing, against 1 of 3 and 1 missing: 3/6 − 2/4 and 5/6 − 1/4."""
    y, z = [1, 1, 1, 0, NAN, NAN, 1, 0, 0, NAN], [1] * 6 + [0] * 4
    found = bounds.manski(y, z, minimum=0, maximum=1)
    assert (found.lower.estimate, found.upper.estimate) == (pytest.approx(3 / 6 - 2 / 4), pytest.approx(5 / 6 - 1 / 4))
    assert found.lower.n == {"assigned": 6, "reference": 4}
    assert found.low < found.lower.estimate
    wide = bounds.manski([50 * v for v in y], z, minimum=0, maximum=50)
    assert wide.upper.estimate == pytest.approx(50 * found.upper.estimate)


def test_lee_lies_within_manski():
    y, z = btheb("bdi_8m")
    inner, outer = bounds.lee(y, z), bounds.manski(y, z, minimum=0, maximum=63)
    assert outer.lower.estimate < inner.lower.estimate <= inner.upper.estimate < outer.upper.estimate


def test_the_interval_for_the_difference_goes_from_two_sided_to_one_sided_as_the_bounds_part():
    at = lambda value: wald("m", value, 1.0, np.inf, level=0.95, n={})  # noqa: E731
    assert bounds.imbens_manski(at(1.0), at(1.0), 0.95) == (pytest.approx(1 - 1.959964), pytest.approx(1 + 1.959964))
    low, high = bounds.imbens_manski(at(0.0), at(50.0), 0.95)
    assert (low, high) == (pytest.approx(-special.ndtri(0.95)), pytest.approx(50 + special.ndtri(0.95)))


def test_what_cannot_be_bounded_is_refused():
    cases = {
        "empty": lambda: bounds.lee([1, 2, 3], [1, 1, 1]),
        "too_few": lambda: bounds.lee([1, NAN, 3, 4], [1, 1, 0, 0]),
        "no_error": lambda: bounds.lee([2, 2, 2, 2], [1, 1, 0, 0]),
        "constant": lambda: bounds.manski([1, 1, 0, 0], [1, 1, 0, 0], minimum=0, maximum=1),
    }
    for code, compute in cases.items():
        with pytest.raises(NotEstimable) as refused:
            compute()
        assert refused.value.code == code
    with pytest.raises(ValueError, match="outside its limits"):
        bounds.manski([5, 1, 2, 3], [1, 1, 0, 0], minimum=0, maximum=4)
