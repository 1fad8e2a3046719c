"""codecheck.yml: the list of outputs that a codechecker sets against the paper (CODECHECK configuration, version 2)."""

import json

from dtstudy import exhibits
from dtstudy.chain import provenance
from dtstudy.settings import Settings


def write(settings: Settings) -> None:
    """Write codecheck.yml into the study's derived folder: the paper, and every table and figure with its caption."""
    paper = settings.paper
    lines = ["---", "version: https://codecheck.org.uk/spec/config/2.0", "paper:"]
    lines += [f"  title: {_quoted(paper.title if paper else settings.about.title)}"]
    if paper:
        lines += ["  authors:", *(f"    - name: {_quoted(name)}" for name in paper.authors)]
        lines += [f"  reference: {_quoted(paper.citation)}"]
    lines += ["manifest:"]
    for entry in exhibits.load(settings.derived):
        for name in entry.files:
            lines += [f"  - file: {_quoted(name)}", f"    comment: {_quoted(f'{entry.title} ({entry.data} data)')}"]
    provenance.keep(settings.derived / "codecheck.yml", "\n".join(lines) + "\n")


def _quoted(text: str) -> str:
    """The text as YAML takes it: JSON's quoting is YAML's."""
    return json.dumps(text, ensure_ascii=False)
