"""Whole files of every kind that is read: real ones where they are at hand, and ones made here or by the package itself."""

import tempfile
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from pathlib import Path

from dtstudy import intake
from dtstudy.write import csv, qdc, qdpx

from ..conftest import ROOT, sample_folder
from ..read import projects
from ..write.studies import hard_tables

TALK = (
    "Moderator: Welcome, both of you. Maria, would you begin?\nMaria: I hoped for a 😀 day, and then we went home.\n"
    "TOM: [laughs] So did I, Maria. (00:12:03) It was naïve of me.\nMaria: Home it was.\nTOM: Home, yes.\n"
)
CUES = [("Moderator", "Welcome, both of you."), ("Maria", "I hoped for a 😀 day."), ("Tom", "So did I, Maria.")]
REAL = {  # files coded elsewhere; of the long ones of speech the beginning is enough
    "atlasti-8-mac-testproject.qdpx": None,
    "taguette-bills.sqlite3": None,
    "qualilab-stress-test-synthetic.qdpx": None,
    "hitsave-keitai-update.vtt": 9_000,
    "hitsave-goodboy-galaxy.srt": 9_000,
}
SLOW = ("taguette-bills.sqlite3", "qualilab-stress-test-synthetic.qdpx")  # they take a second each


@dataclass(frozen=True)
class Specimen:
    """Files by their path, and which of these, or of the folders they lie in, are named to the importer.

    Where none is named, the files are the raw folder of a study, which is opened.
    """

    files: dict[str, bytes]
    given: tuple[str, ...] = field(default=())

    @classmethod
    def of(cls, name: str, content: bytes) -> "Specimen":
        return cls({name: content}, (name,))


@cache
def every() -> dict[str, Specimen]:
    """Specimens by name; the real ones are left out where they are not at hand."""
    made = {**_projects(), **_transcripts()}
    return {**made, "raw folder": _raw_folder(made["own tables"]), **_real()}


def _projects() -> dict[str, Specimen]:
    hard = hard_tables()
    words = ("I hoped for a 😀 day", "So did I, Maria.", "Home it was.")
    places = [(TALK.index(one), TALK.index(one) + len(one), one) for one in words]
    refi = [("T1", *place, projects.coded()) for place in places]
    counted = [len(TALK[: place[0]].encode()) for place in places]
    rows = [(1, at, at + len(one.encode()), one, [1, 2]) for at, one in zip(counted, words, strict=True)]
    spans = [(1, 1, one, start, end, who, "a memo") for (start, end, one), who in zip(places, "abc", strict=True)]
    with tempfile.TemporaryDirectory() as made:
        made = Path(made)
        refi_file = projects.qdpx(made / "a.qdpx", {"T1": TALK.encode(), "T2": b"We hoped."}, refi)
        taguette = projects.taguette(made / "a.sqlite3", {1: f"<p>{TALK}</p>"}, rows, ("hope", "hope.great"))
        qualcoder = projects.qualcoder(made / "a.qda", {1: TALK}, spans)
        return {
            "refi": Specimen.of("a.qdpx", refi_file.read_bytes()),
            "taguette": Specimen.of("a.sqlite3", taguette.read_bytes()),
            "qualcoder": Specimen({"a.qda/data.qda": (qualcoder / "data.qda").read_bytes()}, ("a.qda",)),
            "own project": Specimen.of("own.qdpx", qdpx.archive(qdpx.project(hard, "hard", "About it."))),
            "own codebook": Specimen(
                {"own.qdc": qdc.codebook(hard["codes"], "hard", {"deep"}), "talk/a.txt": TALK.encode()},
                ("own.qdc", "talk"),
            ),
            "own tables": Specimen({f"own/{name}": content for name, content in csv.tidy(hard).items()}, ("own",)),
            "table of codings": Specimen(
                {
                    "talk/a.txt": TALK.encode(),
                    "b.csv": b"document;code;coder;start;end;quoted\na.txt;hope;ann;49;66;\na;home;ann;;;Home it was.\n",
                },
                ("talk", "b.csv"),
            ),
        }


def _transcripts() -> dict[str, Specimen]:
    speech = "speaker,text,seconds\n" + "\n".join(
        f'{who},"{words}",{number}' for number, (who, words) in enumerate(CUES)
    )
    vtt = "WEBVTT\n\n" + "\n\n".join(
        f"00:00:0{n}.000 --> 00:00:0{n + 1}.000\n<v {who}>{words}" for n, (who, words) in enumerate(CUES)
    )
    srt = "\n\n".join(
        f"{n}\n00:00:0{n},000 --> 00:00:0{n + 1},000\n{who}: {words}" for n, (who, words) in enumerate(CUES)
    )
    folder = {f"talks/{name}": content for name, content in (("a.txt", TALK.encode()), ("b.docx", _word()))}
    folder |= {"talks/attributes.csv": b"document,group,date\na,North,2020-01-01\nb,South,\n"}
    orchard = ROOT / "tests" / "projects" / "orchard" / "data" / "raw" / "orchard"
    return {
        "txt": Specimen.of("a.txt", TALK.encode()),
        "docx": Specimen.of("a.docx", _word()),
        "odt": Specimen.of("a.odt", _open_document()),
        "pdf": Specimen.of("a.pdf", _print()),
        "vtt": Specimen.of("a.vtt", vtt.encode()),
        "srt": Specimen.of("a.srt", srt.encode()),
        "speech": Specimen.of("a.csv", speech.encode()),
        "folder": Specimen(folder, ("talks",)),
        "orchard": Specimen(
            {"talk/a.txt": TALK.encode(), "codebook.csv": (orchard / "codebook.csv").read_bytes()},
            ("talk", "codebook.csv"),
        ),
    }


def _raw_folder(tables: Specimen) -> Specimen:
    """The raw folder of the study that `dtstudy new` makes from a folder of tables."""
    with tempfile.TemporaryDirectory() as folder:
        project, came = Path(folder) / "project", Path(folder) / "came"
        (project / "data" / "raw").mkdir(parents=True)
        for name, content in tables.files.items():
            (came / name).parent.mkdir(parents=True, exist_ok=True)
            (came / name).write_bytes(content)
        made = intake.new("study", [came / name for name in tables.given], at=project).folder
        files = [file for file in made.rglob("*") if file.is_file() and not file.name.startswith(".")]
        return Specimen({file.relative_to(made).as_posix(): file.read_bytes() for file in sorted(files)})


def _real() -> dict[str, Specimen]:
    folder = sample_folder()
    if folder is None:
        return {}
    return {name: Specimen.of(name, (folder / name).read_bytes()[:length]) for name, length in REAL.items()}


def _word() -> bytes:
    from docx import Document

    document = Document()
    for line in TALK.splitlines():
        who, _, words = line.partition(":")
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{who}:").bold = True
        paragraph.add_run(words)
    for cell, text in zip(document.add_table(1, 2).rows[0].cells, CUES[1], strict=True):
        cell.text = text
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _open_document() -> bytes:
    from odf import text
    from odf.opendocument import OpenDocumentText

    document = OpenDocumentText()
    for line in TALK.splitlines():
        document.text.addElement(text.P(text=line))
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _print() -> bytes:
    from reportlab.pdfgen import canvas

    stream = BytesIO()
    page = canvas.Canvas(stream, pageCompression=1, invariant=1)
    for number, line in enumerate(TALK.replace("😀", "good").splitlines()):
        page.drawString(50, 800 - 20 * number, line)
    page.save()
    return stream.getvalue()
