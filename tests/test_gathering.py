"""An archive from a raw folder: equal to the whole corpus in blocks, and begun again where it stopped."""

import hashlib
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import pandas as pd
import pytest
from click.testing import CliRunner

import dtstudy
from dtstudy import archive, cli, gathering, schema
from dtstudy.errors import InputError, StepError

from .conftest import ROOT

STUDIES = ("kouimtsidis2007", "dtors2009")


@pytest.fixture(scope="module", params=STUDIES)
def study(request):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DTSTUDY_PROJECT", str(ROOT))
        found = dtstudy.open_study(request.param)
        found.corpus()
        yield found


@pytest.fixture
def project(tmp_path_factory, monkeypatch):
    """A project with the second study alone: eighteen interviews."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "data" / "raw" / "dtors2009", folder / "data" / "raw" / "dtors2009")
    monkeypatch.setenv("DTSTUDY_PROJECT", str(folder))
    return folder


@pytest.fixture(scope="module")
def processes():
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as executor:
        yield executor


def gathered(study, folder, documents, workers=1, **how):
    return gathering.gather(gathering.Source(*study._material()), folder, documents, workers=workers, **how)


def thawed(project):
    """The raw folder of the study, whose coders' files may change now."""
    raw = project / "data" / "raw" / "dtors2009"
    text = (raw / "study.toml").read_text(encoding="utf-8")
    (raw / "study.toml").write_text(text[: text.index('"first.csv"')], encoding="utf-8")
    return raw


def opened():
    return dtstudy.open_study("dtors2009")


def contents(folder):
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def times(folder):
    return {block.name: block.stat().st_mtime_ns for block in archive.blocks(folder)}


@pytest.mark.parametrize("documents", [1, 4, 1000])
def test_the_archive_is_that_of_the_whole_corpus_block_by_block(study, tmp_path, documents):
    archive.write(study.corpus(), tmp_path / "whole", documents)
    with ThreadPoolExecutor(2) as executor:
        made = gathered(study, tmp_path / "parts", documents, executor=executor, workers=2)
    whole, parts = archive.blocks(tmp_path / "whole"), archive.blocks(tmp_path / "parts")
    assert [block.name for block in whole] == [block.name for block in parts]
    for expected, found in zip(whole, parts, strict=True):
        for name in schema.TABLES:
            pd.testing.assert_frame_equal(archive.read(found, name), archive.read(expected, name))
            assert (found / f"{name}.parquet").read_bytes() == (expected / f"{name}.parquet").read_bytes()
    assert (made.made, made.kept) == (len(whole), 0)
    assert made.documents == len(study.corpus().documents) and made.codings == len(study.corpus().codings)
    assert sorted(made.warnings) == sorted(study.cleaning.warnings)


@pytest.mark.parametrize("documents", [1, 4, 1000])
def test_processes_give_the_same_bytes(study, processes, tmp_path, documents):
    gathered(study, tmp_path / "here", documents)
    gathered(study, tmp_path / "there", documents, executor=processes, workers=2)
    assert contents(tmp_path / "there") == contents(tmp_path / "here")


def test_no_more_blocks_than_workers_and_one_are_under_way_and_progress_is_told(project, tmp_path):
    under_way, most, told = [], [], []

    class Executor(ThreadPoolExecutor):
        def submit(self, *task):
            under_way.append(super().submit(*task))
            most.append(sum(not one.done() for one in under_way))
            return under_way[-1]

    with Executor(2) as executor:
        gathered(opened(), tmp_path, 1, executor=executor, workers=2, tell=lambda *now: told.append(now))
    assert len(under_way) == 18 and 2 <= max(most) <= 3
    assert told == [(done, 18) for done in range(19)]


KILLED = """
import sys
from pathlib import Path
import dtstudy
from dtstudy import gathering

def tell(done, of):
    print(done, flush=True)

if __name__ == "__main__":
    source = gathering.Source(*dtstudy.open_study("dtors2009")._material())
    gathering.gather(source, Path(sys.argv[1]), 2, workers=int(sys.argv[2]), tell=tell)
"""


@pytest.mark.skipif(os.name != "posix", reason="there is no SIGKILL")
@pytest.mark.parametrize("workers", [1, 2])
def test_killed_in_the_middle_and_begun_again_it_is_the_same_to_the_byte(project, tmp_path, workers):
    gathered(opened(), tmp_path / "undisturbed", 2)
    script, folder = tmp_path / "script.py", tmp_path / "killed"
    script.write_text(KILLED, encoding="utf-8")
    command = [sys.executable, str(script), str(folder), str(workers)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ}) as run:
        for line in run.stdout:
            if int(line) >= 6:
                run.send_signal(signal.SIGKILL)
                break
    assert run.returncode == -signal.SIGKILL
    with pytest.raises(InputError, match="is no whole archive"):
        archive.blocks(folder)
    _wait_until_nothing_changes(folder)
    before = {block.name: block.stat().st_mtime_ns for block in folder.glob("block-*")}
    assert 3 <= len(before) < 9
    made = gathered(opened(), folder, 2)
    assert (made.made, made.kept) == (9 - len(before), len(before))
    after = times(folder)
    assert {name: after[name] for name in before} == before
    assert contents(folder) == contents(tmp_path / "undisturbed")


def _wait_until_nothing_changes(folder):
    """Workers end with the process that started them."""
    before = now = None
    while now is None or before != now:
        time.sleep(0.5)
        before = now
        try:
            now = contents(folder)
        except FileNotFoundError:  # a worker put a block in place meanwhile
            now = None


def test_a_half_block_and_what_was_set_aside_are_cleared_away(project, tmp_path):
    gathered(opened(), tmp_path / "undisturbed", 9)
    gathered(opened(), tmp_path / "again", 9)
    (tmp_path / "again" / archive.CONTENTS).unlink()
    (tmp_path / "again" / "block-000001").rename(tmp_path / "again" / ".half-000001")
    (tmp_path / "again" / ".codings" / "000000").mkdir(parents=True)
    (tmp_path / "again" / ".codings" / "000000" / "000000.parquet").write_bytes(b"half")
    assert gathered(opened(), tmp_path / "again", 9).made == 1
    assert contents(tmp_path / "again") == contents(tmp_path / "undisturbed")


def test_a_transcript_that_changed_remakes_its_block_only(project, tmp_path):
    gathered(opened(), tmp_path, 4)
    before = times(tmp_path)
    file = project / "data" / "raw" / "dtors2009" / "transcripts" / "S01.txt"
    file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    made = gathered(opened(), tmp_path, 4)
    assert (made.made, made.kept) == (1, 4)
    after = times(tmp_path)
    (changed,) = [name for name in before if after[name] != before[name]]
    assert "S01" in archive.read(tmp_path / changed, "documents")["document"].tolist()
    assert made == gathering.Gathered(1, 4, 18, made.codings, made.warnings)


def test_codings_of_a_document_remake_its_block_only_and_the_roster_all(project, tmp_path):
    raw = project / "data" / "raw" / "dtors2009"
    gathered(opened(), tmp_path, 4)
    file = raw / "codings" / "consensus.csv"
    head, *rows = file.read_text(encoding="utf-8").splitlines()
    dropped = next(row for row in rows if row.startswith("P01,"))  # all later lines have another number now
    file.write_text("\n".join([head, *(row for row in rows if row != dropped)]) + "\n", encoding="utf-8")
    assert (gathered(opened(), tmp_path, 4).made, gathered(opened(), tmp_path, 4).made) == (1, 0)
    with (raw / "participants.csv").open("a", encoding="utf-8") as roster:
        columns = len(pd.read_csv(raw / "participants.csv").columns)
        roster.write(",".join(["Orsolya Vandt", "", "PX", "participant"] + [""] * (columns - 4)) + "\n")
    assert gathered(opened(), tmp_path, 4).kept == 0


@pytest.mark.parametrize("damage", ["cut", "lost", "no record", "torn record"])
def test_a_damaged_block_is_made_again(project, tmp_path, damage):
    gathered(opened(), tmp_path, 6)
    whole = contents(tmp_path)
    block = tmp_path / "block-000001"
    file = block / ("block.json" if "record" in damage else "turns.parquet")
    if damage in ("lost", "no record"):
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[:-40])
    made = gathered(opened(), tmp_path, 6)
    assert (made.made, made.kept) == (1, 2)
    assert contents(tmp_path) == whole


def test_smaller_and_larger_blocks_leave_no_block_of_before(project, tmp_path):
    gathered(opened(), tmp_path, 4)
    assert gathered(opened(), tmp_path, 9).made == 2
    assert len(archive.blocks(tmp_path)) == 2


def test_read_in_pieces_with_an_unknown_speaker_nobody_coded_it_is_that_of_the_whole(project, tmp_path, monkeypatch):
    raw = thawed(project)
    (raw / "codings" / "reads.csv").unlink()
    (raw / "transcripts" / "S01.txt").write_text("Nobody says who is speaking here.", encoding="utf-8")
    for file in (raw / "codings").glob("*.csv"):
        table = pd.read_csv(file, dtype="str", keep_default_na=False)
        table[table["document"] != "S01"].to_csv(file, index=False)
    with pytest.warns(UserWarning, match=r"S01.txt: no speaker is named"):
        corpus = opened().corpus()
    archive.write(corpus, tmp_path / "whole", 3)
    monkeypatch.setattr("dtstudy.transcripts.PIECE", 7)
    made = gathered(opened(), tmp_path / "parts", 3)
    for expected, found in zip(archive.blocks(tmp_path / "whole"), archive.blocks(tmp_path / "parts"), strict=True):
        for name in schema.TABLES:
            pd.testing.assert_frame_equal(archive.read(found, name), archive.read(expected, name))
    assert len(corpus.reads) == 18 * 3 and "S01.txt: no speaker is named" in made.warnings[0]
    assert gathered(opened(), tmp_path / "parts", 3) == gathering.Gathered(0, 6, 18, made.codings, made.warnings)


def test_nothing_that_is_written_names_anybody(project, tmp_path, monkeypatch):
    raw = thawed(project)
    people = pd.read_csv(raw / "participants.csv", keep_default_na=False)
    name = next(name for name in people["name"] if " " in name)
    file = raw / "codings" / "first.csv"
    codings = pd.read_csv(file, dtype="str", keep_default_na=False)
    codings.loc[:5, "memo"] = f"ask {name} again"
    codings.to_csv(file, index=False)
    kept = []
    monkeypatch.setattr(gathering.shutil, "rmtree", lambda folder, **how: kept.append(folder))
    gathered(opened(), tmp_path / "archive", 9)
    monkeypatch.undo()
    written = [file for file in (tmp_path / "archive").rglob("*") if file.is_file()]
    assert any(".codings" in file.as_posix() for file in written)
    for file in written:
        text = pd.read_parquet(file).to_csv() if file.suffix == ".parquet" else file.read_text(encoding="utf-8")
        assert name not in text and name.encode() not in file.read_bytes(), file


def test_wrong_input_is_one_sentence_and_the_archive_stays(project, tmp_path):
    raw = project / "data" / "raw" / "dtors2009"
    gathered(opened(), tmp_path, 9)
    whole = contents(tmp_path)
    listed = (raw / "transcripts" / "documents.csv").read_text(encoding="utf-8")
    lines = listed.splitlines()
    for content, sentence in (
        (listed + lines[1] + "\n", "Table documents: two rows for document"),
        (listed.replace("S01.txt", "S99.txt"), "documents.csv, line 2: there is no file S99.txt"),
        (lines[0] + "\n", "documents.csv lists no transcript"),
        ("\n".join(lines[:-1]) + "\n", "there is no document"),
    ):
        (raw / "transcripts" / "documents.csv").write_text(content, encoding="utf-8")
        with pytest.raises(InputError, match=sentence):
            gathered(opened(), tmp_path, 9)
        assert contents(tmp_path) == whole and len(archive.blocks(tmp_path)) == 2
    (raw / "transcripts" / "documents.csv").write_text(listed, encoding="utf-8")
    with pytest.raises(InputError, match="A block of 0 documents"):
        gathered(opened(), tmp_path, 0)


def test_a_transcript_that_cannot_be_cleaned_stops_it_and_the_blocks_made_are_kept(project, tmp_path):
    file = project / "data" / "raw" / "dtors2009" / "transcripts" / "S12.txt"
    good = file.read_bytes()
    file.write_bytes(b"")
    with pytest.raises(InputError, match="S12.txt: it holds no text"):
        gathered(opened(), tmp_path, 3, workers=2)
    with pytest.raises(InputError, match="is no whole archive"):
        archive.blocks(tmp_path)
    file.write_bytes(good)
    made = gathered(opened(), tmp_path, 3)
    assert made.kept >= 3 and made.made + made.kept == 6


def test_a_worker_that_is_killed_is_a_sentence(project, tmp_path):
    def kill(done, of):
        if done == 3:
            for child in multiprocessing.active_children():
                child.kill()

    with pytest.raises(StepError, match="ended from outside.*run it again, with fewer documents"):
        gathered(opened(), tmp_path, 3, workers=2, tell=kill)
    assert gathered(opened(), tmp_path, 3).kept >= 1


def test_two_runs_at_one_archive_are_told_apart(project, tmp_path):
    from filelock import FileLock

    tmp_path.mkdir(exist_ok=True)
    with FileLock(tmp_path / ".lock"), pytest.raises(InputError, match="Another run is making the archive"):
        gathered(opened(), tmp_path, 9)


def test_the_command_makes_the_archive_and_tells_blocks_documents_and_codings(project):
    call = ["archive", "dtors2009", "--documents", "5", "--jobs", "1"]
    outcome = CliRunner().invoke(cli.main, call, catch_exceptions=False)
    codings = len(opened().corpus().codings)
    assert outcome.exit_code == 0
    assert outcome.stdout.splitlines()[-1] == (
        f"dtors2009: data/derived/dtors2009/archive, 4 blocks made, 0 kept; 18 documents, {codings:,} codings"
    )
    assert "0 blocks made, 4 kept" in CliRunner().invoke(cli.main, call).stdout
    assert len(archive.blocks(project / "data" / "derived" / "dtors2009" / "archive")) == 4
    outcome = CliRunner().invoke(cli.main, ["archive", "dtors2008"])
    assert outcome.exit_code == 2 and "did you mean 'dtors2009'" in outcome.output


def test_a_dask_cluster_gives_the_same_bytes(project, tmp_path, monkeypatch):
    import distributed

    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), *sys.path]))
    gathered(opened(), tmp_path / "here", 6)
    workers = distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None)
    with workers as cluster, distributed.Client(cluster) as client:
        gathered(opened(), tmp_path / "there", 6, executor=client.get_executor(), workers=2)
    assert contents(tmp_path / "there") == contents(tmp_path / "here")
