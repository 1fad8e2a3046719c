"""Faults done to a run of the chain; see `strikes`."""

import sys

import pytest

from . import runs, strikes

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are found by /proc")


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return strikes.finished(tmp_path_factory.mktemp("faults") / "base")


@pytest.mark.parametrize("fault", strikes.FAULTS, ids=lambda fault: fault.__name__)
def test_no_half_result_the_last_good_outputs_stay_and_the_next_run_succeeds(fault, base, tmp_path):
    try:
        assert all(outcome for _, outcome in fault(base, tmp_path / "project"))
    except runs.NotPossibleError as reason:
        pytest.skip(str(reason))
