"""Real and generated projects from public repositories, with the counts that were established by hand."""

import re

import pytest

from dtstudy.read import project


@pytest.fixture(scope="module")
def loaded(samples):
    """Each sample read once."""
    made = {}

    def load(name):
        if name not in made:
            made[name] = project.load([samples / name])
        return made[name]

    return load


def counts(found, thing):
    """Came in, read, dropped."""
    return found.record.set_index("thing").loc[thing, ["came_in", "read", "dropped"]].tolist()


def note(found, thing):
    return found.record.set_index("thing").loc[thing, "note"]


def test_atlas_ti_for_macos(loaded):
    found = loaded("atlasti-8-mac-testproject.qdpx")
    assert counts(found, "texts") == [6, 4, 2] and counts(found, "texts of PDFs") == [2, 1, 1]
    assert [counts(found, media)[0] for media in ("pictures", "pages of PDFs", "recordings", "videos")] == [1, 2, 1, 2]
    assert counts(found, "transcripts of recordings") == [3, 0, 3]
    assert counts(found, "codes") == [14, 14, 0]
    assert counts(found, "passages of text") == [8, 8, 0] and counts(found, "codings of text") == [9, 9, 0]
    for media, passages, codings in (("pictures", 1, 2), ("pages of PDFs", 4, 4), ("videos", 2, 1)):
        assert counts(found, f"passages of {media}") == [passages, 0, passages]
        assert counts(found, f"codings of {media}") == [codings, 0, codings]
    assert counts(found, "coders") == [3, 3, 0] and found.codings["coder"].nunique() == 1
    assert [counts(found, thing)[0] for thing in ("sets", "links", "graphs", "notes")] == [16, 1, 1, 3]
    assert set(found.sources["kind"]) == {"outline"}
    assert found.origin.startswith("ATLAS.ti 8.4.0")


def test_a_stress_test_of_sixteen_interviews_and_six_coders(loaded):
    found = loaded("qualilab-stress-test-synthetic.qdpx")
    assert len(found.sources) == 16 and found.sources["text"].str.len().sum() == 743_358
    assert len(found.codes) == 90 and found.codes["parent"].notna().sum() == 82
    assert found.codings["code"].nunique() == 75 and len(found.codings) == 2_332 and found.dropped.empty
    by_coder = found.codings.groupby("coder").size()
    assert sorted(by_coder) == [96, 428, 442, 444, 454, 468] and len(found.coders) == 7
    assert (found.codings.groupby("coder")["source"].nunique() == 16).all()
    assert found.codings[["source", "start", "end"]].drop_duplicates().shape[0] == 2_140
    assert counts(found, "cases") == [16, 16, 0] and counts(found, "values") == [192, 192, 0]
    assert "code points from 0" in note(found, "passages of text")
    assert "2,332 of 2,332 noted words agree" in note(found, "passages of text")


def test_forty_five_bills_coded_in_taguette(loaded):
    found = loaded("taguette-bills.sqlite3")
    assert len(found.sources) == 45 and counts(found, "codes") == [48, 48, 0] and found.codes["parent"].isna().all()
    assert counts(found, "passages of text") == [287, 287, 0]
    assert "9 marked without a code" in note(found, "passages of text")
    assert "UTF-8 bytes" in note(found, "passages of text") and "287 of 287 noted words agree" in note(
        found, "passages of text"
    )
    assert counts(found, "codings of text") == [278, 277, 1]  # one passage has the same tag by two highlights
    assert found.codings["code"].nunique() == 48
    assert found.coders["coder"].tolist() == ["admin"]


@pytest.mark.parametrize(("name", "cues", "spoken"), [("goodboy-galaxy", 753, 6_189), ("keitai-update", 762, 14_492)])
def test_captions_of_two_programmes_agree_in_both_formats(loaded, name, cues, spoken):
    for suffix in ("vtt", "srt"):
        text = loaded(f"hitsave-{name}.{suffix}").sources["text"][0]
        assert text.count("\n") + 1 == cues and len(re.findall(r"\S+", text)) == spoken
