"""Themes: how often, by whom, how far apart, in which case."""

import re

import pandas as pd

from dtstudy.tables import form
from dtstudy.tables.table import table


@table
def theme_frequency(frequency: pd.DataFrame) -> pd.DataFrame:
    """Headings of the paper: quotations and words under each, with the group's totals."""
    return pd.DataFrame(
        {
            "Section": frequency["group"].str.capitalize(),
            "Theme": frequency["code"],
            "Quotations": frequency["segments"].astype("str") + " of " + frequency["n_segments"].astype("str"),
            "Words": frequency["words"],
            "% of the section's quoted words": (100 * frequency["share"]).map("{:.1f}".format),
        }
    )


@table
def code_frequency(frequency: pd.DataFrame, by: str) -> pd.DataFrame:
    """Codes in their order by group and coder: passages, turns and words, with the group's totals.

    Concepts stand under their category.
    """
    place = {code: number for number, code in enumerate(frequency["code"].unique())}
    frequency = frequency.sort_values("code", key=lambda code: code.map(place), kind="stable", ignore_index=True)
    concept = frequency["level"] == "concept"
    return pd.DataFrame(
        {
            "Code": frequency["code"].where(~concept, "· " + frequency["code"]),
            by.capitalize(): frequency[by],
            "Coder": frequency["coder"],
            "Passages": frequency["segments"],
            "Quotations": frequency["turns"].astype("str") + " of " + frequency["n_turns"].astype("str"),
            "Words": frequency["words"].astype("str") + " of " + frequency["n_words"].astype("str"),
            "% of words": (100 * frequency["share"]).map("{:.1f}".format),
        }
    )


@table
def themes(frequency: pd.DataFrame, by: str) -> pd.DataFrame:
    """Codes in their order (rows) by group: per cent of what was counted, then passages, and who says them where.

    Concepts stand under their category.
    """
    table = {}
    for group, own in frequency.groupby(by, sort=False):
        own = own.set_index(["coder", "code"])
        head, row = str(group).capitalize(), own.iloc[0]
        table[f"{head}: % of {row['unit']}s"] = (100 * own["share"]).map("{:.1f}".format)
        counts = own[["segments", "speakers", "documents"]].astype("str")
        said = counts["segments"] + " by " + counts["speakers"] + " in " + counts["documents"]
        head = f"{head}: passages by people (of {row['n_speakers']}) in documents (of {row['n_documents']})"
        table[head] = said.where(own["segments"] > 0, "–")
    return _coded(pd.DataFrame(table).reset_index(), frequency)


@table
def group_comparison(frame: pd.DataFrame) -> pd.DataFrame:
    """Codes in their order: the difference with its range, each group's mean with its range, the ratio, and last p.

    Shares in per cent. p stands beside the least that the design can give; a dash where there is none.
    """
    row = frame.iloc[0]
    share, rule = row["statistic"].startswith("share"), row["two_sided"]
    rates = frame.filter(regex="^(mean|min|max|without_one|difference)") * (100 if share else 1)
    reach = rates["without_one_low"].map(form.signed) + " to " + rates["without_one_high"].map(form.signed)
    reach = (" (" + reach + ")").where(rates["without_one_low"].notna(), "")
    counted = row["statistic"].replace("share of", "% of")
    table = frame[["coder", "code"]].assign(
        **{f"Difference in {counted} (range)": rates["difference"].map(form.signed) + reach}
    )
    for side in ("first", "second"):
        numbers = rates[[f"{rule}_{side}" for rule in ("mean", "min", "max")]].map("{:.1f}".format).to_numpy()
        head = f"{row[side].capitalize()}, n = {row[f'documents_{side}']}: mean (range)"
        table[head] = ["{} ({} to {})".format(*three) for three in numbers]
    table["Ratio"] = frame["ratio"].map("{:.2f}".format).replace("nan", "–")
    table[f"p (least {form.p_value(row[f'smallest_{rule}'])})"] = frame[f"p_{rule}"].map(form.p_value)
    table[f"p, Holm ({row['tests']} codes)"] = frame["p_holm"].map(form.p_value)
    return _coded(table, frame)


@table
def coding_tree(frame: pd.DataFrame, by: str | None = None) -> pd.DataFrame:
    """The codebook as a tree: what each code means, an example, and who uses it how widely; unused codes say so."""
    groups = list(frame[by].unique()) if by else [None]
    first = frame[frame[by] == groups[0]] if by else frame
    indent = first["depth"].map(lambda depth: "· " * depth)
    table = {
        "Code": indent + first["code"],
        "Meaning": first["definition"],
        "Include": first["include"],
        "Exclude": first["exclude"],
        "Example": first["example"].where(first["used"], "unused"),
    }
    for group in groups:
        own = frame[frame[by] == group] if by else frame
        head = f"{group or 'All'}, n = {own['n_documents'].iloc[0]}: segments by speakers in documents"
        counts = own[["segments", "speakers", "documents"]].to_numpy()
        table[head] = ["{} by {} in {}".format(*row) if row[0] else "–" for row in counts]
    return pd.DataFrame({head: list(values) for head, values in table.items()})


@table
def framework_matrix(frame: pd.DataFrame) -> pd.DataFrame:
    """Cases (rows, attributes in brackets) by themes: the summary, then in brackets what it can be checked against.

    In the brackets stand a quotation, where the frame has `words`, and the turns of the segments (FG3:12, 15). A cell
    without segments says why. For one sheet per category take the rows of that category.
    """
    attributes = frame.loc[:, "case":"category"].iloc[:, 1:-1]
    heads = [_bracketed(*row) for row in pd.concat([frame["case"], attributes], axis="columns").to_numpy()]
    quoted = frame["words"].map(lambda words: f"‘{words}’" if words else "") if "words" in frame else ""
    listed = frame.assign(quoted=quoted, ids=frame["segments"].map(_ids))[["summary", "quoted", "ids"]]
    said = pd.Series([_bracketed(*row) for row in listed.to_numpy()], frame.index)
    cells = frame.assign(case=heads, cell=said.where(frame["state"].isin(["summarised", "indexed"]), frame["state"]))
    table = cells.pivot(index="case", columns="theme", values="cell")
    table = table.loc[list(dict.fromkeys(heads)), list(frame["theme"].unique())]
    return table.rename_axis("Case").rename_axis(None, axis="columns").reset_index()


@table
def synthesis(table: pd.DataFrame) -> pd.DataFrame:
    """Themes as rows, kinds of people of each study as columns: cases with the theme of all, and where to read."""
    counted = table["documents"].astype("str") + " of " + table["n_documents"].astype("str") + " · " + table["evidence"]
    cells = counted.where(table["state"] == "heard", table["state"])
    heads = table["study"] + ": " + table["group"]
    wide = pd.DataFrame({"theme": table["theme"], "head": heads, "cell": cells})
    wide = wide.pivot(index="theme", columns="head", values="cell")
    ordered = wide.loc[list(dict.fromkeys(table["theme"])), list(dict.fromkeys(heads))]
    return ordered.rename_axis("Theme").rename_axis(None, axis="columns").reset_index()


@table
def saturation(frame: pd.DataFrame, by: str | None = None) -> pd.DataFrame:
    """Strata with what Guest's method and Chao2 say of them; why it is not assessable stands in words.

    Parameters: the frames of `saturation.guest` and `saturation.chao2` merged.
    """
    assessed = frame["verdict"] != "not assessable"
    verdict = frame["verdict"].where(frame["label"] == "", frame["verdict"] + " at " + frame["label"])
    ratio = (100 * frame["ratio"]).map("{:.1f}".format)
    run = (frame["new_in_run"].astype("str") + " (" + ratio + " %)").where(assessed, "–")
    about = frame.iloc[0]
    table = {
        "Documents": frame["n_events"],
        "Codes heard": frame["s_obs"],
        f"In the first {about['base']}": frame["base_codes"].astype("str").where(assessed, "–"),
        f"New in the run of {about['run']} (at most {100 * about['threshold']:g} %)": run,
        "Saturation": verdict.where(assessed, "not assessable: " + frame["reason"]),
        "In one only": frame["q1"],
        "In two": frame["q2"],
        "Codes at least (Chao2)": frame["estimate"].map("{:.1f}".format).replace("nan", "–"),
        "Coverage, %": (100 * frame["coverage"]).map("{:.1f}".format).replace("nan", "–"),
    }
    return pd.DataFrame({by.capitalize(): frame[by], **table} if by else table)


def _coded(table: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    """The table with its codes first, concepts set in from their category; coders only where there are several."""
    level = dict(zip(frame["code"], frame["level"], strict=True)) if "level" in frame else {}
    codes = [("· " if level.get(code) == "concept" else "") + code for code in table["code"]]
    shown = table.drop(columns=["coder", "code"])
    if table["coder"].nunique() > 1:
        shown.insert(0, "Coder", table["coder"])
    shown.insert(0, "Code", codes)
    return shown


def _bracketed(text: str, *further: str) -> str:
    """A text, and what is said in a smaller face after it: 'FG3 [staff · A]'."""
    told = " · ".join(str(part) for part in further if part)
    return f"{text} [{told}]".strip() if told else text


def _ids(segments: str) -> str:
    """Ids with each document named once: 'FG3:12 FG3:15' is 'FG3:12, 15'."""
    turns: dict[str, list[str]] = {}
    for document, turn in re.findall(r"(\S.*?):(\d+)(?=\s|$)", segments):
        turns.setdefault(document, []).append(turn)
    return "; ".join(f"{document}:{', '.join(own)}" for document, own in turns.items())
