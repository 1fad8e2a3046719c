import os
import shutil
import stat

import pandas as pd
import pytest

import dtstudy
from dtstudy import disclosure, settings, transcripts
from dtstudy.corpus import Corpus
from dtstudy.errors import InputError

from .conftest import ROOT

STUDY = """[about]
title = "T"
sentence = "S"
place = "P"
fieldwork = "F"
method = "M"

[transcripts]
data = "constructed"
folder = "transcripts"
roster = "participants.csv"
places = "places.csv"
key = "../../private/key.csv"

[transcripts.frozen]
"""
RAW = "Head\n\nAl: I came to Marlbury with Zoë.\n\nZoë: So did I (laughs), Al.\n\nNadia: Thank you.\n"


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A project with one study of one transcript and one coder."""
    folder = tmp_path / "data" / "raw" / "small"
    (folder / "transcripts").mkdir(parents=True)
    (folder / "codings").mkdir()
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    (folder / "transcripts" / "G1.txt").write_text(RAW, encoding="utf-8")
    (folder / "transcripts" / "documents.csv").write_text(
        "document,file,kind,group\nG1,G1.txt,focus group,users\n", encoding="utf-8"
    )
    people = "name,aliases,participant,role,sex\nAl Tindall,,P1,participant,m\nZoë Hart,,P2,participant,f\nNadia Quill,,F1,facilitator,\n"
    (folder / "participants.csv").write_text(people, encoding="utf-8")
    (folder / "places.csv").write_text("word,kind\nMarlbury,town\n", encoding="utf-8")
    (folder / "codebook.csv").write_text("code,parent,level,definition\ncoming,,concept,Arriving\n", encoding="utf-8")
    rows = ["document,start,end,code,memo,seal"]
    for passage in ("I came to Marlbury", "So did I (laughs)"):
        start = RAW.index(passage)
        rows.append(f"G1,{start},{start + len(passage)},coming,as Al says,{transcripts.seal(passage)}")
    (folder / "codings" / "first.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    monkeypatch.setenv("DTSTUDY_PROJECT", str(tmp_path))
    return folder


def test_codings_made_on_the_raw_text_land_on_their_words(small):
    corpus = dtstudy.open_study("small").corpus()
    assert corpus.segments()["words"].tolist() == ["I came to Town-1", "So did I ⟨laughs⟩"]
    assert corpus.segments()["participant"].tolist() == ["P1", "P2"]
    assert corpus.codings["memo"].tolist() == ["as P1 says"] * 2


def test_a_coding_made_on_the_clean_text_lands_on_the_same_words(small):
    before = dtstudy.open_study("small").corpus()
    row = before.codings.iloc[0]
    words = before.segments()["words"][0]
    file = small / "codings" / "second.csv"
    head = "document,start,end,code,memo,seal,on\n"
    file.write_text(f"{head}G1,{row['start']},{row['end']},coming,,{transcripts.seal(words)},clean\n", encoding="utf-8")
    corpus = dtstudy.open_study("small").corpus()
    assert (
        corpus.segments(coder="second")["words"].tolist()
        == [words]
        == corpus.segments(coder="first")["words"].tolist()[:1]
    )


def test_the_corpus_holds_no_name_and_is_the_same_after_saving(small, tmp_path):
    corpus = dtstudy.open_study("small").corpus()
    corpus.save(tmp_path / "corpus")
    again = Corpus.load(tmp_path / "corpus")
    for name in ("documents", "participants", "turns", "codes", "codings", "reads"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(corpus, name))
        text = getattr(corpus, name).to_csv()
        assert not [name for name in ("Tindall", "Zoë", "Marlbury", "Nadia") if name in text]


def test_codings_that_cleaning_leaves_nothing_of_or_makes_others_are_left_out_and_told(small):
    file = small / "codings" / "second.csv"
    label, inner = RAW.index("Zoë: So"), RAW.index("(laughs)")
    spans = [(label, label + 5), (label, label + 3), (inner, inner + 8), (inner + 1, inner + 7)]
    rows = [f"G1,{start},{end},coming,,{transcripts.seal(RAW[start:end])}" for start, end in spans]
    (small / "transcripts" / "G1.txt").write_text(RAW, encoding="utf-8")
    file.write_text("\n".join(["document,start,end,code,memo,seal", *rows]) + "\n", encoding="utf-8")
    with pytest.warns(UserWarning, match="second: passages left out, since they are others, once clean: 2"):
        corpus = dtstudy.open_study("small").corpus()
    assert corpus.segments(coder="second")["words"].tolist() == ["P2: ", "⟨laughs⟩"]


def test_a_document_of_one_voice_and_labels_of_one_document_are_read_from_the_raw_folder(small):
    (small / "transcripts" / "L1.txt").write_text("Dear Al,\n\nI went: yes.\n", encoding="utf-8")
    (small / "transcripts" / "I1.txt").write_text("Q: Why?\nR: Well.\n", encoding="utf-8")
    (small / "transcripts" / "documents.csv").write_text(
        "document,file,kind,speaker\nG1,G1.txt,focus group,\nL1,L1.txt,text,P9\nI1,I1.txt,interview,\n",
        encoding="utf-8",
    )
    people = small / "participants.csv"
    head, *rows = people.read_text(encoding="utf-8").splitlines()
    lines = [
        f"{head},labels,speaks_in",
        *(f"{row},," for row in rows),
        ",,P9,participant,,,",
        ",,P8,participant,,R,I1",
        ",,F9,facilitator,,Q,",
    ]
    people.write_text("\n".join(lines) + "\n", encoding="utf-8")
    (small / "codebook.csv").write_text(
        "code,parent,level,definition,colour\ncoming,,concept,Arriving,#ff0000\n", encoding="utf-8"
    )
    corpus = dtstudy.open_study("small").corpus()
    spoken = corpus.turns.groupby("document")["participant"].agg(list).to_dict()
    assert spoken == {"G1": ["P1", "P2", "F1"], "I1": ["F9", "P8"], "L1": ["P9", "P9"]}
    assert list(corpus.participants.columns) == ["participant", "role", "sex"]
    assert not {"speaker", "labels"} & set(corpus.turns) and "colour" not in corpus.codes


def test_a_raw_file_edited_after_coding_is_told_by_document_and_passage(small):
    file = small / "transcripts" / "G1.txt"
    file.write_text(RAW.replace("Head\n", "Heading\n"), encoding="utf-8")
    with pytest.raises(
        InputError,
        match=r"codings/first.csv: 2 passages no longer hold the words that were coded: G1 10-28 \(line 2\); G1",
    ):
        dtstudy.open_study("small").corpus()


def test_an_edit_elsewhere_in_the_file_leaves_earlier_codings_alone(small):
    file = small / "transcripts" / "G1.txt"
    file.write_text(RAW + "\nNadia: One more thing.\n", encoding="utf-8")
    assert len(dtstudy.open_study("small").corpus().codings) == 2


def test_a_frozen_file_that_was_changed_is_told(small):
    with (small / "study.toml").open("a", encoding="utf-8") as file:
        file.write(f'"first.csv" = "{"0" * 64}"\n')
    with pytest.raises(
        InputError, match="codings/first.csv is not the file that was frozen before the coders discussed it"
    ):
        dtstudy.open_study("small").corpus()


@pytest.mark.parametrize(
    ("file", "content", "sentence"),
    [
        (
            "transcripts/documents.csv",
            "document,file,kind\nG1,G1.doc,focus group\n",
            "documents.csv, line 2: there is no file G1.doc; known are G1.txt",
        ),
        ("transcripts/documents.csv", "document,file\nG1,G1.txt\n", "documents.csv: the columns kind are missing"),
        (
            "codings/first.csv",
            "document,start,end,code,memo,seal\nG9,0,1,coming,,x\n",
            "codings/first.csv, line 2: there is no document 'G9'",
        ),
        (
            "codings/first.csv",
            "document,start,end,code,memo,seal\nG1,zero,1,coming,,x\n",
            "line 2: 'zero' and '1' must be whole numbers",
        ),
        (
            "codings/first.csv",
            "document,start\nG1,0\n",
            "codings/first.csv: the columns end, code, memo, seal are missing",
        ),
        ("transcripts/documents.csv", "document,file,kind\n", "documents.csv lists no transcript"),
        ("codings/first.csv", "", "first.csv: this is no table"),
        (
            "codings/first.csv",
            f"document,start,end,code,memo,seal\nG1,0,{'9' * 30},coming,,x\n",
            "1 passages no longer hold the words",
        ),
        ("transcripts/G1.txt", "", "it holds no text"),
        (
            "transcripts/G1.txt",
            "Al: a\n\nZoe: b\n\nNadai: c",
            "G1.txt, line 5: the speaker's label is not on the roster; it is close to what F1 is called",
        ),
    ],
)
def test_broken_input_is_one_sentence(small, file, content, sentence):
    (small / file).write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=sentence):
        dtstudy.open_study("small").corpus()


def test_a_line_of_five_megabytes_is_read(small):
    (small / "codings" / "first.csv").unlink()
    (small / "transcripts" / "G1.txt").write_text("Al: " + "word and Zoë, " * 350_000, encoding="utf-8")
    corpus = dtstudy.open_study("small").corpus()
    assert len(corpus.turns) == 1 and "Zoë" not in corpus.documents["text"][0]


def test_the_key_is_written_for_its_owner_alone(small, tmp_path):
    key = disclosure.write_key(settings.load("small"))
    assert "Al Tindall" in key.read_text(encoding="utf-8")
    if os.name == "posix":
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert (tmp_path / "data" / "derived") not in key.resolve().parents


def test_transcripts_may_lie_outside_the_repository(small, tmp_path):
    outside = tmp_path / "elsewhere"
    shutil.move(small / "transcripts", outside)
    file = small / "study.toml"
    file.write_text(
        file.read_text(encoding="utf-8").replace('"transcripts"', f'"{outside.as_posix()}"'), encoding="utf-8"
    )
    assert len(dtstudy.open_study("small").corpus().documents) == 1


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("tables/x.csv", lambda file: file.write_text("a\nso Zoe said\n", encoding="utf-8")),
        ("report.html", lambda file: file.write_text("<p>TINDALL</p>", encoding="utf-8")),
        (
            "notebooks/a.ipynb",
            lambda file: file.write_text(
                '{"cells": [{"cell_type": "code", "source": ["1"], "outputs": [{"data": {"text/plain": ["Al\'s"]}}]}]}',
                encoding="utf-8",
            ),
        ),
        ("figures/al_Zoë.svg", lambda file: file.write_text("<svg/>", encoding="utf-8")),
        ("figures/a.svg", lambda file: file.write_text("<svg><!-- Marlbury --></svg>", encoding="utf-8")),
        ("corpus/t.parquet", lambda file: pd.DataFrame({"text": ["fine", "with Al"]}).to_parquet(file)),
        ("provenance.json", lambda file: file.write_text('{"a": "Hart"}', encoding="utf-8")),
    ],
)
def test_a_name_planted_anywhere_is_found_with_file_and_place(small, name, write):
    study = settings.load("small")
    file = study.derived / name
    file.parent.mkdir(parents=True)
    assert disclosure.scan(study) == []
    write(file)
    leaks = disclosure.scan(study)
    assert len(leaks) >= 1 and leaks[0].file.endswith(name)
    assert not any(word in leaks[0].around for word in ("Zoe", "Zoë", "Tindall", "TINDALL", "Marlbury", "Hart"))


def test_pictures_and_digests_hold_letters_and_no_names(small):
    study = settings.load("small")
    study.derived.mkdir(parents=True)
    (study.derived / "report.html").write_text('<img src="data:image/png;base64,AB/Al+Zoe/Hart=">', encoding="utf-8")
    assert disclosure.scan(study) == []


def marginals():
    people = pd.read_csv(ROOT / "data/raw/kouimtsidis2007/participants.csv", keep_default_na=False)
    people = people[people["role"] == "participant"]
    return people[people["participant"].str.startswith("SU")], people[people["participant"].str.startswith("ST")]


def test_the_constructed_service_users_meet_every_printed_number():
    users, _ = marginals()
    months = users["months"].astype(float)
    bands = pd.cut(months, [0, 3, 6, 13], labels=["up to 3 months", "3-6 months", "more than 6 months"])
    table = pd.crosstab(bands, users["order"])
    printed = dtstudy.open_study("kouimtsidis2007").table(1).set_index("experience")
    assert table["first"].tolist() == printed["first_order"].tolist()[:3]
    assert table["second"].tolist() == printed["second_order"].tolist()[:3]
    assert len(users) == 29 and (users["sex"] == "m").sum() == 24
    assert f"{months.mean():.1f}" == "4.7" and months.max() == 13 and round(months.min(), 2) == 0.46
    groups = users["participant"].str.split("-").str[1].value_counts()
    assert len(groups) == 6 and groups.max() <= 8


def test_the_constructed_staff_meet_every_printed_number():
    _, staff = marginals()
    workers = staff[staff["profession"] == "drug counsellor"]
    assert workers["sex"].value_counts().to_dict() == {"f": 5, "m": 3}
    held = workers["qualifications"].str.split("; ").explode().value_counts().to_dict()
    assert held == {"counselling": 6, "diploma in addictive behaviour": 2, "psychotherapy": 1}
    assert (staff["recovered"] == "yes").sum() == 3 and (staff["set_up"] == "yes").sum() == 2
    assert staff.loc[staff["profession"] == "probation officer", "sex"].tolist() == ["f", "f"]
    assert staff.loc[staff["profession"] == "psychiatrist", "sex"].tolist() == ["f"]
    years = staff["years"].astype(float)
    assert years.min() < 1 and years.max() == 20
    rest = pd.to_numeric(workers.loc[workers["set_up"] == "no", "months"])
    assert rest.between(2, 12).all() and rest.min() == 2 and rest.max() == 12


def test_the_constructed_study_has_the_published_design():
    corpus = dtstudy.open_study("kouimtsidis2007").corpus()
    assert corpus.documents.groupby(["programme", "group"]).size().to_dict() == {
        (programme, group): number for programme in "ABC" for group, number in (("service users", 2), ("staff", 1))
    }
    assert (corpus.participants["role"] == "participant").sum() == 40
    words = (
        corpus.turns.assign(words=corpus.turns["word_end"] - corpus.turns["word_start"])
        .groupby("document")["words"]
        .sum()
    )
    assert words.between(1800, 2500).all()
    assert set(corpus.codings["coder"]) == {"first", "second", "consensus"}
    speakers = corpus.turns[corpus.turns["role"] == "participant"]["participant"]
    assert speakers.nunique() == 40


def test_the_second_study_has_eighteen_interviews_half_of_the_seekers_sent_by_the_justice_system():
    corpus = dtstudy.open_study("dtors2009").corpus()
    seekers = corpus.documents[corpus.documents["group"] == "treatment seekers"]
    assert len(corpus.documents) == 18 and len(seekers) == 12 and (seekers["route"] == "CJS").sum() == 6


@pytest.mark.parametrize("name", ["kouimtsidis2007", "dtors2009"])
def test_the_log_of_the_consensus_settles_every_disagreement_with_a_reason(name):
    log = pd.read_csv(ROOT / "data" / "raw" / name / "consensus-log.csv", keep_default_na=False)
    assert log["decision"].isin(["first", "second", "both", "neither"]).all()
    assert (log["reason"].str.split().str.len() >= 3).all()
    assert set(log["kind"]) == {"boundary", "other code", "only first", "only second"}
