"""Covariance structures: their matrices and both derivatives."""

import numpy as np
import pytest

from stegvis.methods.analysis.covariances import STRUCTURES, structure

T = 4
MOMENTS = np.array([[4.0, 2.0, 1.5, 1.0], [2.0, 5.0, 2.5, 1.5], [1.5, 2.5, 6.0, 3.0], [1.0, 1.5, 3.0, 7.0]])


def differences(function, theta, step):
    units = np.eye(theta.size) * step
    return np.stack([(function(theta + u) - function(theta - u)) / (2 * step) for u in units])


@pytest.mark.parametrize("name", STRUCTURES)
def test_both_derivatives_are_those_of_the_matrix(name):
    one = structure(name)
    theta = one.start(MOMENTS)
    _, jacobian, hessian = one.derivatives(theta, T)
    assert np.allclose(jacobian, differences(lambda t: one.derivatives(t, T)[0], theta, 1e-6), atol=1e-8)
    second = differences(lambda t: one.derivatives(t, T)[1], theta, 1e-6)
    assert np.allclose(np.zeros_like(second) if hessian is None else hessian, second, atol=1e-8)


@pytest.mark.parametrize("name", STRUCTURES)
def test_a_structure_starts_at_a_covariance_matrix_and_names_every_parameter(name):
    one = structure(name)
    theta = one.start(MOMENTS)
    sigma = one.derivatives(theta, T)[0]
    assert np.array_equal(sigma, sigma.T)
    assert np.linalg.eigvalsh(sigma).min() > 0
    assert len(one.labels(T)) == theta.size == one.scales(T).size


def test_structures_have_the_patterns_that_their_names_say():
    ar = structure("heterogeneous_autoregressive").derivatives(np.array([1.0, 4.0, 9.0, 16.0, 0.5]), T)[0]
    assert ar[0] == pytest.approx([1, 2 * 0.5, 3 * 0.25, 4 * 0.125])
    cs = structure("compound_symmetry").derivatives(np.array([2.0, 3.0]), T)[0]
    assert cs[0] == pytest.approx([5, 2, 2, 2])
    bands = structure("toeplitz").derivatives(np.array([5.0, 3.0, 2.0, 1.0]), T)[0]
    assert bands[1] == pytest.approx([3, 5, 3, 2])


def test_an_unknown_structure_names_the_known_ones():
    with pytest.raises(ValueError, match="known: unstructured, compound_symmetry"):
        structure("spatial")
