"""Tables as a reader sees them: the tidy frame of a measure with heads, order and rounding.

Nothing is counted here.
"""

import re
from textwrap import shorten

import pandas as pd

MARKS = {
    "recomputed": "● recomputed",
    "bounded": "◐ bounded",
    "by construction": "◇ by construction",
    "tension": "▲ tension",
    "differs": "✕ differs",
    "external": "○ external",
    "not checkable": "– not checkable",
}
REPORTED = {"R": "● reported", "P": "◐ in part", "N": "– not found", "unknown": "? not known"}


def design(groups: pd.DataFrame) -> pd.DataFrame:
    """Groups by programme, or whatever parts them (rows), and kind of people (columns), with totals."""
    named = groups.assign(head=(groups["unit"] + "s of " + groups["kind"]).str.capitalize())
    table = named.pivot_table(
        index="part", columns="head", values="groups", aggfunc="sum", sort=False, fill_value=0
    ).astype("int64")
    table = table.assign(All=table.sum(axis="columns"))
    table.loc["total"] = table.sum()
    return table.rename_axis(groups["by"].iloc[0].capitalize()).rename_axis(None, axis="columns").reset_index()


def transcripts(documents: pd.DataFrame, turns: pd.DataFrame, flags: pd.DataFrame) -> pd.DataFrame:
    """Transcripts with group, file, participants, turns and words of participants, and what to look at."""
    spoken = turns[turns["role"] != "facilitator"]
    spoken = spoken.assign(words=spoken["word_end"] - spoken["word_start"])
    counts = spoken.groupby("document").agg(
        people=("participant", "nunique"), turns=("turn", "size"), words=("words", "sum")
    )
    told = (flags["flag"] + ": " + flags["detail"]).groupby(flags["document"]).agg("; ".join)
    table = documents.merge(counts, on="document", how="left")
    return pd.DataFrame(
        {
            "Transcript": table["document"],
            "Of": table.get("group", ""),
            "File": table["source"],
            "Participants": table["people"],
            "Turns": table["turns"],
            "Words": table["words"],
            "To look at": table["document"].map(told).fillna(""),
        }
    )


def edits(changes: pd.DataFrame) -> pd.DataFrame:
    """Edits by transcript (rows) and rule (columns), with totals."""
    table = changes.pivot_table(index="document", columns="rule", values="edits", aggfunc="sum", fill_value=0)
    table.loc["total"] = table.sum()
    return table.rename_axis("Transcript").rename_axis(None, axis="columns").reset_index()


def experience_by_order(table: pd.DataFrame) -> pd.DataFrame:
    """The printed table with n in the heads: experience, then counts per order, then total."""
    totals = table.iloc[-1]
    heads = {column: f"{column.replace('_', ' ').capitalize()}, n = {totals[column]}" for column in table.columns[1:]}
    return table.rename(columns={table.columns[0]: "Experience of the order", **heads})


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


def group_comparison(frame: pd.DataFrame) -> pd.DataFrame:
    """Codes in their order: the difference with its range, each group's mean with its range, the ratio, and last p.

    Shares in per cent. p stands beside the least that the design can give; a dash where there is none.
    """
    row = frame.iloc[0]
    share, rule = row["statistic"].startswith("share"), row["two_sided"]
    rates = frame.filter(regex="^(mean|min|max|without_one|difference)") * (100 if share else 1)
    reach = rates["without_one_low"].map(signed) + " to " + rates["without_one_high"].map(signed)
    reach = (" (" + reach + ")").where(rates["without_one_low"].notna(), "")
    counted = row["statistic"].replace("share of", "% of")
    table = frame[["coder", "code"]].assign(
        **{f"Difference in {counted} (range)": rates["difference"].map(signed) + reach}
    )
    for side in ("first", "second"):
        numbers = rates[[f"{rule}_{side}" for rule in ("mean", "min", "max")]].map("{:.1f}".format).to_numpy()
        head = f"{row[side].capitalize()}, n = {row[f'documents_{side}']}: mean (range)"
        table[head] = ["{} ({} to {})".format(*three) for three in numbers]
    table["Ratio"] = frame["ratio"].map("{:.2f}".format).replace("nan", "–")
    table[f"p (least {p_value(row[f'smallest_{rule}'])})"] = frame[f"p_{rule}"].map(p_value)
    table[f"p, Holm ({row['tests']} codes)"] = frame["p_holm"].map(p_value)
    return _coded(table, frame)


def quotations(frame: pd.DataFrame) -> pd.DataFrame:
    """Quotations with their heading, speaker and length; the words where the text was supplied."""
    columns = {
        "quotation": "No.",
        "section": "Section",
        "theme": "Theme",
        "kind": "Set",
        "role": "Speaker",
        "words": "Words",
    }
    shown = frame.rename(columns=columns)[list(columns.values())]
    shown["Found in the text"] = frame["verified"].map({True: "yes"}).fillna("not looked for")
    return shown.assign(Quotation=frame["text"]) if "text" in frame else shown


def cooccurrence(pairs: pd.DataFrame) -> pd.DataFrame:
    """Pairs that meet at least once, most frequent first: counts, shares of each code's units, and the coefficients.

    To two decimals, a dash where there is none; the counts expected with z, p and q where they were computed.
    """
    met = pairs[pairs["n12"] > 0].sort_values(
        ["n12", "jaccard", "code_1", "code_2"], ascending=[False, False, True, True]
    )
    heads = {"code_1": "Code", "code_2": "and code", "n1": "First", "n2": "Second", "n12": "Both"}
    heads |= {"overlapping_pairs": "Pairs of passages"} if "overlapping_pairs" in met else {}
    heads |= {"coder": "Coder"} if met["coder"].nunique() > 1 else {}
    shown = met[list(heads)].rename(columns=heads)
    for column, head in (("n1", "% of first"), ("n2", "% of second")):
        shown[head] = (100 * met["n12"] / met[column]).map("{:.0f}".format)
    if "expected" in met and met["z"].notna().any():
        shown["Expected"], shown["z"] = met["expected"].map("{:.1f}".format), met["z"].map(signed)
        shown["p"], shown["q"] = met["p"].map(p_value), met["q"].map(p_value)
    for column, head in {"jaccard": "Jaccard", "lift": "Lift", "npmi": "NPMI", "phi": "Phi"}.items():
        shown[head] = met[column].map("{:.2f}".format)
    return shown.replace("nan", "–")


def network(nodes: pd.DataFrame, edges: pd.DataFrame) -> pd.DataFrame:
    """Codes by community, with the codes they have a link with that stands out, the heaviest first."""
    kept = edges[edges["kept"]]
    both = pd.concat([kept, kept.rename(columns={"code_1": "code_2", "code_2": "code_1"})])
    both = both.sort_values(["weight", "code_2"], ascending=[False, True])
    linked = both["code_2"] + " (" + both["weight"].map("{:.2f}".format).astype("str") + ")"
    partners = linked.groupby(both["code_1"]).agg("; ".join).to_dict()
    return pd.DataFrame(
        {
            "Community": nodes["community"],
            "Code": nodes["code"],
            "Units": nodes["n"],
            "Stability": nodes["stability"].map("{:.2f}".format),
            "Stands out with": [partners.get(code, "–") for code in nodes["code"]],
        }
    )


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


def agreement(table: pd.DataFrame) -> pd.DataFrame:
    """Codes in their order, all codes first: how often each coder gave them, and how far the coders agree.

    Coefficients to two decimals, a dash where there is none, and why; codes that nobody gave are left out.
    """
    shares = table.filter(regex="^prevalence_")
    used = table[(shares > 0).any(axis="columns") | (table["code"] == "all codes")]
    concept = used["level"] == "concept"
    two = used[["kappa", "alpha", "ac1", "low", "high"]].map(lambda value: f"{value:.2f}".replace("-", "−"))
    two = two.replace("nan", "–")
    shown = {"Code": used["code"].where(~concept, "· " + used["code"])}
    for column in shares:
        head = f"Given by {column.removeprefix('prevalence_')}, % of {used['unit'].iloc[0]}s"
        shown[head] = (100 * used[column]).map("{:.1f}".format).replace("nan", "–")
    shown["Agreement, %"] = (100 * used["percent"]).map("{:.1f}".format).replace("nan", "–")
    shown |= {"Kappa": two["kappa"], "Alpha": two["alpha"]}
    shown["Range of alpha"] = (two["low"] + " to " + two["high"]).where(used["low"].notna(), "–")
    return pd.DataFrame({**shown, "AC1": two["ac1"], "Note": used["status"]}).reset_index(drop=True)


def disagreements(frame: pd.DataFrame) -> pd.DataFrame:
    """Turns on which a code was given by some and not by others: where, who, and the words side by side."""
    shown = pd.DataFrame({"Turn": frame["document"] + ":" + frame["turn"].astype("str")})
    columns = {"participant": "Speaker", "code": "Code", "given_by": "Given by", "not_given_by": "Not by"}
    columns |= {"instead": "These gave instead", "words": "Words", "memo": "Memo"}
    return shown.join(frame.rename(columns=columns)[[columns[name] for name in columns if name in frame]])


def disagreements_by_code(counts: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    """Codes in their order: turns on which all gave them, or one alone, and a turn that shows it.

    Parameters: the frames of `agreement.disagreements_by_code` and of `agreement.disagreements`. The turn is the
    first with some words to read, where there are words; they are shortened.
    """
    long = frame[frame["words"].str.len() > 60] if "words" in frame else frame
    first = pd.concat([long, frame]).drop_duplicates("code").set_index("code")
    told = first["document"] + ":" + first["turn"].astype("str") + ", " + first["given_by"]
    if "words" in first:
        told += ": “" + first["words"].map(lambda words: shorten(words, 150, placeholder=" …")) + "”"
    alone = {column: f"Only {column.removeprefix('only_')}" for column in counts if column.startswith("only_")}
    others = counts["instead"] + " (" + counts["instead_turns"].astype("str") + ")"
    shown = counts.rename(columns={"all_gave": "All gave it", **alone})[["All gave it", *alone.values()]]
    shown.insert(0, "Code", counts["code"].where(counts["level"] != "concept", "· " + counts["code"]))
    shown["Most often instead"] = others.where(counts["instead"] != "", "–")
    return shown.assign(**{"For example": [told.get(code, "–") for code in counts["code"]]})


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


def keyness(frame: pd.DataFrame, most: int = 20) -> pd.DataFrame:
    """Words of each side with the largest G2, the target's first: rates, who uses them, log ratio, G2.

    A log ratio with an asterisk stands on half an occurrence, since one side never says the word.
    """
    ends = [frame[frame["g2"] > 0].head(most), frame[frame["g2"] < 0].tail(most).iloc[::-1]]
    shown = pd.concat(ends, ignore_index=True)
    table = {"Word": shown["word"]}
    for side in ("target", "reference"):
        row, own = frame.iloc[0], shown
        head = row[side].capitalize()
        rate = own[f"per_1000_{side}"].map("{:.2f}".format)
        table[f"{head}: times (per 1,000 of {row[f'n_words_{side}']:,} words)"] = (
            own[f"count_{side}"].astype("str") + " (" + rate + ")"
        )
        table[f"{head}: documents (of {row[f'n_documents_{side}']})"] = own[f"documents_{side}"]
        table[f"{head}: speakers (of {row[f'n_speakers_{side}']})"] = own[f"speakers_{side}"]
    table["Log ratio"] = shown["log_ratio"].map(signed) + shown["zero"].ne("").map({True: " *", False: ""})
    table["G2"] = shown["g2"].map(signed)
    return pd.DataFrame(table)


def collocations(frame: pd.DataFrame, most: int = 25) -> pd.DataFrame:
    """Pairs of words with the largest G2: counts, who uses them, the coefficients."""
    shown = frame.head(most)
    return pd.DataFrame(
        {
            "Words": shown["word_1"] + " " + shown["word_2"],
            "Together": shown["count"],
            "First": shown["n1"],
            "Second": shown["n2"],
            "Documents": shown["documents"],
            "Speakers": shown["speakers"],
            "PMI": shown["pmi"].map("{:.2f}".format),
            "G2": shown["g2"].map("{:.1f}".format).replace("nan", "–"),
        }
    )


def kwic(lines: pd.DataFrame) -> pd.DataFrame:
    """Keywords in a column of their own, between what was said before and after, with the place."""
    columns = {"document": "Transcript", "turn": "Turn", "participant": "Speaker"}
    columns |= {"left": "Before", "keyword": "Keyword", "right": "After"}
    return lines.rename(columns=columns)[list(columns.values())]


def claims(frame: pd.DataFrame) -> pd.DataFrame:
    """Claims with what is printed, what was regenerated, and the verdict as a word and a shape."""
    columns = {
        "id": "Id",
        "statement": "Claim",
        "published": "Published",
        "regenerated": "Regenerated",
        "status": "Verdict",
        "note": "Note",
    }
    return frame.assign(status=frame["status"].map(MARKS)).rename(columns=columns)[list(columns.values())]


def key_findings(table: pd.DataFrame, findings: pd.DataFrame) -> pd.DataFrame:
    """Findings with the codes they speak of, and for each kind of people the cases with one, and where to read."""
    heard = table["documents"].astype("str") + " of " + table["n_documents"].astype("str") + " · " + table["evidence"]
    cells = table.assign(cell=heard.where(table["state"] == "heard", table["state"]))
    wide = cells.pivot(index="theme", columns="group", values="cell")[list(dict.fromkeys(table["group"]))]
    told = findings.groupby("claim", sort=False).agg(statement=("statement", "first"), codes=("code", "; ".join))
    shown = told.join(wide).rename(columns={"statement": "Finding", "codes": "Codes"}).rename_axis("Id")
    return shown.rename(columns=lambda name: name[0].upper() + name[1:]).reset_index()


def reporting(frame: pd.DataFrame) -> pd.DataFrame:
    """Items of the checklists with what the paper says to them and where, and what the data at hand add."""
    return pd.DataFrame(
        {
            "Item": frame["standard"] + " " + frame["item"].astype("str"),
            "Topic": frame["topic"],
            "The paper": frame["status"].map(REPORTED),
            "Where": frame["where"],
            "Note": frame["note"],
            "The data at hand": frame["filled"],
        }
    )


def score(counts: pd.DataFrame) -> pd.DataFrame:
    """Number of claims by verdict."""
    return pd.DataFrame({"Verdict": counts["status"].map(MARKS), "Claims": counts["claims"]})


def signed(value: float) -> str:
    """A difference for print, with its sign; a dash where there is none.

    >>> signed(-3.14), signed(0.02), signed(float("nan"))
    ('−3.1', '+0.0', '–')
    """
    return "–" if value != value else f"{value:+.1f}".replace("-", "−")


def p_value(p: float) -> str:
    """A p-value for print: three decimals, what it is below, or a dash where there is none.

    >>> p_value(1 / 84), p_value(0.00005), p_value(1.0), p_value(float("nan"))
    ('.012', '<.001', '1.000', '–')
    """
    if p != p:
        return "–"
    return "<.001" if p < 0.001 else f"{p:.3f}".removeprefix("0")


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


def protected(alone: pd.DataFrame, together: pd.DataFrame) -> pd.DataFrame:
    """Hidden cells with the range an outsider works out, if the small counts alone are hidden and if others are too."""
    both = together.merge(alone, on=["row", "column"], how="left", suffixes=("", "_alone"))
    ranges = {
        head: both[f"low{end}"].astype("Int64").astype("str")
        + " to "
        + both[f"high{end}"].astype("Int64").astype("str")
        for head, end in (("If the small counts alone are hidden", "_alone"), ("If these cells are hidden", ""))
    }
    shown = pd.DataFrame({"Row": both["row"], "Column": both["column"].str.replace("_", " "), **ranges})
    return shown.fillna("it is printed")


def single_voices(cells: pd.DataFrame, by: str) -> pd.DataFrame:
    """Cells that are few people's, with segments, speakers and the share of the most frequent one."""
    return pd.DataFrame(
        {
            by.capitalize(): cells[by],
            "Code": cells["code"],
            "Segments": cells["segments"],
            "Speakers": cells["speakers"],
            "% of the most frequent": (100 * cells["largest"]).map("{:.0f}".format),
            "Why": cells["flag"],
        }
    )


def quantifiers(weighed: pd.DataFrame) -> pd.DataFrame:
    """Words of quantity with n of N in the data at hand, the band they were given, and the reading."""
    counted = weighed["n"].astype("str") + " of " + weighed["total"].astype("str") + " " + weighed["unit"] + "s"
    band = (100 * weighed["low"]).map("{:.0f}".format) + " to " + (100 * weighed["high"]).map("{:.0f} %".format)
    return pd.DataFrame(
        {
            "Claim": weighed["claim"],
            "Word": weighed["word"],
            "Of what": weighed["statement"],
            "Who": weighed["who"].replace("", "everybody"),
            "Code": weighed["code"].replace("", "–"),
            "In these data": counted.where(weighed["n"].notna(), "–"),
            "Band": band,
            "Reading": weighed["reading"],
        }
    )


def propositions(weighed: pd.DataFrame) -> pd.DataFrame:
    """Statements with what was counted, which way it points, p beside the least possible, and the reading."""
    return pd.DataFrame(
        {
            "Id": weighed["id"],
            "Statement": weighed["statement"],
            "In these data": weighed["value"],
            "Points": weighed["direction"],
            "p": weighed["p"].map("{:.3f}".format).replace("nan", "–"),
            "Least p": weighed["least_p"].map("{:.4f}".format).replace("nan", "–"),
            "Reading": weighed["reading"],
        }
    )


def synthesis(table: pd.DataFrame) -> pd.DataFrame:
    """Themes as rows, kinds of people of each study as columns: cases with the theme of all, and where to read."""
    counted = table["documents"].astype("str") + " of " + table["n_documents"].astype("str") + " · " + table["evidence"]
    cells = counted.where(table["state"] == "heard", table["state"])
    heads = table["study"] + ": " + table["group"]
    wide = pd.DataFrame({"theme": table["theme"], "head": heads, "cell": cells})
    wide = wide.pivot(index="theme", columns="head", values="cell")
    ordered = wide.loc[list(dict.fromkeys(table["theme"])), list(dict.fromkeys(heads))]
    return ordered.rename_axis("Theme").rename_axis(None, axis="columns").reset_index()


def import_record(record: pd.DataFrame) -> pd.DataFrame:
    """What came in from another program, what was read, what was dropped and why."""
    heads = ["File", "What", "Came in", "Read", "Dropped", "Note"]
    columns = ["file", "thing", "came_in", "read", "dropped", "note"]
    return record[columns].set_axis(heads, axis="columns")
