import sqlite3
import zipfile

from dtstudy import intake, settings
from dtstudy.measures import agreement
from dtstudy.read import project
from dtstudy.study import open_study

from ..conftest import ROOT
from . import repair_cafe

HERE = ROOT / "docs" / "examples"
RENEW = "renew it: python -m tests.examples.repair_cafe"


def entries(file):
    with zipfile.ZipFile(file) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def rows(file):
    with sqlite3.connect(file) as database:
        dumped = list(database.iterdump())
    database.close()
    return dumped


def test_the_files_are_what_the_script_makes_and_small(tmp_path):
    repair_cafe.write(tmp_path)
    assert entries(HERE / "repair-cafe.qdpx") == entries(tmp_path / "repair-cafe.qdpx"), RENEW
    assert rows(HERE / "repair-cafe.qda" / "data.qda") == rows(tmp_path / "repair-cafe.qda" / "data.qda"), RENEW
    assert sum(file.stat().st_size for file in HERE.rglob("*") if file.is_file()) < 100_000


def test_every_passage_lands_on_its_words_from_either_program():
    told = sorted(
        (talk.title, code, coder, talk.text[start:end])
        for talk in repair_cafe.talks()
        for start, end, code, coder in talk.passages
    )
    for name in ("repair-cafe.qdpx", "repair-cafe.qda"):
        found = project.load([HERE / name])
        texts = found.sources.set_index("source")["text"]
        read = sorted(
            (row.source.removesuffix(".txt"), row.code, row.coder, texts[row.source][row.start : row.end])
            for row in found.codings.itertuples()
        )
        assert read == told, name


def test_a_project_to_try_things_in_is_a_copy_and_put_in_force(monkeypatch, tmp_path):
    monkeypatch.setenv("DTSTUDY_PROJECT", str(ROOT))
    made = settings.empty_project(tmp_path / "try")
    assert settings.find_project() == made and settings.study_names(made) == []
    assert {file.name for file in (made / "notebooks").iterdir()} >= {"pipeline.toml", "tutorial.ipynb"}
    intake.new("cafe", [HERE / "repair-cafe.qdpx"])
    corpus = open_study("cafe").corpus()
    assert agreement.coders_of(corpus.reads) == ("IB", "TK")
    assert not (ROOT / "data" / "raw" / "cafe").exists()
    assert settings.empty_project(made) == made  # what it has stays
    assert settings.study_names(made) == ["cafe"]
