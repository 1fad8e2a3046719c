import pandas as pd
import pytest

from dtstudy import clean, names
from dtstudy.errors import InputError
from dtstudy.read import Label, Transcript

PEOPLE = pd.DataFrame(
    [
        ("Dale Rudge", "Daley", "P1", "participant"),
        ("Al Tindall", "Alan", "P2", "participant"),
        ("Zoë Hart", "Zo", "P3", "participant"),
        ("Nadia Quill", "", "F1", "facilitator"),
        ("Dale Winter", "", "P4", "participant"),
    ],
    columns=["name", "aliases", "participant", "role"],
)
PLACES = pd.DataFrame({"word": ["Marlbury", "the Junction; Junction"], "kind": ["town", "service"]})
KNOWN = names.Names(PEOPLE, PLACES)


def cleaned(text, **more):
    return clean.clean(Transcript(text, **more), KNOWN, "FG1.txt")


@pytest.mark.parametrize(
    "text",
    [
        "Head\n\nAl: I came.\n\nZoë: So did I.\n",
        "Head\n\nAL: I came.\nZOË : So did I.\n",
        "Head\n\n[Al] I came.\n\n[Zoe] So did I.",
        "Head\nAl - I came.\nZo – So did I.",
        "Head\nAl -I came.\nZo– So did I.",
        "Head\n[00:00:05] Alan: I came.\n[00:01:00] Zoë Hart: So did I.",
        "Head\nAl Tindall: I came.\nHart: So did I.",
        "Head\r\nAl: I came.\r\nZoë: So did I.".replace("\r\n", "\n"),
    ],
    ids=["colon", "capitals", "brackets", "dash", "dash without a blank", "stamps", "full names", "line ends"],
)
def test_labels_in_the_shapes_people_use(text):
    found = cleaned(text)
    said = [(row.participant, found.text[row.start : row.end]) for row in found.turns.itertuples()]
    assert said == [("P2", "I came."), ("P3", "So did I.")]


def test_names_spoken_at_the_start_of_turns_are_labels_where_there_are_no_others():
    found = cleaned("Head line\n\nAl here. I came.\n\nIt's Zoë. So did I.\n\nAl, again, no.\n")
    assert found.turns["participant"].tolist() == ["P2", "P3", "P2"]
    assert found.text[found.turns["start"][0] :].startswith("P2 here. I came.")


def test_a_turn_runs_over_paragraphs_and_keeps_its_stamp_in_seconds():
    found = cleaned("Al: One.\n\nTwo [00:12:34] more.\n\nZoë: Three.")
    assert found.turns["seconds"].tolist()[0] == 754.0
    assert found.text[found.turns["start"][0] : found.turns["end"][0]] == "One.\n\nTwo more."


def test_a_stamp_before_a_label_belongs_to_its_turn_alone():
    found = cleaned("Al: One.\n\n[00:01:00] Zoë: Two.\nAl: Three [00:02:00] more.")
    assert found.turns["seconds"].fillna(-1).tolist() == [-1, 60.0, 120.0]


def test_labels_of_the_format_win_and_captions_of_one_speaker_are_one_turn():
    text = "Hello.\nMore.\nYes: no."
    labels = (Label(0, 0, "Al"), Label(7, 7, "Al"), Label(13, 13, "Zoë"))
    found = cleaned(text, labels=labels, times=((0, 1.0), (7, 4.0), (13, 9.5)))
    assert [found.text[row.start : row.end] for row in found.turns.itertuples()] == ["Hello.\nMore.", "Yes: no."]
    assert found.text == "P2: Hello.\nMore.\nP3: Yes: no."
    assert found.turns["participant"].tolist() == ["P2", "P3"]
    assert found.turns["seconds"].tolist() == [1.0, 9.5]


@pytest.mark.parametrize(
    ("said", "shared"),
    [
        ("I saw Al's dog", "I saw P2's dog"),
        ("AL! Come here", "P2! Come here"),
        ("Zoe and ZOË", "P3 and P3"),
        ("Daley Rudge and Al Tindall", "P1 and P2"),
        ("pasta al dente, also Alfred, Zorro", "pasta al dente, also Alfred, Zorro"),
        ("from Marlbury to the Junction", "from Town-1 to Service-1"),
        ("Dale said", "Somebody said"),
        ("Zoe\u0308 went", "Zoë went".replace("Zoë", "P3")),
    ],
    ids=[
        "possessive",
        "capitals",
        "accents",
        "longest form",
        "whole words only",
        "places",
        "two of that name",
        "combining accent",
    ],
)
def test_names_inside_the_talk_become_pseudonyms(said, shared):
    found = cleaned(f"Nadia: {said}")
    assert found.text == f"F1: {shared}"


def test_marks_are_kept_and_are_no_words_and_fillers_are_none_either():
    from dtstudy.text import words

    found = cleaned("Al: Er, well (laughs) it [inaudible 00:31:02] was // um fine [phone rings].")
    assert found.text == "P2: Er, well ⟨laughs⟩ it ⟨inaudible⟩ was ⟨overlapping⟩ um fine ⟨phone rings⟩."
    assert words(found.text) == ["P2", "well", "it", "was", "fine"]


def test_a_file_without_labels_is_one_turn_of_an_unknown_speaker_with_a_warning():
    found = cleaned("I went to the shop.\nThen home.")
    assert found.turns["participant"].tolist() == ["unknown speaker"]
    assert found.warnings == ("FG1.txt: no speaker is named; the whole text is one turn of an unknown speaker.",)


def test_a_slip_in_a_label_is_told_with_file_line_and_near_match():
    with pytest.raises(
        InputError, match="FG1.txt, line 3: the speaker's label is not on the roster; it is close to what F1 is called"
    ):
        cleaned("Al: One.\n\nNadai: Two.")


def test_a_colon_in_ordinary_talk_makes_no_speaker():
    found = cleaned("Al: One.\nListen: I went.\nHe said this: no.")
    assert found.turns["participant"].tolist() == ["P2"]


def test_a_speaker_on_no_roster_is_told_with_file_and_line():
    found = cleaned("Al: One.\n\nBORIS: Two.\n\nZoë: Three. \nWait: I know.")
    assert len(found.warnings) == 1
    assert found.warnings[0].startswith("FG1.txt, line 3: the word before the colon looks like a speaker and")


def test_every_edit_is_counted_by_rule():
    found = cleaned("Al: I saw  Zoë (laughs) in Marlbury [00:01:00].")
    assert found.changes == {"label": 1, "time stamp": 1, "mark": 1, "name": 1, "place": 1, "space": 1}


def test_a_coding_made_on_the_raw_text_lands_on_its_words():
    raw = "Al: I saw Zoë's dog (laughs)  in Marlbury, and it bit me."
    found = cleaned(raw)
    for passage in ("dog", "it bit me", "and it bit me."):
        start = raw.index(passage)
        first, last = found.spans.to_clean(start, start + len(passage))
        assert found.text[first:last] == passage
        assert raw[slice(*found.spans.to_raw(first, last))] == passage
    start = raw.index("Zoë's dog (laughs)")
    first, last = found.spans.to_clean(start, start + len("Zoë's dog (laughs)"))
    assert found.text[first:last] == "P3's dog ⟨laughs⟩"


def test_a_text_of_one_voice_has_a_turn_for_each_paragraph_and_no_labels():
    text = "Al: a letter.\n\nIt was (laughs) [00:01:00] long.\n   \nAl."
    found = clean.clean(Transcript(text), KNOWN, "L1.txt", speaker="L1")
    assert found.text == "P2: a letter.\n\nIt was ⟨laughs⟩ long.\n \nP2."
    assert found.turns["participant"].tolist() == ["L1"] * 3 and found.warnings == ()
    assert [found.text[row.start : row.end] for row in found.turns.itertuples()] == [
        "P2: a letter.",
        "It was ⟨laughs⟩ long.",
        "P2.",
    ]
    assert found.turns["seconds"].fillna(0).tolist() == [0, 60, 0]


def test_lines_that_begin_like_a_label_are_found_with_their_places():
    text = "Head\n[00:01] Al: a\n[Zoë] b\nhttp://x\nat 12:30: c\nMs. O'Hara : d"
    assert clean.begins_like_a_label(text) == [(5, "Al"), (19, "Zoë"), (27, "http"), (48, "Ms. O'Hara")]
