"""Exploratory mediation and the description of dose."""

import numpy as np
import pytest

from stegvis.methods.analysis import dose, mediation
from stegvis.methods.analysis.refusals import NotEstimable

from .references import jobs, values

R = values("goals.csv")
COVARIATES = ("depress1", "econ_hard", "sex", "age")


def arguments() -> tuple[np.ndarray, ...]:
    d = jobs()
    return d["depress2"], d["job_seek"], d["treat"], np.column_stack([d[c] for c in COVARIATES])


@pytest.mark.parametrize(("interaction", "name"), [(False, "mediation"), (True, "mediation_interaction")])
def test_natural_effects_agree_with_predictions_of_rs_models(interaction, name):
    result = mediation.mediate(*arguments(), interaction=interaction, draws=10)
    for effect in mediation.EFFECTS:
        assert result.effects[effect].estimate == pytest.approx(R[f"{name}.{effect}"], rel=1e-9, abs=1e-12)
    assert result.role == "exploratory"


def test_the_bootstrap_agrees_with_the_large_sample_error_and_repeats_with_its_seed():
    """Sobel's error √(a²s_b² + b²s_a²) for the product; 2000 samples know a standard deviation to about 2%."""
    y, m, t, x = arguments()
    result = mediation.mediate(y, m, t, x, draws=2000, seed=3)
    one, two = (np.column_stack(c) for c in ([t, np.ones(899), x], [m, t, np.ones(899), x]))
    ses = []
    for design, response in ((one, m), (two, y)):
        beta = np.linalg.lstsq(design, response, rcond=None)[0]
        s2 = np.sum((response - design @ beta) ** 2) / (899 - design.shape[1])
        ses.append((beta[0], np.sqrt(s2 * np.linalg.inv(design.T @ design)[0, 0])))
    (a, sa), (b, sb) = ses
    assert result.effects["indirect1"].se == pytest.approx(np.hypot(a * sb, b * sa), rel=0.08)
    assert result.effects["indirect1"] == mediation.mediate(y, m, t, x, draws=2000, seed=3).effects["indirect1"]


def test_without_interaction_the_indirect_effect_is_the_product_of_the_paths():
    result = mediation.mediate(*arguments(), draws=10)
    product = result.paths["a"] * result.paths["b"]
    assert result.effects["indirect1"].estimate == pytest.approx(product)
    assert result.effects["total"].estimate == pytest.approx(product + result.paths["c"])


def test_sensitivity_agrees_with_the_formula_and_meets_the_product_at_no_confounding():
    found = mediation.sensitivity(*arguments(), rho=[-0.5, 0, 0.3])
    assert found.indirect == pytest.approx([R[f"mediation.indirect_rho_{r}"] for r in ("-0.5", "0", "0.3")], rel=1e-9)
    assert found.indirect[1] == pytest.approx(R["mediation.indirect1"], rel=1e-9)
    assert found.rho_at_zero == pytest.approx(R["mediation.rho_at_zero"], rel=1e-9)
    again = mediation.sensitivity(*arguments(), rho=[found.rho_at_zero])
    assert again.indirect == pytest.approx([0], abs=1e-15)


def test_at_the_true_correlation_of_the_errors_the_true_indirect_effect_comes_back():
    """a = 0.8, b = 0.5, errors that correlate by 0.4: the product of coefficients is wrong, δ(0.4) is near 0.4."""
    rng = np.random.default_rng(11)
    t = np.repeat([0.0, 1.0], 20_000)
    errors = rng.multivariate_normal([0, 0], [[1, 0.8], [0.8, 4]], t.size)
    m = 0.8 * t + errors[:, 0]
    y = 0.3 * t + 0.5 * m + errors[:, 1]
    naive, truth = mediation.sensitivity(y, m, t, rho=[0, 0.4]).indirect
    assert naive > 0.9
    assert truth == pytest.approx(0.4, abs=0.04)  # four standard errors


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"t": np.ones(899)}, "empty"),
        ({"m": np.ones(899)}, "constant"),
        ({"y": np.ones(899)}, "constant"),
        ({"x": np.ones((899, 1))}, "singular"),
    ],
)
def test_what_mediation_cannot_tell_is_refused(change, code):
    given = dict(zip("ymtx", arguments(), strict=True)) | change
    with pytest.raises(NotEstimable) as refused:
        mediation.mediate(given["y"], given["m"], given["t"], given["x"])
    assert refused.value.code == code


def test_the_dose_is_described_by_how_many_reached_each_part():
    found = dose.distribution([0, 0, 1, 3, 4, 4], full=4, minimum=3)
    assert (found.none, found.at_least_minimum, found.all_parts) == (2, 3, 2)
    assert found.reached == (6, 4, 3, 3, 2)
    assert found.exactly == (2, 1, 0, 1, 2)
    assert (found.mean, found.median) == (2, 2)


def test_a_dose_out_of_range_or_of_nobody_is_refused():
    with pytest.raises(NotEstimable, match="Nobody"):
        dose.distribution([], full=14, minimum=8)
    with pytest.raises(ValueError, match="from 0 to 14"):
        dose.distribution([15], full=14, minimum=8)
