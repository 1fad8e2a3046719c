import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dtstudy.measures import tally


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 255)), max_size=50), st.integers(1, 9))
def test_sums_are_the_same_in_slices_of_any_size(rows, size):
    key, what = np.array(rows, np.uint8).reshape(-1, 2).T
    whole, tally.SLICE = tally.SLICE, size
    try:
        assert tally.summed(key, 10).tolist() == [sum(one == k for one, _ in rows) for k in range(10)]
        assert tally.summed(key, 10, what).tolist() == [sum(n for one, n in rows if one == k) for k in range(10)]
    finally:
        tally.SLICE = whole
