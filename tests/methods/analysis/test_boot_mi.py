"""Bootstrap then multiple imputation: near Rubin's rules where the models agree, and repeatable."""

import numpy as np
import pytest

from stegvis.methods.analysis import boot_mi, imputation, imputed_ancova, resampling
from stegvis.methods.analysis.imputation import Column
from stegvis.methods.analysis.refusals import NotEstimable

from .antidepressant import ACTIVE, REFERENCE, arms, baseline, drug, table

SHORT = table()[:, [0, 2, 4]]
COLUMNS = [Column(name) for name in ("start", "w2", "w6")]


def analyse(filled, rows):
    x = np.column_stack([np.ones(len(rows)), drug()[rows], baseline()[rows]])
    return imputed_ancova.effects_of(filled[:, :, 2], x, 1, "classical")[0]


def effect(entropy=1, bootstraps=200, values=SHORT):
    return boot_mi.boot_mi_effect(
        values, COLUMNS, analyse, arms=arms(), n={"all": 172}, bootstraps=bootstraps, iterations=3,
        seed=np.random.SeedSequence(entropy),
    )  # fmt: skip


def test_where_the_models_agree_it_is_near_rubins_rules():
    made = imputation.impute(SHORT, COLUMNS, imputations=200, seed=np.random.SeedSequence(2), arms=arms())
    rubin = imputed_ancova.pooled_ancova(made.column("w6"), arms(), baseline(), arm=ACTIVE, reference=REFERENCE)
    one = effect()
    assert one.se == pytest.approx(rubin.se, rel=3 / np.sqrt(2 * 200))
    assert one.estimate == pytest.approx(rubin.estimate, abs=4 * one.se / np.sqrt(200))
    assert one.method == "chained equations; bootstrap then multiple imputation"


def test_the_same_seed_gives_the_same_numbers():
    assert effect(3, 5).estimate == effect(3, 5).estimate != effect(4, 5).estimate


def test_a_sample_that_cannot_be_imputed_is_not_replaced():
    few = SHORT.copy()
    few[np.flatnonzero(drug() > 0)[9:], 2] = np.nan
    with pytest.raises(NotEstimable, match="arm"):
        effect(5, 200, few)


def test_a_bootstrap_sample_has_as_many_people_of_each_arm():
    counts = resampling.bootstrap_counts(arms(), 50, np.random.SeedSequence(1))
    assert set(counts @ drug()) == {84.0}
    assert set(counts.sum(axis=1)) == {172.0}
    assert np.array_equal(np.bincount(resampling.bootstrap_rows(counts[0]), minlength=172), counts[0])


def test_a_seed_has_the_same_children_however_often_it_is_asked():
    seed = np.random.SeedSequence(8)
    first, again = (resampling.children(seed, 3) for _ in range(2))
    assert [one.generate_state(1)[0] for one in first] == [one.generate_state(1)[0] for one in again]
    assert len({int(one.generate_state(1)[0]) for one in first}) == 3
    assert resampling.children(seed, 1)[0].spawn_key == np.random.SeedSequence(8).spawn(1)[0].spawn_key
