import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from dtstudy import cli, exhibits, settings

from .conftest import ROOT


def call(*arguments):
    return CliRunner().invoke(cli.main, arguments, catch_exceptions=False)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["report", "orchart"], "There is no study 'orchart': did you mean 'orchard'"),
        (["report", "orchard", "--papers", "nowhere"], "nowhere is no folder"),
        (["report", "orchard", "-p", "coders"], "write a parameter as NAME=VALUE"),
        (["verify", "orchart"], "did you mean 'orchard'"),
    ],
)
def test_a_wrong_call_is_one_sentence_and_exit_2(orchard, arguments, sentence):
    outcome = call(*arguments)
    assert outcome.exit_code == 2
    assert sentence in outcome.output and "Traceback" not in outcome.output


def test_the_names_of_studies_are_completed_in_bash(tmp_path):
    place = Path(sys.executable).parent
    script = (
        f'PATH="{place}:$PATH"; eval "$(_DTSTUDY_COMPLETE=bash_source dtstudy)"\n'
        'tried() { COMP_WORDS=("$@"); COMP_CWORD=$(($#-1)); COMPREPLY=(); _dtstudy_completion dtstudy; echo "${COMPREPLY[@]}"; }\n'
        "tried dtstudy repo; tried dtstudy report k; tried dtstudy export dt; tried dtstudy verify --q\n"
        f'cd "{tmp_path}"; DTSTUDY_PROJECT="{tmp_path}" tried dtstudy report k'
    )
    found = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert found.stdout.splitlines() == ["report", "kouimtsidis2007", "dtors2009", "--quick", ""] and not found.stderr


def test_a_value_that_suits_one_notebook_alone_is_told_how_to_be_given(kouimtsidis):
    outcome = call("report", "kouimtsidis2007", "-p", "unit=speaker")
    assert outcome.exit_code == 1 and "The unit 'speaker' is unknown" in outcome.output
    assert "name it: -p theme-frequency.unit=speaker" in outcome.output


def test_a_project_in_a_programs_own_form_is_told_how_to_leave_it(orchard, tmp_path):
    (tmp_path / "study.nvpx").write_bytes(b"\0own form")
    outcome = call("new", "mine", "--from", str(tmp_path / "study.nvpx"))
    assert outcome.exit_code == 2 and "exported there first, as a REFI-QDA project" in outcome.output


def test_a_wrong_text_names_the_quotations_that_were_not_found_and_nothing_is_run(orchard):
    text = orchard / "papers" / "orchard.txt"
    text.write_text(text.read_text(encoding="utf-8").replace("three saws", "four saws"), encoding="utf-8")
    outcome = call("report", "orchard", "--papers", str(orchard / "papers"))
    assert outcome.exit_code == 2
    assert "1 of 7 quotations were not found: Volunteers, Tools and ladders: 4." in outcome.output
    assert not (orchard / "data" / "derived").exists()


def test_verify_prints_verdicts_and_leaves_with_1_where_a_number_differs(orchard):
    outcome = call("verify", "orchard")
    assert outcome.exit_code == 1
    assert "✕ differs      A13" in outcome.output
    assert "35 claims: 7 recomputed" in outcome.output
    assert "No report of orchard was made yet" in outcome.output


def test_verify_leaves_with_0_where_nothing_differs():
    outcome = call("verify", "kouimtsidis2007")
    assert outcome.exit_code == 0
    assert "p = 1107/36685" in outcome.output


def test_every_study_is_verified():
    outcome = call("verify")
    assert outcome.exit_code == 0
    assert "23 claims" in outcome.output and "82 claims" in outcome.output


def test_a_study_without_a_published_record_says_so(orchard):
    (orchard / "data" / "raw" / "orchard" / "published.csv").unlink()
    outcome = call("verify")
    assert outcome.exit_code == 0
    assert "orchard: no published record is kept for this study." in outcome.output


def test_a_folder_with_the_text_of_one_paper_serves_that_study_alone(orchard):
    from dtstudy.study import supply_text

    second = orchard / "data" / "raw" / "second"
    second.mkdir()
    about = (orchard / "data" / "raw" / "orchard" / "study.toml").read_text(encoding="utf-8").split("[design]")[0]
    (second / "study.toml").write_text(about, encoding="utf-8")
    assert supply_text(settings.load("second"), orchard / "papers") == ""
    assert supply_text(settings.load("orchard"), orchard / "papers") == "data/derived/orchard/paper.txt"


def test_a_paper_txt_beside_the_study_is_used(orchard):
    (orchard / "data" / "raw" / "orchard" / "paper.txt").write_bytes((orchard / "papers" / "orchard.txt").read_bytes())
    assert "A19" in call("verify", "orchard").output


def test_verify_tells_an_exhibit_that_was_changed(kouimtsidis):
    study = settings.load("kouimtsidis2007")
    frame = dtstudy_table()
    exhibits.save(study.derived, "table-1", frame, title="T", caption="C", data="published", definition="D")
    assert call("verify", "--quick").exit_code == 0
    (study.derived / "tables" / "table-1.csv").write_text("x\n", encoding="utf-8")
    outcome = call("verify", "--quick")
    assert outcome.exit_code == 1 and "Changed since they were written: tables/table-1.csv" in outcome.output


def dtstudy_table():
    import dtstudy

    return dtstudy.open_study("kouimtsidis2007").table(1)


def test_a_misspelt_parameter_is_refused_before_anything_runs(kouimtsidis):
    outcome = call("report", "-p", "coder=first")
    assert outcome.exit_code == 2 and "No notebook has a parameter 'coder'; did you mean 'coders'" in outcome.output


def test_a_failed_step_names_the_notebook_and_the_command_to_rerun(kouimtsidis):
    table = kouimtsidis / "data" / "raw" / "kouimtsidis2007" / "table-1.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("13", "many"), encoding="utf-8")
    outcome = call("report", "kouimtsidis2007", "-p", "unit=document")
    assert outcome.exit_code == 1
    assert "02-sample.ipynb, cell" in outcome.output and "table-1.csv" in outcome.output
    assert "dtstudy report kouimtsidis2007 -p unit=document" in outcome.output


def test_a_parameter_changes_exhibit_and_definition(kouimtsidis):
    assert call("report", "-p", "unit=document").exit_code == 0
    made = {entry.id: entry for entry in exhibits.load(settings.load("kouimtsidis2007").derived)}
    assert "Unit: document" in made["cooccurrence"].definition


@pytest.mark.parametrize("module", ["pandas", "matplotlib", "scipy", "nltk", "papermill", "nbformat"])
def test_importing_the_package_and_asking_for_help_load_nothing_heavy(module):
    code = f"import sys, dtstudy, dtstudy.cli; dtstudy.cli.main(['--help'], standalone_mode=False); sys.exit('{module}' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


def test_a_name_planted_in_an_output_is_found_by_scan_and_fails_the_report(kouimtsidis):
    made = settings.load("kouimtsidis2007").derived
    assert call("report", "kouimtsidis2007").exit_code == 0
    assert call("scan", "kouimtsidis2007").exit_code == 0
    assert sorted(file.name for file in (made / "corpus").iterdir()) == [
        f"{table}.parquet" for table in ("codes", "codings", "documents", "participants", "reads", "turns")
    ]
    (made / "tables" / "notes.csv").write_text("note\nas Dale Rudge said\n", encoding="utf-8")
    outcome = call("scan", "kouimtsidis2007")
    assert outcome.exit_code == 1
    assert "tables/notes.csv, line 2: … note as [SU-1-1] said …" in outcome.output
    failed = call("report", "kouimtsidis2007")
    assert failed.exit_code == 1 and "not fit to be shared" in failed.output
