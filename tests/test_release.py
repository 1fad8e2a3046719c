import json

import pandas as pd
import pytest
from click.testing import CliRunner

from dtstudy import cli, exhibits, release, settings
from dtstudy.chain import run
from dtstudy.errors import InputError

from .chain.projects import project

TABLE = (
    "import dtstudy, pandas as pd\n"
    'dtstudy.open_study(study).save_exhibit("one", pd.DataFrame({"code": ["aims", "trust"], "n": [number, 2], '
    '"share": [1 / 3, None], "note": ["so", None]}), title="T", caption="C", data="published", definition="D")'
)


@pytest.fixture
def released(tmp_path, monkeypatch):
    project(tmp_path, one=TABLE)
    monkeypatch.setenv("DTSTUDY_PROJECT", str(tmp_path))
    study = settings.load("small")
    run.run_chain([(study, {})])
    release.write(study)
    return study


def compared(study):
    ((name, status, detail),) = release.compare(study).itertuples(index=False)
    assert name == "one"
    return status, detail


def put(study, text, encoding="utf-8"):
    (study.derived / "tables" / "one.csv").write_bytes(text.encode(encoding))


def text(study):
    return (study.derived / "tables" / "one.csv").read_text(encoding="utf-8")


def test_a_fresh_run_is_the_same(released):
    run.run_chain([(released, {})], force=True)
    assert compared(released) == ("same", "")


def test_a_number_changed_by_hand_is_named_with_row_column_and_both_values(released):
    put(released, text(released).replace("trust,2,", "trust,3,"))
    assert compared(released) == ("differs", "trust, n: 2.0 → 3.0")
    outcome = CliRunner().invoke(cli.main, ["verify", "small"])
    assert outcome.exit_code == 1 and "differs           one  trust, n: 2.0 → 3.0" in outcome.output


def test_a_number_that_appears_where_none_was_is_named(released):
    put(released, text(released).replace("trust,2,,", "trust,2,0.5,"))
    assert compared(released) == ("differs", "trust, share: None → 0.5")


def test_a_label_or_a_row_that_changed_is_named(released):
    put(released, text(released).replace("aims", "goals"))
    assert compared(released) == ("differs", "row 1: aims · so → goals · so")
    put(released, "code,n,share,note\naims,3,0.3333333333333333,so\n")
    assert compared(released) == ("differs", "2 rows → 1 rows")


def test_a_text_that_is_guarded_against_spreadsheets_is_the_text_released(released):
    plain = text(released).replace("so", "+so")
    put(released, plain)
    entry = next(one for one in exhibits.load(released.derived))
    file = released.derived / release.FILE
    about = release._released(released, entry, "one") | {"parameters": {}}
    file.write_text(json.dumps({"one": about}), encoding="utf-8")
    put(released, plain.replace("+so", "'+so"))
    assert compared(released)[0] == "within tolerance"
    put(released, plain.replace("+so", "'so"))
    assert compared(released)[0] == "differs"


def test_line_endings_and_the_last_digit_are_called_what_they_are(released):
    whole = text(released)
    put(released, whole.replace("\n", "\r\n"))
    assert compared(released) == ("line endings only", "tables/one.csv")
    put(released, whole.replace("0.3333333333333333", "0.3333333333"))
    assert compared(released) == ("within tolerance", "tables/one.csv: numbers equal")


def test_other_parameters_are_no_difference_and_a_lost_exhibit_is_not_made(released):
    run.run_chain([(released, {"number": "7"})])
    assert compared(released) == ("other parameters", "number: none → 7")
    (released.derived / "tables" / "one.csv").unlink()
    assert compared(released)[0] == "not made"


def test_nothing_is_released_of_a_study_without_exhibits_or_with_one_changed_by_hand(released):
    put(released, text(released) + "x,1,1\n")
    with pytest.raises(InputError, match="tables/one.csv changed since the run"):
        release.write(released)
    (released.derived / exhibits.MANIFEST).unlink()
    with pytest.raises(InputError, match="small has no exhibits to release. Run dtstudy report small"):
        release.write(released)


def test_without_a_release_the_comparison_is_empty_and_a_damaged_one_is_a_sentence(released):
    file = released.derived / release.FILE
    assert set(json.loads(file.read_text(encoding="utf-8"))["one"]["numbers"]) == {"n", "share"}
    file.write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match="release.json of small is damaged"):
        release.compare(released)
    file.unlink()
    assert isinstance(release.compare(released), pd.DataFrame) and release.compare(released).empty
