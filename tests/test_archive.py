import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest

import dtstudy
from dtstudy import archive
from dtstudy.errors import InputError
from dtstudy.measures import agreement, cooccurrence, frequency, words
from dtstudy.measures import vocabulary as vocabularies

from .conftest import ROOT


@pytest.fixture(scope="module")
def corpus():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DTSTUDY_PROJECT", str(ROOT))
        return dtstudy.open_study("kouimtsidis2007").corpus()


@pytest.fixture(scope="module")
def folder(corpus, tmp_path_factory):
    """The study as an archive: nine documents in blocks of two."""
    folder = tmp_path_factory.mktemp("archive")
    assert archive.write(corpus, folder, documents=2) == 5
    return folder


def count_words(turns, documents, by=None):
    return vocabularies.count(words.words(turns, documents), by=by)


def as_bytes(frame):
    return frame.to_csv(index=False).encode()


def tables(folder, corpus, executor=None):
    """Tables from the archive, each beside the one from the whole corpus."""
    codes = corpus.codes
    how = {"coders": "each", "codes": codes}
    coders = ["first", "second"]
    counted = archive.map_blocks(folder, frequency.count, executor, by="group", **how)
    yield (
        frequency.finish(counted, by="group", **how),
        frequency.code_frequency(corpus.codings, corpus.turns, by="group", **how),
    )
    counted = archive.map_blocks(folder, cooccurrence.count, executor, unit="turn", coders="consensus", codes=codes)
    yield (
        cooccurrence.finish(counted, unit="turn", coders="consensus", codes=codes),
        cooccurrence.cooccurrence(corpus.codings, corpus.turns, unit="turn", coders="consensus", codes=codes),
    )
    counted = archive.map_blocks(folder, agreement.count, executor, coders=coders)
    yield (
        agreement.finish(counted, replicates=20),
        agreement.finish(agreement.count(corpus.codings, corpus.reads, corpus.turns, coders=coders), replicates=20),
    )
    counted = archive.map_blocks(folder, count_words, executor, by="group")
    yield (
        vocabularies.finish(counted, by="group"),
        vocabularies.frequency(words.words(corpus.turns, corpus.documents), by="group"),
    )


def test_counted_by_blocks_in_two_threads_the_tables_are_the_same_to_the_byte(folder, corpus):
    for found, expected in tables(folder, corpus):
        assert len(found) and as_bytes(found) == as_bytes(expected)


def test_an_executor_of_the_callers_gives_the_same_bytes(folder, corpus):
    with ThreadPoolExecutor(3) as executor:
        for found, expected in tables(folder, corpus, executor):
            assert as_bytes(found) == as_bytes(expected)


def test_a_dask_cluster_gives_the_same_bytes_though_a_worker_is_killed(folder, corpus, monkeypatch):
    import distributed

    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), *sys.path]))
    workers = distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None)
    with workers as cluster, distributed.Client(cluster) as client:
        executor = client.get_executor()
        os.kill(next(iter(client.run(os.getpid).values())), 9)
        for found, expected in tables(folder, corpus, executor):
            assert as_bytes(found) == as_bytes(expected)


def test_every_document_is_in_one_block_with_its_rows(folder, corpus):
    blocks = archive.blocks(folder)
    for name in archive.BY_DOCUMENT:
        whole = pd.concat([archive.read(block, name) for block in blocks], ignore_index=True)
        expected = getattr(corpus, name)
        key = list(expected.columns)
        pd.testing.assert_frame_equal(
            whole.sort_values(key, ignore_index=True), expected.sort_values(key, ignore_index=True), check_dtype=False
        )
    assert [len(archive.read(block, "documents")) for block in blocks] == [2, 2, 2, 2, 1]


def test_a_block_is_a_corpus_of_its_own(folder):
    part = archive.corpus(archive.blocks(folder)[0])
    assert len(part.documents) == 2 and set(part.codings["document"]) == set(part.documents["document"])
    assert set(part.participants["participant"]) == set(part.turns["participant"])
    assert part.segments()["words"].str.len().gt(0).all()


def test_corpora_one_after_the_other_give_the_same_counts(corpus, folder, tmp_path):
    halves = (archive.corpus(block) for block in archive.blocks(folder))
    assert archive.write(halves, tmp_path / "again", documents=1) == 9
    for found, expected in tables(tmp_path / "again", corpus):
        assert as_bytes(found) == as_bytes(expected)


class Sum:
    """A count that remembers in which order it was added."""

    def __init__(self, documents):
        self.documents = documents

    def __add__(self, other):
        return Sum([*self.documents, *other.documents])


def names(documents, under_way=None):
    return Sum(documents["document"].tolist())


def test_the_sum_is_taken_in_the_order_of_the_blocks(folder, corpus):
    assert archive.map_blocks(folder, names).documents == corpus.documents["document"].tolist()


def test_no_more_than_two_blocks_are_in_memory(folder, monkeypatch):
    under_way, most = [], []

    class Executor(ThreadPoolExecutor):
        def submit(self, *task):
            future = super().submit(*task)
            under_way.append(future)
            most.append(sum(not one.done() for one in under_way))
            return future

    monkeypatch.setattr(archive, "ThreadPoolExecutor", Executor)
    archive.map_blocks(folder, names)
    assert len(under_way) == 5 and max(most) <= 2


def test_an_archive_that_was_not_written_to_its_end_is_refused(corpus, tmp_path):
    def broken_off():
        yield corpus
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        archive.write(broken_off(), tmp_path, documents=3)
    with pytest.raises(InputError, match="is no whole archive.*Write it again"):
        archive.map_blocks(tmp_path, names)
    archive.write(corpus, tmp_path, documents=9)
    assert len(archive.blocks(tmp_path)) == 1


def test_a_block_that_is_lost_or_cut_is_a_sentence(corpus, tmp_path):
    archive.write(corpus, tmp_path, documents=3)
    file = tmp_path / "block-000001" / "turns.parquet"
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(InputError, match="turns.parquet cannot be read .it was cut off.* Write the archive again"):
        archive.map_blocks(tmp_path, frequency.count)
    file.unlink()
    with pytest.raises(InputError, match="turns.parquet cannot be read .it is missing"):
        archive.map_blocks(tmp_path, frequency.count)


def test_what_is_no_table_or_no_block_is_a_sentence(folder, corpus, tmp_path):
    with pytest.raises(InputError, match="takes 'turn', which is no table of a block; did you mean 'turns'"):
        archive.map_blocks(folder, lambda turn: turn)
    with pytest.raises(InputError, match="no table 'turn'"):
        archive.read(archive.blocks(folder)[0], "turn")
    with pytest.raises(InputError, match="A block of 0 documents"):
        archive.write(corpus, tmp_path, documents=0)
    with pytest.raises(InputError, match="is no whole archive"):
        archive.blocks(Path("nowhere"))
    archive.write([], tmp_path)
    with pytest.raises(InputError, match="without a block"):
        archive.map_blocks(tmp_path, names)
