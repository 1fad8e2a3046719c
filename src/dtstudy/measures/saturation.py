"""Have we heard enough? When new documents stop bringing new codes, and what that says of codes nobody has heard yet.

An event is a document: a focus group or an interview. A code counts from its first use, whether it came from the data
or from a framework made before. Codes that were merged or renamed later are taken as the codebook has them now.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from dtstudy.errors import InputError
from dtstudy.measures.incidence import incidence, read_how, strata

__all__ = ["accumulation", "chao2", "definition", "guest", "incidence", "new_codes", "runs"]

MOST_EVENTS = 20  # up to here the lowest and highest number of codes is found over every choice of events
BASE, RUN, THRESHOLD = 4, 2, 0.05  # the setting Guest, Namey and Chen put first
CLASSIC = "Chao2: S_obs + (T-1)/T Q1^2 / (2 Q2)"
CORRECTED = "Chao2, bias-corrected: S_obs + (T-1)/T Q1 (Q1-1) / (2 (Q2+1))"


def accumulation(incidence: pd.DataFrame) -> pd.DataFrame:
    """How many codes are heard in so many documents, in the order they came and over every order they could have come.

    Formula: mean(k) = sum over codes of 1 - C(T - q, k) / C(T, k), for T documents and a code in q of them.

    Mean and standard deviation are exact, in closed form: a code of q documents is missed by k of T documents with
    probability C(T-q, k) / C(T, k). Lowest and highest are exact for up to 20 events and missing beyond. The orders are
    those of one stratum; that any order could have been is an assumption, which a changing guide of questions breaks.

    Returns
    -------
    DataFrame, one row per stratum (if any) and number of events k
        events : k, from 1
        document, new, chronological : the k-th document of the incidence, codes first used in it, codes used up to it
        mean, sd, lowest, highest : codes used in k documents, over all orders
        n_events, n_codes : of the stratum
        bounds : 'over all orders', or why lowest and highest are missing
        unit, coders, level : the definition used

    References: Ugland, Gray and Ellingsen (2003), Journal of Animal Ecology 72: 888; Colwell et al. (2012), Journal of
    Plant Ecology 5: 3.

    >>> documents = pd.Index(["W", "X", "Y", "Z"], name="document")
    >>> heard = {"a": [1, 1, 1, 0], "b": [1, 0, 0, 0], "c": [0, 1, 0, 1], "d": [0, 0, 0, 1]}
    >>> heard = pd.DataFrame(heard, index=documents)
    >>> accumulation(heard)[["events", "new", "chronological", "mean", "lowest", "highest"]].round(2)
       events  new  chronological  mean  lowest  highest
    0       1    2              2  1.75       1        2
    1       2    1              3  2.83       2        4
    2       3    0              3  3.50       3        4
    3       4    1              4  4.00       4        4
    """
    tables = []
    for stratum, own in strata(incidence):
        used = own.loc[:, own.any()].to_numpy(bool)
        events = len(used)
        mean, sd = _over_orders(used)
        small = events <= MOST_EVENTS
        lowest, highest = _bounds(used) if small else np.full((2, events), np.nan)
        new = new_codes(own)
        about = {
            "events": np.arange(1, events + 1),
            "document": new.index,
            "new": new.to_numpy(),
            "chronological": new.cumsum().to_numpy(),
            "mean": mean,
            "sd": sd,
            "lowest": pd.array(lowest, "Int64"),
            "highest": pd.array(highest, "Int64"),
            "n_events": events,
            "n_codes": used.shape[1],
            "bounds": "over all orders" if small else f"not computed for more than {MOST_EVENTS} events",
        }
        tables.append(pd.DataFrame({**stratum, **about, "unit": "document", **read_how(incidence)}))
    return pd.concat(tables, ignore_index=True)


def new_codes(incidence: pd.DataFrame) -> pd.Series:
    """Codes first used in each document of one stratum, in the order of its rows."""
    first = incidence.gt(0).to_numpy()[:, incidence.any()].argmax(axis=0)
    index = incidence.index.get_level_values("document")
    return pd.Series(np.bincount(first, minlength=len(incidence)), index, name="new")


def runs(incidence: pd.DataFrame | Sequence[int], base: int = BASE, run: int = RUN) -> pd.DataFrame:
    """New codes in each run of documents after the base, as a share of the codes in the base.

    Formula: ratio = new codes in the run / codes in the base.

    Parameters: an incidence, or the numbers of new codes in each event; see `guest`. Runs slide by one event.

    Returns
    -------
    DataFrame, one row per stratum (if any) and run; none for a stratum with too few events
        first_event, last_event : of the run, counted from 1
        new_in_run, base_codes, ratio : the ratio is NaN where the base has no code
        base, run : the definition used

    Reference: Guest, Namey and Chen (2020), PLoS ONE 15: e0232076.

    Examples
    --------
    >>> runs([15, 10, 7, 5, 4, 3, 1, 0, 0])[["first_event", "new_in_run", "ratio"]].round(2).to_numpy().tolist()
    [[5.0, 7.0, 0.19], [6.0, 4.0, 0.11], [7.0, 1.0, 0.03], [8.0, 0.0, 0.0]]
    """
    if base < 1 or run < 1:
        raise InputError(f"A base of {base} and a run of {run} cannot be: both are numbers of events, from 1.")
    tables = []
    for stratum, new in _new_codes(incidence):
        first = np.arange(base + 1, len(new) - run + 2)
        heard = np.cumsum([0, *new])
        in_run, in_base = heard[first + run - 1] - heard[first - 1], heard[min(base, len(new))]
        about = {
            "first_event": first,
            "last_event": first + run - 1,
            "new_in_run": in_run,
            "base_codes": in_base,
            "ratio": in_run / in_base if in_base else np.nan,
            "base": base,
            "run": run,
        }
        tables.append(pd.DataFrame({**stratum, **about}))
    return pd.concat(tables, ignore_index=True)


def guest(
    incidence: pd.DataFrame | Sequence[int], base: int = BASE, run: int = RUN, threshold: float = THRESHOLD
) -> pd.DataFrame:
    """Whether new documents stopped bringing new codes: the method of Guest, Namey and Chen.

    Formula: saturated at the first run with new codes in the run / codes in the base <= threshold; base and run count
    events.

    The codes of the first `base` events are the yardstick. Where the next `run` events bring at most `threshold` times
    as many new ones, saturation is reached at the event before that run, and written 6+2: six events, and two that
    confirm. The run slides on by one event until then.

    Parameters: an incidence in the order of the fieldwork, or the numbers of new codes in each event.

    Returns
    -------
    DataFrame, one row per stratum (if any)
        n_events, base_codes
        new_in_run, ratio : of the run that meets the threshold, or of the last run
        saturated : True, False, or missing where it cannot be assessed
        saturated_at, label : the event (6) and how it is written (6+2); missing and empty where not reached
        later : new codes after that event, in the run and beyond; missing where not reached
        verdict : 'reached', 'not reached' or 'not assessable'; reason : why it is not assessable, else empty
        base, run, threshold, unit, coders, level : the definition used

    Raises InputError for a base or run below 1, or a threshold that is no share.
    Reference: Guest, Namey and Chen (2020), PLoS ONE 15: e0232076. An illustration with their 37 codes in the base:

    Examples
    --------
    >>> guest([15, 10, 7, 5, 4, 3, 1, 0, 0])[["base_codes", "saturated_at", "label"]].to_numpy().tolist()
    [[37, 6, '6+2']]
    """
    if not 0 <= threshold < 1:
        raise InputError(f"The threshold {threshold} is no share of the base's codes; name one from 0 to below 1.")
    every = runs(incidence, base, run)
    tables = []
    for stratum, new in _new_codes(incidence):
        own = every.loc[every[list(stratum)].eq(pd.Series(stratum)).all(axis="columns")] if stratum else every
        reason = _reason(new, base, run)
        met = own[own["ratio"] <= threshold]
        shown = None if reason else (met.iloc[0] if len(met) else own.iloc[-1])
        at = None if reason or met.empty else int(met["first_event"].iloc[0]) - 1
        about = {
            "n_events": len(new),
            "base_codes": int(sum(new[:base])),
            "new_in_run": pd.array([None if shown is None else shown["new_in_run"]], "Int64"),
            "ratio": np.nan if shown is None else shown["ratio"],
            "saturated": pd.array([None if reason else at is not None], "boolean"),
            "saturated_at": pd.array([at], "Int64"),
            "label": f"{at}+{run}" if at else "",
            "later": pd.array([int(sum(new[at:])) if at else None], "Int64"),
            "verdict": "not assessable" if reason else "reached" if at else "not reached",
            "reason": reason,
            "base": base,
            "run": run,
            "threshold": threshold,
        }
        tables.append(pd.DataFrame({**stratum, **about, "unit": "document", **read_how(incidence)}))
    return pd.concat(tables, ignore_index=True)


def chao2(incidence: pd.DataFrame) -> pd.DataFrame:
    """How many codes there are at least, heard or not, from those heard in one document only and in two.

    Formula: S + (T - 1) / T x Q1^2 / (2 Q2), or with Q2 = 0: S + (T - 1) / T x Q1 (Q1 - 1) / (2 (Q2 + 1)); S codes
    heard, Q1 and Q2 of them in one document and in two, T documents; coverage = 1 - Q1 / U x (T - 1) Q1 / ((T - 1) Q1 +
    2 Q2), U = all uses.

    A lower bound, for events that are exchangeable and heard apart; asking after what others said breaks both.
    With Q2 = 0 the bias-corrected form stands in.

    Returns
    -------
    DataFrame, one row per stratum (if any)
        n_events : T; s_obs, q1, q2 : codes heard, heard in one document, in two
        estimate : of all codes, s_obs or more; unheard : estimate less s_obs; NaN with fewer than two events
        coverage : the estimated share of what is said that carries a code already heard, 0 to 1
        formula : the form used, by name
        unit, coders, level : the definition used

    References: Chao (1987), Biometrics 43: 783; Chao and Jost (2012), Ecology 93: 2533; Chao et al. (2014), Ecological
    Monographs 84: 45.

    >>> documents = pd.Index(["W", "X", "Y", "Z"], name="document")
    >>> heard = {"a": [1, 1, 1, 0], "b": [1, 0, 0, 0], "c": [0, 1, 0, 1], "d": [0, 0, 0, 1]}
    >>> heard = pd.DataFrame(heard, index=documents)
    >>> chao2(heard)[["s_obs", "q1", "q2", "estimate", "coverage"]].round(3)
       s_obs  q1  q2  estimate  coverage
    0      4   2   1       5.5     0.786
    """
    tables = []
    for stratum, own in strata(incidence):
        events, documents = len(own), own.gt(0).sum().to_numpy()
        heard, q1, q2 = (documents > 0).sum(), (documents == 1).sum(), (documents == 2).sum()
        beyond, formula = q1**2 / (2 * q2) if q2 else q1 * (q1 - 1) / 2, CLASSIC if q2 else CORRECTED
        unheard = (events - 1) / events * beyond if events > 1 else np.nan
        about = {
            "n_events": events,
            "s_obs": heard,
            "q1": q1,
            "q2": q2,
            "estimate": heard + unheard,
            "unheard": unheard,
            "coverage": _coverage(events, q1, q2, documents.sum()),
            "formula": formula if events > 1 else "not defined for one event",
        }
        tables.append(pd.DataFrame({**stratum, **about, "unit": "document", **read_how(incidence)}, index=[0]))
    return pd.concat(tables, ignore_index=True)


def definition(guest: pd.DataFrame) -> str:
    """The definition a table of `guest` was counted by, as a sentence."""
    row = guest.iloc[0]
    return (
        f"An event is a {row['unit']}; codes count from first use (level: {row['level']}; coders: {row['coders']})."
        f" Reached where {row['run']} events bring at most {100 * row['threshold']:g} % as many new codes as the first"
        f" {row['base']} had (Guest, Namey and Chen 2020)."
    )


def _new_codes(incidence: pd.DataFrame | Sequence[int]) -> Iterator[tuple[dict[str, str], np.ndarray]]:
    """New codes by event in each stratum."""
    if isinstance(incidence, pd.DataFrame):
        yield from ((stratum, new_codes(own).to_numpy()) for stratum, own in strata(incidence))
    else:
        yield {}, np.asarray(incidence)


def _over_orders(used: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of the codes heard in 1 to T documents, over all orders.

    A pair of codes is missed where the documents of either are: its documents count as those of one code.
    """
    events = len(used)
    missed = _missed(events)
    own = used.sum(axis=0)
    either = own[:, None] + own - used.T.astype(np.int64) @ used
    unheard = np.bincount(own, minlength=events + 1) @ missed
    squared = np.bincount(either.ravel(), minlength=events + 1) @ missed
    variance = squared - unheard**2
    variance[variance < 1e-12 * squared] = 0  # what is left of a difference of equals
    return used.shape[1] - unheard, np.sqrt(variance)


def _missed(events: int) -> np.ndarray:
    """(T + 1, T) chance that k = 1 … T documents hold none of the q = 0 … T documents with a code."""
    q, drawn = np.arange(events + 1)[:, None], np.arange(events)
    return np.cumprod(np.maximum(events - q - drawn, 0) / (events - drawn), axis=1)


def _bounds(used: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Fewest and most codes in any 1 to T documents, over every choice of them: codes as bits, choices by doubling."""
    padded = np.pad(used, ((0, 0), (0, -used.shape[1] % 64)))
    bits = np.ascontiguousarray(np.packbits(padded, axis=1)).view(np.uint64)
    union = np.zeros((1, bits.shape[1]), np.uint64)
    for event in bits:
        union = np.concatenate([union, union | event])
    heard = np.bitwise_count(union).sum(axis=1, dtype=np.int64)
    chosen = np.bitwise_count(np.arange(len(union)))
    lowest, highest = np.full(len(used) + 1, used.shape[1]), np.zeros(len(used) + 1, np.int64)
    np.minimum.at(lowest, chosen, heard)
    np.maximum.at(highest, chosen, heard)
    return lowest[1:], highest[1:]


def _reason(new: np.ndarray, base: int, run: int) -> str:
    """Why saturation cannot be assessed; empty where it can."""
    if len(new) < base + run:
        return f"{len(new)} events; a base of {base} and a run of {run} need {base + run}"
    return "" if sum(new[:base]) else "no code in the base, so that there is nothing to compare a run with"


def _coverage(events: int, q1: int, q2: int, uses: int) -> float:
    """Coverage of a sample of events (Chao and Jost 2012; with Q2 = 0 the form of Chao et al. 2014)."""
    if events < 2 or not uses:
        return np.nan
    once, twice = (q1, 2 * q2) if q2 else (q1 - 1, 2)
    return 1 - q1 / uses * (events - 1) * once / ((events - 1) * once + twice) if q1 else 1.0
