"""REFI-QDA projects as programs write them."""

import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dtstudy.errors import InputError
from dtstudy.read import project, qdc, qdpx

from . import projects
from .projects import coded

TALK = "Ann: I hoped for a 😀 day.\r\nBob: So did I, really.\r\nAnn: And then – naïve me – we went home.\r\n" * 3


def utf16(text, start):
    return len(text[:start].encode("utf-16-le")) // 2


def row(project, thing):
    return project.record.set_index("thing").loc[thing]


def words(project):
    texts = project.sources.set_index("source")["text"]
    return [texts[coding.source][coding.start : coding.end] for coding in project.codings.itertuples()]


def passages(text, *wanted):
    return [(text.index(one), text.index(one) + len(one)) for one in wanted]


def test_nvivo_for_windows_counts_utf_16_with_two_for_a_line_end_and_without_the_mark(tmp_path):
    wanted = ["I hoped for a 😀 day.", "So did I", "we went home"]
    later = TALK.index("Ann: And", 150)
    selections = [("T1", utf16(TALK, a), utf16(TALK, b), None, coded()) for a, b in passages(TALK, *wanted)]
    selections.append(("T1", utf16(TALK, later), utf16(TALK, later + 8), None, coded()))
    content = ("\ufeff" + TALK).encode()
    file = projects.qdpx(tmp_path / "a.qdpx", {"T1": content}, selections, "NVivo for Windows 12.6", folder="Sources")
    found = qdpx.project(file)
    assert sorted(words(found)) == sorted([*wanted, "Ann: And"])
    assert "UTF-16 units from 0, CRLF as two, byte order mark not counted" in row(found, "passages of text")["note"]
    assert found.origin == "NVivo for Windows 12.6"


def test_atlas_ti_counts_a_line_end_as_one_and_names_its_entry_with_a_capital(tmp_path):
    text = TALK.replace("😀", "fine")
    plain = text.replace("\r\n", "\n")
    wanted = ["So did I, really.", "And then – naïve me"]
    selections = [("T1", a, b, plain[a:b], coded()) for a, b in passages(plain, *wanted)]
    file = projects.qdpx(
        tmp_path / "a.qdpx", {"T1": text.encode()}, selections, "ATLAS.ti 8.4.0", "Project.qde", "Sources"
    )
    found = qdpx.project(file)
    assert words(found) == wanted


def test_an_entry_called_as_the_project_is_taken_and_said(tmp_path):
    file = projects.qdpx(
        tmp_path / "a.qdpx", {"T1": b"We hoped."}, [("T1", 0, 9, "We hoped.", coded())], entry="My study.QDE"
    )
    found = qdpx.project(file)
    assert words(found) == ["We hoped."]
    assert row(found, "project")["note"] == "read from the entry My study.QDE"


def test_maxqda_texts_inside_the_xml_are_read(tmp_path):
    text = "We hoped.\nWe hoped more & more.\nWe went."
    start = text.index("We hoped more")
    file = projects.archive(
        tmp_path / "a.qdpx",
        "<CodeBook><Codes>" + projects.CODES + "</Codes></CodeBook><Sources>"
        f'<TextSource guid="{{T1}}" name="Interview"><PlainTextContent>{text.replace("&", "&amp;")}</PlainTextContent>'
        f'<PlainTextSelection guid="S1" startPosition="{start}" endPosition="{start + 8}">{coded()}</PlainTextSelection>'
        "</TextSource></Sources>",
        origin="MAXQDA 2022",
    )
    found = qdpx.project(file)
    assert found.sources[["source", "text"]].to_numpy().tolist() == [["Interview", text]]
    assert words(found) == ["We hoped"] and found.codings["coder"].tolist() == ["unknown coder"]
    assert row(found, "codings of text")["note"] == "1 by nobody who is named"


@pytest.mark.parametrize(
    "path",
    [
        "internal://T1.txt",
        "internal:/T1.txt",
        "INTERNAL://t1.TXT",
        "T1.txt",
        "sources/T1.txt",
        "internal://sources/T1.txt",
    ],
)
def test_a_path_is_understood_whatever_it_is_written_like(tmp_path, path):
    inner = f'<Sources><TextSource guid="T1" name="a" plainTextPath="{path}"/></Sources>'
    found = qdpx.project(projects.archive(tmp_path / "a.qdpx", inner, {"Sources/T1.txt": b"We hoped."}))
    assert found.sources["text"].tolist() == ["We hoped."]


@pytest.mark.parametrize(
    "path",
    ["relative:///x.txt", "absolute:///etc/passwd", "file:///etc/passwd", "internal://../../etc/passwd", "/etc/passwd"],
)
def test_nothing_outside_the_archive_is_opened(tmp_path, path):
    inner = f'<Sources><TextSource guid="T1" name="a" plainTextPath="{path}"/></Sources>'
    found = qdpx.project(projects.archive(tmp_path / "a.qdpx", inner))
    assert found.sources.empty and found.dropped["why"].str.contains("outside|not in the file").all()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.qdpx"]


def test_ids_match_in_any_case_and_with_braces(tmp_path):
    codes = '<Code guid="{ab-C1}" name="hope" isCodable="true"/>'
    file = projects.qdpx(
        tmp_path / "a.qdpx", {"T1": b"We hoped."}, [("T1", 0, 9, "We hoped.", coded("AB-c1"))], codes=codes
    )
    assert qdpx.project(file).codings["code"].tolist() == ["hope"]


def test_several_codes_on_one_passage_several_passages_and_several_coders(tmp_path):
    codes = (
        projects.CODES
        + '<Code guid="C2" name="fear" isCodable="true"><Code guid="C3" name="of it" isCodable="true"/></Code>'
    )
    users = '<User guid="U2" name="Bea"/><User guid="U3" name="Idle"/>'
    second = '<Coding guid="K2" creatingUser="U2"><CodeRef targetGUID="C1"/></Coding>'
    file = projects.qdpx(
        tmp_path / "a.qdpx",
        {"T1": b"We hoped for more."},
        [("T1", 0, 8, "We hoped", coded() + coded("C3") + second), ("T1", 0, 8, "We hoped", coded("C2"))],
        codes=codes,
    )
    with zipfile.ZipFile(file) as packed:
        content = packed.read("project.qde").decode().replace("</Users>", f"{users}</Users>")
        text = packed.read("sources/T1.txt")
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("project.qde", content)
        packed.writestr("sources/T1.txt", text)
    found = qdpx.project(file)
    assert sorted(zip(found.codings["code"], found.codings["coder"], strict=True)) == [
        ("fear", "Ann"), ("hope", "Ann"), ("hope", "Bea"), ("of it", "Ann"),
    ]  # fmt: skip
    assert found.coders["coder"].tolist() == ["Ann", "Bea", "Idle"]
    assert found.codes[["code", "parent", "level"]].fillna("").to_numpy().tolist() == [
        ["hope", "", "concept"], ["fear", "", "category"], ["of it", "fear", "concept"],
    ]  # fmt: skip
    assert found.codes.loc[0, ["definition", "colour"]].tolist() == ["Looking forward", "#ff0000"]


def test_codes_of_one_name_go_by_their_paths_and_folders_are_categories(tmp_path):
    codes = (
        '<Code guid="N" name="Nodes" isCodable="false"><Code guid="A" name="work"><Code guid="C1" name="other"/></Code>'
        '<Code guid="B" name="home"><Code guid="C2" name="other"/></Code></Code>'
    )
    file = projects.qdpx(tmp_path / "a.qdpx", {"T1": b"We hoped."}, [("T1", 0, 9, "We hoped.", coded())], codes=codes)
    found = qdpx.project(file)
    assert found.codes["code"].tolist() == ["Nodes", "work", "Nodes > work > other", "home", "Nodes > home > other"]
    assert found.codings["code"].tolist() == ["Nodes > work > other"]


def test_cases_variables_sets_notes_and_memos_are_read(tmp_path):
    more = (
        '<Cases><Case guid="K1" name="Clinic"><VariableValue><VariableRef targetGUID="V1"/><TextValue>north</TextValue>'
        '</VariableValue><SourceRef targetGUID="t1"/></Case></Cases>'
        '<Notes><Note guid="N1" name="Memo" creatingUser="U1"><PlainTextContent>Look again</PlainTextContent></Note></Notes>'
        '<Sets><Set guid="Z1" name="pilot"><MemberSource targetGUID="T1"/><MemberCode targetGUID="C1"/></Set></Sets>'
        '<Links><Link guid="L1" name="see"/></Links>'
    )
    inner = coded().replace("</Coding>", '<NoteRef targetGUID="N1"/></Coding>') + "<Description>of what?</Description>"
    file = projects.qdpx(
        tmp_path / "a.qdpx",
        {"T1": b"We hoped for more."},
        [("T1", 0, 8, "We hoped", inner), ("T1", 9, 17, "for more", "<Description>unclear</Description>")],
        more=more,
    )
    with zipfile.ZipFile(file) as packed:
        content = packed.read("project.qde").decode()
    content = content.replace(
        "<Cases>", '<Variables><Variable guid="V1" name="region" typeOfVariable="Text"/></Variables><Cases>'
    )
    projects.archive(
        file,
        content.partition(">")[2].partition(">")[2].rpartition("</Project>")[0],
        {"sources/T1.txt": b"We hoped for more."},
    )
    found = qdpx.project(file)
    assert found.people[["case", "source"]].to_numpy().tolist() == [["Clinic", "T1"]]
    assert found.values.to_numpy().tolist() == [["case", "Clinic", "region", "north"]]
    assert found.sets.to_numpy().tolist() == [["pilot", "sources", "T1"], ["pilot", "codes", "hope"]]
    assert found.codings["memo"].tolist() == ["of what?\nLook again"]
    assert found.notes[["note", "text", "start", "end"]].to_numpy().tolist() == [
        ["annotation", "unclear", 9, 17], ["Memo", "Look again", 0, 8],
    ]  # fmt: skip
    assert row(found, "links")[["came_in", "read", "dropped"]].tolist() == [1, 0, 1]


def test_a_code_with_the_id_of_a_case_says_whose_words_a_passage_is(tmp_path):
    codes = projects.CODES + '<Code guid="K1" name="Ann" isCodable="true"/>'
    more = '<Cases><Case guid="K1" name="Ann"><SelectionRef targetGUID="S0"/></Case></Cases>'
    file = projects.qdpx(
        tmp_path / "a.qdpx",
        {"T1": b"Ann: We hoped. Bob: No."},
        [("T1", 5, 14, "We hoped.", coded("K1")), ("T1", 5, 14, "We hoped.", coded())],
        codes=codes,
        more=more,
    )
    found = qdpx.project(file)
    assert found.codes["code"].tolist() == ["hope"] and len(found.codings) == 1
    assert found.people.to_numpy().tolist() == [["Ann", "T1", 5, 14]]


def test_broken_pieces_are_listed_and_skipped_and_the_rest_is_read(tmp_path):
    codes = projects.CODES + '<Code guid="C1" name="again" isCodable="true"/>'
    file = projects.qdpx(
        tmp_path / "a.qdpx",
        {"T1": b"We hoped for more."},
        [
            ("T1", 0, 8, "We hoped", coded()),
            ("T1", 0, 8, "We hoped", coded()),
            ("T1", 0, 99, None, coded()),
            ("T1", 3, 3, None, coded()),
            ("T1", 2**63, 2**64, None, coded()),
            ("T1", "-4", "x", None, coded()),
            ("T1", 9, 17, "for more", coded("C9")),
        ],
        codes=codes,
        more='<Cases><Case guid="K" name="K"><SourceRef targetGUID="T9"/></Case></Cases>',
    )
    found = qdpx.project(file)
    assert words(found) == ["We hoped"]
    assert row(found, "codings of text")[["came_in", "read", "dropped"]].tolist() == [7, 1, 6]
    why = found.dropped.set_index("thing")["why"]
    assert sorted(set(why["codings of text"])) == [
        "it does not lie within the 18 characters of its source",
        "it holds no character",
        "its code is not in the file",
        "its positions are no numbers that a text could have",
        "the same coder gave the passage this code already",
    ]
    assert why["codes"] == "its id stands twice" and why["sources of cases"] == "its source was not read"


def test_a_text_that_is_empty_is_taken_from_the_word_file_beside_it(tmp_path):
    from docx import Document

    document = Document()
    document.add_paragraph("We hoped for more.")
    document.save(tmp_path / "a.docx")
    inner = (
        "<CodeBook><Codes>" + projects.CODES + '</Codes></CodeBook><Sources><TextSource guid="T1" name="a.docx"'
        ' plainTextPath="internal://T1.txt" richTextPath="internal://T1.docx">'
        f'<PlainTextSelection guid="S" startPosition="3" endPosition="8" name="hoped">{coded()}</PlainTextSelection></TextSource></Sources>'
    )
    entries = {"sources/T1.txt": b"\n", "sources/T1.docx": (tmp_path / "a.docx").read_bytes()}
    found = qdpx.project(projects.archive(tmp_path / "a.qdpx", inner, entries, "NVivo Mac 15"))
    assert found.sources["source"].tolist() == ["a"] and words(found) == ["hoped"]


def test_transcripts_of_recordings_and_texts_of_pdfs_are_read_and_media_listed(tmp_path):
    inner = (
        "<CodeBook><Codes>" + projects.CODES + "</Codes></CodeBook><Sources>"
        '<AudioSource guid="A" name="talk.mp3" path="internal://A.mp3"><Transcript guid="T" name="talk">'
        "<PlainTextContent>We hoped for more.</PlainTextContent>"
        '<SyncPoint guid="P1" timeStamp="0" position="0"/><SyncPoint guid="P2" timeStamp="900" position="8"/>'
        f'<TranscriptSelection guid="S1" name="We hoped" fromSyncPoint="P1" toSyncPoint="P2">{coded()}</TranscriptSelection>'
        f'</Transcript><AudioSelection guid="S2" begin="0" end="5">{coded()}</AudioSelection></AudioSource>'
        f'<PDFSource guid="D" name="leaflet.pdf"><PDFSelection guid="S3" page="0" firstX="0" firstY="0" secondX="1" secondY="1">{coded()}</PDFSelection>'
        '<Representation guid="R"><PlainTextContent>Come to us.</PlainTextContent>'
        f'<PlainTextSelection guid="S4" name="Come" startPosition="0" endPosition="4">{coded()}</PlainTextSelection></Representation></PDFSource>'
        f'<PictureSource guid="B" name="b.png"><PictureSelection guid="S5" firstX="0" firstY="0" secondX="1" secondY="1">{coded()}</PictureSelection></PictureSource>'
        "</Sources>"
    )
    found = qdpx.project(projects.archive(tmp_path / "a.qdpx", inner))
    assert found.sources[["source", "kind"]].to_numpy().tolist() == [["talk", "transcript"], ["leaflet", "PDF"]]
    assert words(found) == ["We hoped", "Come"]
    for thing in ("recordings", "codings of recordings", "pictures", "codings of pictures", "codings of pages of PDFs"):
        assert row(found, thing)[["came_in", "read", "dropped"]].tolist() == [1, 0, 1]


def test_a_source_coded_as_a_whole_is_a_passage_from_beginning_to_end(tmp_path):
    inner = (
        "<CodeBook><Codes>"
        + projects.CODES
        + '</Codes></CodeBook><Sources><TextSource guid="T" name="a"><PlainTextContent>We hoped.</PlainTextContent>'
    )
    found = qdpx.project(projects.archive(tmp_path / "a.qdpx", f"{inner}{coded()}</TextSource></Sources>"))
    assert words(found) == ["We hoped."]


def test_a_text_that_did_not_come_is_known_by_its_passages_alone(tmp_path):
    selections = [
        ("T1", 5, 14, "We hoped.", coded()),
        ("T1", 40, 200, "And then a long stretch began, of which the…", coded()),
        ("T1", 20, 60, "a heading that is no text", coded()),
    ]
    file = projects.qdpx(tmp_path / "a.qdpx", {"T1": b""}, selections)
    with zipfile.ZipFile(file) as packed:
        content = packed.read("project.qde")
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("project.qde", content)
    found = qdpx.project(file)
    text = found.sources["text"][0]
    assert found.sources["kind"][0] == "outline" and len(text) == 200
    assert words(found)[0] == "We hoped." and words(found)[1].startswith("And then a long stretch began, of which the")
    assert "1 known by their passages' words alone" in row(found, "texts")["note"]


def test_elements_the_standard_does_not_know_are_counted(tmp_path):
    found = qdpx.project(projects.archive(tmp_path / "a.qdpx", "<Extras><Extra/><Extra/></Extras>"))
    assert row(found, "Extra elements")[["came_in", "dropped"]].tolist() == [2, 2]


@pytest.mark.parametrize(
    "namespace", ["urn:QDA-XML:codebook:1.0", "urn:QDA-XML:codebook:0:4", "urn:QDA-XML:project:1.0", ""]
)
def test_a_codebook_is_read_in_any_namespace(tmp_path, namespace):
    file = tmp_path / "a.qdc"
    space = f' xmlns="{namespace}"' if namespace else ""
    file.write_text(
        f'<CodeBook{space} origin="X"><Codes>{projects.CODES}</Codes><Sets><Set name="s"/></Sets></CodeBook>',
        encoding="utf-8",
    )
    found = project.load([file])
    assert found.codes["code"].tolist() == ["hope"] and row(found, "sets")["dropped"] == 1


def test_a_codebook_of_this_package_comes_back_with_its_parts(tmp_path):
    text = (
        '<CodeBook origin="dtstudy 0.1.0"><Codes><Code guid="A" name="care" isCodable="false"><Description>Care\n'
        'Exclude: self-care</Description><Code guid="B" name="trust" isCodable="true"><Description>Trust\n'
        "and hope\nLevel: core category\nInclude: faith</Description></Code></Code></Codes></CodeBook>"
    )
    (tmp_path / "a.qdc").write_text(text, encoding="utf-8")
    assert qdc.project(tmp_path / "a.qdc").codes.drop(columns="colour").fillna("").to_numpy().tolist() == [
        ["care", "", "category", "Care", "", "self-care"],
        ["trust", "care", "core category", "Trust\nand hope", "faith", ""],
    ]


@settings(max_examples=25)
@given(st.lists(st.sampled_from(["hope", "fear", "Hope ", " hope", "", "care > hope"]), min_size=1, max_size=8))
def test_codes_always_have_names_of_their_own(tmp_path_factory, names):
    codes = "".join(
        f'<Code guid="{number}" name="{name.replace(">", "&gt;")}" isCodable="true"/>'
        for number, name in enumerate(names)
    )
    file = tmp_path_factory.mktemp("codes") / "a.qdc"
    file.write_text(f"<CodeBook><Codes>{codes}</Codes></CodeBook>", encoding="utf-8")
    found = qdc.project(file).codes["code"]
    assert len(found) == len(names) and found.is_unique and (found.str.strip() != "").all()


def test_an_archive_without_a_project_or_with_several_is_one_sentence(tmp_path):
    for entries, held in ((["a.txt"], "it holds no .qde"), (["a.qde", "b.qde"], "2 .qde entries")):
        with zipfile.ZipFile(tmp_path / "a.qdpx", "w") as packed:
            for name in entries:
                packed.writestr(name, "x")
        with pytest.raises(InputError, match=held):
            qdpx.project(tmp_path / "a.qdpx")


def test_what_is_said_of_project_sources_variables_and_sets_is_kept_as_notes(tmp_path):
    inner = (
        '<Variables><Variable guid="V" name="region"><Description>where</Description></Variable></Variables>'
        '<Sources><TextSource guid="T" name="a"><Description>long</Description><PlainTextContent>We hoped.</PlainTextContent>'
        '</TextSource><PictureSource guid="P" name="b.png"><Description>blue</Description><TextDescription guid="D"/>'
        '</PictureSource></Sources><Notes><Note guid="N" name="Memo" plainTextPath="internal://n.txt"/></Notes>'
        '<Sets><Set guid="S" name="pilot"><Description>first</Description></Set></Sets><Description>All of it</Description>'
    )
    found = qdpx.project(
        projects.archive(tmp_path / "a.qdpx", inner, {"sources/n.txt": "\ufeffLook\r\nagain".encode()})
    )
    assert sorted(found.notes[["note", "text", "source"]].fillna("").to_numpy().tolist()) == [
        ["Memo", "Look\nagain", ""], ["Mini", "All of it", ""], ["a", "long", "a"], ["b.png", "blue", ""],
        ["pilot", "first", ""], ["region", "where", ""],
    ]  # fmt: skip
    assert row(found, "descriptions of pictures")["dropped"] == 1
