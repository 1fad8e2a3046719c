import pytest

from dtstudy import read
from dtstudy.errors import InputError


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_in_any_usual_encoding_is_the_same_text(tmp_path, encoding):
    words = "‘Zoë said no,’ she wrote – and then: café, naïve, señor, déjà vu. " * 5
    (tmp_path / "a.txt").write_bytes((words + "\r\nnext\rlast").encode(encoding))
    assert read.text(tmp_path / "a.txt") == words + "\nnext\nlast"


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.rtf", b"{}", "files of type '.rtf' are not read; use one of .csv, .docx, .odt, .pdf, .srt, .txt, .vtt"),
        ("a.txt", b"", "it holds no text"),
        ("a.txt", b"PK\x03\x04\x00\x00\x00", "not a text file"),
        ("a.txt", "Zoë said\ncafé ".encode() + "Zoë".encode("cp1252"), "a.txt, line 2: the file mixes encodings"),
        ("a.txt", b"word " * 10_000_000, "a line of more than 10,000,000 characters, so it is no transcript"),
        ("a.pdf", b"%PDF-1.4 half", "cannot be read"),
        ("a.pdf", b"", "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path, name, content, sentence):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=sentence):
        read.text(tmp_path / name)


def test_a_file_that_is_not_there_is_one_sentence(tmp_path):
    with pytest.raises(InputError, match="No such file"):
        read.text(tmp_path / "none.txt")
