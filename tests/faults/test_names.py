"""What a crash tells: never a name of the roster, in no sentence and in no failed notebook."""

import json
import re

import pandas as pd
import pytest

from dtstudy import disclosure, settings
from dtstudy.chain import run
from dtstudy.clean import clean
from dtstudy.errors import InputError, StepError
from dtstudy.names import Names
from dtstudy.read import Label, Transcript

from ..chain.projects import STUDY, project

TRANSCRIPTS = """
[transcripts]
data = "constructed"
folder = "transcripts"
roster = "participants.csv"
places = "places.csv"
key = "../../private/key.csv"

[transcripts.frozen]
"""
ROSTER = (
    "name,aliases,participant,role\nAl Tindall,Tinny,P1,participant\nZoë Hart,,P2,participant\n"
    "Nadia Quill,,F1,facilitator\n"
)
NAMES = re.compile(r"\b(Al|Tindall|Tinny|Zo[eë]|Hart|Nadai?|Nadia|Quill|Marlbury)\b", re.IGNORECASE)
OPENS = "import dtstudy\ndtstudy.open_study(study).corpus()"
SHOWS = (
    "import dtstudy, sys, warnings\n"
    "said = (dtstudy.open_study(study).settings.raw / 'transcripts' / 'G1.txt').read_text(encoding='utf-8')\n"
    "print(said)\nprint('\\x1b[31mZoë\\x1b[0m', file=sys.stderr)\nwarnings.warn(said)\n"
    "raise ValueError('Tinny of Marlbury: ' + said)"
)


def with_roster(folder, code, said, file="G1.txt", **written):
    """A project with a roster, whose one step runs this code on one transcript."""
    project(folder, one=(code, ["transcripts", "participants.csv", "places.csv", "codebook.csv"]))
    raw = folder / "data" / "raw" / "small"
    files = {
        "study.toml": STUDY + TRANSCRIPTS,
        "participants.csv": ROSTER,
        "places.csv": "word,kind\nMarlbury,town\n",
        "codebook.csv": "code,parent,level,definition\nx,,concept,X\n",
        "transcripts/documents.csv": f"document,file,kind\nG1,{file},focus group\n",
        "transcripts/G1.txt": said,
    } | written
    for name, text in files.items():
        (raw / name).parent.mkdir(exist_ok=True)
        (raw / name).write_text(text, encoding="utf-8")
    return folder


def failed(folder, monkeypatch, code, said, file="G1.txt", **written):
    """The sentence and the failed notebook of such a project."""
    monkeypatch.setenv("DTSTUDY_PROJECT", str(with_roster(folder, code, said, file, **written)))
    study = settings.load("small")
    with pytest.raises(StepError) as error:
        run.run_chain([(study, {})], jobs=1)
    kept = study.derived / "failed" / "one.ipynb"
    text = kept.read_text(encoding="utf-8") if kept.is_file() else ""
    return str(error.value), text


def outputs(notebook):
    return json.dumps([cell["outputs"] for cell in json.loads(notebook)["cells"] if cell["cell_type"] == "code"])


def test_a_label_that_is_nobodys_is_told_without_a_name(tmp_path, monkeypatch):
    told, notebook = failed(tmp_path, monkeypatch, OPENS, "Al: One.\n\nNadai: Two.\n")
    assert "line 3: the speaker's label is not on the roster; it is close to what F1 is called" in told
    assert "close to what F1" in notebook and not NAMES.search(told) and not NAMES.search(notebook)


def test_a_notebook_that_shows_raw_text_and_fails_is_kept_without_names(tmp_path, monkeypatch):
    told, notebook = failed(tmp_path, monkeypatch, SHOWS, "Al: I met Zoë\nHart and Nadia.\n")
    assert "ValueError: P1 of Town-1: P1: I met P2" in told and not NAMES.search(told)
    assert "P2" in outputs(notebook) and not NAMES.search(notebook)
    assert not [leak for leak in disclosure.scan(settings.load("small")) if leak.file.startswith("data/derived/")]


def test_a_roster_that_cannot_be_read_keeps_no_notebook(tmp_path, monkeypatch):
    told, notebook = failed(
        tmp_path, monkeypatch, SHOWS.replace("raise", "1 / 0 #"), "Al: x\n", **{"participants.csv": "name\nAl\n"}
    )
    assert "The notebook was not kept: the roster cannot be read" in told and notebook == ""


def test_a_transcript_that_is_not_there_is_told_without_the_names_in_file_names(tmp_path, monkeypatch):
    told, notebook = failed(
        tmp_path, monkeypatch, OPENS, "Al: x\n", "Zoë Hart.txt", **{"transcripts/Zoë_Hart.txt": "x"}
    )
    assert "documents.csv, line 2: there is no file" in told and not NAMES.search(told + notebook)


def test_sentences_on_doubtful_labels_hold_no_name():
    people = pd.DataFrame({"name": ["Al Tindall", "Nadia Quill"], "aliases": "", "participant": ["P1", "F1"]})
    known = Names(people.assign(role="participant"), pd.DataFrame({"word": [], "kind": []}))
    with pytest.raises(InputError) as error:
        clean(Transcript("Al: One.\n\nNadai: Two.\n", (Label(0, 2, "Al"), Label(10, 15, "Nadai")), ()), known, "G1.txt")
    assert not NAMES.search(str(error.value))
    warned = clean(Transcript("Al: One.\nHartley: a\nHartley: b\nBORIS: c\n", (), ()), known, "G1.txt").warnings
    assert len(warned) == 2 and not re.search("Hartley|BORIS", " ".join(warned))
