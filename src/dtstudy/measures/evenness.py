"""How evenly a word is spread over the parts of a corpus."""

import numpy as np
import pandas as pd


def evenness(frequency: np.ndarray, size: np.ndarray) -> pd.DataFrame:
    """Deviation of proportions and Juilland's D of words over the parts of a corpus.

    Formula: dp = sum of |v - s| / 2 over the parts, v and s a part's shares of the word and of all words; dp_norm = dp
    / (1 - min s); juilland_d = 1 - (sd / mean of the parts' rates) / sqrt(parts - 1).

    Parameters: (words, parts) occurrences of each word in each part; (parts,) words in each part, above 0.

    Returns
    -------
    DataFrame, one row per word; NaN for a word without an occurrence, which is neither even nor uneven
        dp : half the sum of the differences between a part's share of the word and its share of the corpus: 0 where
            the word is spread as the corpus is, towards 1 where it stands in one small part alone
        dp_norm : dp as a share of the largest it can be in this corpus, 0 to 1; NaN with one part
        juilland_d : 1 is even, 0 is all in one part; of rates, since parts differ in size; NaN with one part.
            Unsafe with many or unequal parts: prefer dp

    References: Gries (2008), International Journal of Corpus Linguistics 13: 403; Lijffijt and Gries (2012), ibid. 17:
    147; Juilland (1970); Biber et al. (2016), ibid. 21: 439.

    Examples
    --------
    >>> evenness(np.array([[1, 2, 3, 4, 5]]), np.array([9, 10, 10, 10, 11])).round(3).iloc[0].to_dict()
    {'dp': 0.18, 'dp_norm': 0.22, 'juilland_d': 0.785}
    """
    word, part = np.nonzero(frequency)
    return of_cells(word, part, np.asarray(frequency)[word, part], len(frequency), np.asarray(size))


def of_cells(word: np.ndarray, part: np.ndarray, times: np.ndarray, words: int, size: np.ndarray) -> pd.DataFrame:
    """`evenness` from the cells that are not 0: their word, part and number."""
    parts, share = len(size), size / max(1, size.sum())
    with np.errstate(divide="ignore", invalid="ignore"):
        of_word = times / np.bincount(word, times, words)[word]
        absent = 1 - np.bincount(word, share[part], words)  # the shares of the parts without the word
        dp = (np.bincount(word, abs(of_word - share[part]), words) + absent.clip(0)) / 2
        rate = times / size[part]
        mean = np.bincount(word, rate, words) / parts
        square = np.bincount(word, (rate - mean[word]) ** 2, words)
        square = square + (parts - np.bincount(word, minlength=words)) * mean**2
        several = np.where((mean > 0) & (parts > 1), 1.0, np.nan)
        return pd.DataFrame(
            {
                "dp": np.where(mean > 0, dp, np.nan),
                "dp_norm": several * dp / (1 - share.min(initial=1)),
                "juilland_d": several * (1 - np.sqrt(square / parts) / mean / np.sqrt(parts - 1)),
            }
        )
