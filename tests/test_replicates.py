"""How many seeds: power against simulated tests, and what a pilot argues."""

import numpy as np
import pytest
from scipy import stats

from sim.studies import replicates


def test_power_is_that_of_simulated_t_tests() -> None:
    draws = np.random.default_rng(1).normal(0.5, 1.0, (20_000, 20))
    seen = (stats.ttest_1samp(draws, 0.0, axis=1).pvalue < 0.05).mean()
    assert replicates.power(20, 1.0, 0.5) == pytest.approx(seen, abs=0.01)


def test_needed_is_the_fewest_with_power() -> None:
    for deviation in (0.5, 1.0, 3.0):
        seeds = replicates.needed(deviation, 1.0)
        assert replicates.power(seeds, deviation, 1.0) >= replicates.POWER
        assert seeds == replicates.FEWEST or replicates.power(seeds - 1, deviation, 1.0) < replicates.POWER
    assert replicates.needed(0.0, 1.0) == replicates.FEWEST
    assert replicates.needed(1e6, 1.0) == replicates.MOST
    with pytest.raises(ValueError, match="above zero"):
        replicates.needed(1.0, 0.0)


def test_a_pilot_argues_the_number() -> None:
    told = [replicates.argued(name, np.array(each, dtype=float), 1.0, "years")
            for name, each in (("a", [0, 1, 2, 3]), ("b", [0, 0, 0, 0]))]  # fmt: skip
    assert told[0].deviation == pytest.approx(np.std([0, 1, 2, 3], ddof=1))
    assert replicates.seeds_for(told) == told[0].needed > told[1].needed
    assert replicates.table(told)["what"].tolist() == ["a", "b"]
    assert "a varies by 1.3 years" in replicates.in_words(told)


def test_a_share_needs_more_seeds_the_narrower_its_interval() -> None:
    assert replicates.needed_for_share(0.5, 0.05) == 385
    assert replicates.needed_for_share(1.0, 0.1) == replicates.needed_for_share(0.95, 0.1) > replicates.FEWEST
