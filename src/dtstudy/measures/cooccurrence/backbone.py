"""How codes hang together: the links that stand out, the communities they form, and a place for each code."""

from typing import Literal

import numpy as np
import pandas as pd

from dtstudy.errors import InputError, near

Weight = Literal["npmi", "jaccard", "lift", "phi", "z", "n12"]
_NAMES = {"npmi": "NPMI", "jaccard": "Jaccard", "lift": "lift", "phi": "phi", "z": "z", "n12": "units with both"}
RUNS = 50


def network(
    pairs: pd.DataFrame, weight: Weight = "npmi", threshold: float = 0.2, runs: int = RUNS
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The network of codes: which links stand out, which codes belong together, and where each is drawn.

    Formula: alpha of a link as in `disparity`; communities as in `communities`.

    Parameters: the frame of `cooccurrence` for one coder or pooled coders, of the codes wanted; the column that is
    the weight of a link, of which only values above 0 are links; the level below which a link stands out (see
    `disparity`); how often communities are sought (see `communities`). The places are those of a circle, by
    community and then by code, and mean nothing but that order: codes of a community stand side by side.

    Returns
    -------
    nodes : DataFrame, one row per code, by community
        code, n (units with it), x, y (-1 to 1), community (from 1, the largest first), stability (0 to 1)
        modularity_least, modularity_most, runs, weighted_by : the definition used
    edges : DataFrame, one row per pair with a weight above 0, sorted
        code_1, code_2, weight, alpha (0 to 1), kept (alpha below the threshold)
        threshold, weighted_by : the definition used

    Raises InputError for an unknown weight, or pairs of several coders.

    Reference: Serrano, Boguñá & Vespignani (2009), PNAS 106: 6483; Blondel et al. (2008), Journal of Statistical
    Mechanics P10008.

    >>> pairs = pd.DataFrame({"code_1": ["a", "a", "b"], "code_2": ["b", "c", "c"], "n1": 9, "n2": 8, "n12": [6, 5, 1]})
    >>> nodes, edges = network(pairs.assign(coder="first"), weight="n12")
    >>> edges[["code_1", "code_2", "weight", "alpha", "kept"]].round(2)
      code_1 code_2  weight  alpha   kept
    0      a      b       6   0.14   True
    1      a      c       5   0.17   True
    2      b      c       1   0.83  False
    """
    if weight not in _NAMES:
        raise InputError(f"The weight '{weight}' is unknown; {near(weight, _NAMES)}")
    if pairs["coder"].nunique() > 1:
        several = ", ".join(sorted(pairs["coder"].unique()))
        raise InputError(f"The pairs are of several coders ({several}). Choose one of them, or coders='union'.")
    edges = pairs[["code_1", "code_2", weight]].rename(columns={weight: "weight"})
    edges = edges[edges["weight"] > 0].sort_values(["code_1", "code_2"], ignore_index=True)
    edges["alpha"] = disparity(edges)
    edges = edges.assign(kept=edges["alpha"] < threshold, threshold=threshold, weighted_by=weight)
    units = pd.concat([pairs.set_index("code_1")["n1"], pairs.set_index("code_2")["n2"]])
    units = units[~units.index.duplicated()].sort_index()
    nodes = communities(edges, codes=list(units.index), runs=runs).assign(weighted_by=weight)
    nodes.insert(1, "n", nodes["code"].map(units))
    x, y = _circle(len(nodes))
    nodes.insert(2, "x", x)
    nodes.insert(3, "y", y)
    return nodes, edges


def network_definition(nodes: pd.DataFrame, edges: pd.DataFrame) -> str:
    """The definition a network was made by, in a few sentences."""
    if edges.empty:
        return "No pair has a weight above 0, so there is no link and every code is by itself."
    about, link = nodes.iloc[0], edges.iloc[0]
    return (
        f"Link: {_NAMES[link['weighted_by']]} above 0; it stands out where alpha of the disparity filter is below"
        f" {link['threshold']:g}. Communities of all links: Louvain, the best of {about['runs']} runs (modularity"
        f" {about['modularity_least']:.2f} to {about['modularity_most']:.2f}); stability: share of the runs in which a"
        " code is with the others of its community. Where a code stands on the circle means nothing."
    )


def disparity(edges: pd.DataFrame) -> pd.Series:
    """How surprising each link's share of its ends' weight is, if the weight were spread at random over their links.

    Formula: alpha = (1 - w / s)^(k - 1) at each end, with weight w of the link, k links and weight s of the end; the
    smaller counts.

    Parameters: links as code_1, code_2, weight (above 0). An end with k links and weight s gives (1 - w / s)^(k - 1),
    an end with a single link 1; alpha is the smaller of the two ends'. A link is kept where it is small.

    Returns alpha (0 to 1) in the order of the rows.
    Reference: Serrano, Boguñá & Vespignani (2009), PNAS 106: 6483.

    Examples
    --------
    >>> star = pd.DataFrame({"code_1": ["a", "a", "a"], "code_2": ["b", "c", "d"], "weight": [8.0, 1.0, 1.0]})
    >>> disparity(star).round(2).tolist()
    [0.04, 0.81, 0.81]
    """
    ends = pd.concat([edges["code_1"], edges["code_2"]], ignore_index=True)
    weights = pd.concat([edges["weight"], edges["weight"]], ignore_index=True).astype("float64")
    by_end = weights.groupby(ends)
    share, links = weights / by_end.transform("sum"), by_end.transform("size")
    alpha = ((1 - share).clip(lower=0) ** (links - 1)).where(links > 1, 1.0).to_numpy()
    return pd.Series(np.minimum(alpha[: len(edges)], alpha[len(edges) :]), edges.index)


def communities(edges: pd.DataFrame, codes: list[str] | None = None, runs: int = RUNS) -> pd.DataFrame:
    """Groups of codes with more weight among themselves than their totals would give: Louvain, run many times.

    Formula: modularity Q = sum over communities of (weight inside / W - (weight at its codes / 2W)^2), W the weight of
    all links.

    Parameters: links as code_1, code_2, weight; further codes without links; the number of runs, each with a seed of
    its own (0, 1, …). The run with the highest modularity is taken; where other runs put the same codes together, the
    grouping is stable.

    Returns
    -------
    DataFrame, one row per code, by community and code
        code, community (from 1, the largest first)
        stability : 0 to 1, in how many runs it is with a member of its community, on average over the members; of a
            code by itself, in how many runs it is so
        modularity_least, modularity_most : of the runs (-0.5 to 1); NaN without links
        runs
    Reference: Blondel et al. (2008), Journal of Statistical Mechanics P10008.

    >>> rows = [("a", "b", 3.0), ("c", "d", 3.0), ("b", "c", 0.5)]
    >>> links = pd.DataFrame(rows, columns=["code_1", "code_2", "weight"])
    >>> communities(links, runs=10)[["code", "community", "stability"]]
      code  community  stability
    0    a          1        1.0
    1    b          1        1.0
    2    c          2        1.0
    3    d          2        1.0
    """
    import networkx as nx

    if runs < 1:
        raise InputError(f"Communities are sought {runs} times; it must be once or more, better {RUNS} times.")
    codes = sorted({*(codes or ()), *edges["code_1"], *edges["code_2"]})
    graph = nx.Graph()
    graph.add_nodes_from(codes)
    linked = edges.sort_values(["code_1", "code_2"])
    graph.add_weighted_edges_from(zip(linked["code_1"], linked["code_2"], linked["weight"], strict=True))
    place = {code: number for number, code in enumerate(codes)}
    groupings, modularities = np.zeros((runs, len(codes)), "int64"), []
    for seed in range(runs):
        found = nx.community.louvain_communities(graph, seed=seed) if len(linked) else [{code} for code in codes]
        found = sorted((sorted(group) for group in found), key=lambda group: (-len(group), group))
        for number, group in enumerate(found):
            groupings[seed, [place[code] for code in group]] = number
        modularities.append(round(nx.community.modularity(graph, found), 9) if len(linked) else np.nan)
    best = groupings[int(np.argmax(modularities))] if len(linked) else groupings[0]
    table = pd.DataFrame({"code": codes, "community": best + 1, "stability": _stability(best, groupings)})
    table = table.assign(modularity_least=min(modularities), modularity_most=max(modularities), runs=runs)
    return table.sort_values(["community", "code"], ignore_index=True)


def _stability(best: np.ndarray, groupings: np.ndarray) -> np.ndarray:
    """Mean share of runs in which a code is with the others of its group; of a group of one, in which it is alone."""
    together = groupings[:, :, None] == groupings[:, None, :]
    fellows = (best[:, None] == best[None, :]) & ~np.eye(len(best), dtype=bool)
    with_fellows = (together.mean(axis=0) * fellows).sum(axis=1) / np.maximum(fellows.sum(axis=1), 1)
    return np.where(fellows.any(axis=1), with_fellows, (together.sum(axis=2) == 1).mean(axis=0))


def _circle(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Places on a circle, from the top and clockwise, at equal steps of height so that no two labels meet."""
    right = np.arange(n) < (n + 1) // 2
    many = np.where(right, (n + 1) // 2, n // 2)
    step = np.where(right, np.arange(n), n - 1 - np.arange(n))
    y = 1 - (2 * step + 1) / np.maximum(many, 1)
    x = np.where(right, 1, -1) * np.sqrt(1 - y**2)
    return x.round(6), y.round(6)
