import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from dtstudy.measures import tally

WORDS = st.lists(st.one_of(st.none(), st.integers(0, 300).map("{:03}".format)), max_size=40)


@given(st.lists(WORDS, min_size=1, max_size=4))
def test_frames_below_each_other_are_what_pandas_makes_of_them(columns):
    frames = [pd.DataFrame({"word": pd.Categorical(pd.Series(one, dtype="str"))}) for one in columns]
    whole = pd.api.types.union_categoricals([frame["word"] for frame in frames], sort_categories=True)
    found = tally.stacked([frame.assign(count=np.arange(len(frame))) for frame in frames])
    pd.testing.assert_series_equal(found["word"], pd.Series(whole, name="word"))
    assert found["count"].tolist() == [place for frame in frames for place in range(len(frame))]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 255)), max_size=50), st.integers(1, 9))
def test_sums_are_the_same_in_slices_of_any_size(rows, size):
    key, what = np.array(rows, np.uint8).reshape(-1, 2).T
    whole, tally.SLICE = tally.SLICE, size
    try:
        assert tally.summed(key, 10).tolist() == [sum(one == k for one, _ in rows) for k in range(10)]
        assert tally.summed(key, 10, what).tolist() == [sum(n for one, n in rows if one == k) for k in range(10)]
    finally:
        tally.SLICE = whole
