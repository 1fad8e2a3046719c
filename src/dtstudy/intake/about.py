"""study.toml of a new study: it prints as it is, and asks the analyst for better words."""

import json

import pandas as pd

from dtstudy.read.project import Project

TEMPLATE = """# What the study is. The report's first page prints this table: say it in your own words.

[about]
title = {title}
sentence = {sentence}
place = "Place not given"
fieldwork = "dates not given"
method = {method}
note = ""

# Where the transcripts lie. `data` is the kind of data: collected, or constructed where they are invented.

[transcripts]
data = "collected"
folder = "transcripts"
roster = "participants.csv"
places = "places.csv"
key = "../../private/{name}/key.csv"

[transcripts.frozen]

# Values of the notebooks' parameters for this study, in place of the notebooks' own.

[parameters]
"""
POOLED = '# No coding is a consensus, so all coders are pooled.\ncoders = "union"\n'
BY = "# Documents are compared by the attribute `group`, unless another one is named here: {}.\n# by = {}\n"


def study_toml(name: str, taken: Project, documents: pd.DataFrame) -> str:
    """The content of study.toml for a project, with the attributes that documents can be compared by."""
    coders = taken.codings["coder"].unique()
    numbers = {"document": len(documents), "code": len(taken.codes), "coding": len(taken.codings), "coder": len(coders)}
    said = [f"{number:,} {thing}{'' if number == 1 else 's'}" for thing, number in numbers.items()]
    files = ", ".join(dict.fromkeys(taken.record["file"]))
    content = TEMPLATE.format(
        name=name,
        title=_quoted(taken.name or name),
        sentence=_quoted("{}, {} and {} by {}.".format(*said)),
        method=_quoted(f"Taken in from {files}" + (f", written by {taken.origin}" if taken.origin else "")),
    )
    attributes = documents.columns[documents.columns.get_loc("group") + 1 :]
    more = [column for column in attributes if documents[column].nunique() > 1]
    content += "" if "consensus" in coders else POOLED
    return content + (BY.format(", ".join(more), _quoted(more[0])) if more else "")


def _quoted(text: str) -> str:
    """A text as TOML writes it, which is as JSON does."""
    return json.dumps(text, ensure_ascii=False)
