import json

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from dtstudy import exhibits
from dtstudy.errors import InputError

ABOUT = {"title": "T", "caption": "C", "data": "published", "definition": "D"}
TABLE = pd.DataFrame({"code": ["a", "é"], "n": [1, 2]})


def figure():
    drawn, ax = plt.subplots()
    ax.plot([1, 2], [3, 4], label="line")
    ax.legend()
    plt.close(drawn)
    return drawn


def test_an_exhibit_is_its_files_and_its_entry(tmp_path):
    exhibits.save(tmp_path, "one", TABLE, figure(), shown=TABLE, **ABOUT)
    entry = json.loads((tmp_path / "exhibits.json").read_text(encoding="utf-8"))[0]
    assert sorted(entry["files"]) == ["figures/one.png", "figures/one.svg", "tables/one.csv"]
    assert entry["shown"] == {"head": ["code", "n"], "rows": [["a", "1"], ["é", "2"]]}
    assert (tmp_path / "tables/one.csv").read_bytes() == "code,n\na,1\né,2\n".encode()


def test_two_runs_give_the_same_bytes(tmp_path):
    for place in ("a", "b"):
        exhibits.save(tmp_path / place, "one", TABLE, figure(), **ABOUT)
    for name in ("exhibits.json", "figures/one.png", "figures/one.svg", "tables/one.csv"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name


def test_an_exhibit_saved_again_keeps_its_place(tmp_path):
    for name in ("one", "two", "one"):
        exhibits.save(tmp_path, name, TABLE, **ABOUT)
    assert [entry.id for entry in exhibits.load(tmp_path)] == ["one", "two"]


def test_a_changed_or_missing_file_is_told(tmp_path):
    exhibits.save(tmp_path, "one", TABLE, **ABOUT)
    assert exhibits.changed(tmp_path) == []
    (tmp_path / "tables/one.csv").write_text("code,n\na,3\n", encoding="utf-8")
    assert exhibits.changed(tmp_path) == ["tables/one.csv"]
    (tmp_path / "tables/one.csv").unlink()
    assert exhibits.changed(tmp_path) == ["tables/one.csv"]


def test_an_unknown_kind_of_data_is_refused(tmp_path):
    with pytest.raises(InputError, match="kind of data 'construct' is unknown; did you mean 'constructed'"):
        exhibits.save(tmp_path, "one", TABLE, **{**ABOUT, "data": "construct"})
    assert not list(tmp_path.iterdir())


def test_a_damaged_manifest_is_a_sentence(tmp_path):
    (tmp_path / "exhibits.json").write_text('[{"id": "one"', encoding="utf-8")
    with pytest.raises(InputError, match="is damaged. Run dtstudy report"):
        exhibits.load(tmp_path)
