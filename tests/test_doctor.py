import os
import subprocess
import sys

from click.testing import CliRunner

from dtstudy import cli, doctor

from .conftest import ROOT


def test_a_sound_installation_is_called_so():
    outcome = CliRunner().invoke(cli.main, ["doctor"], catch_exceptions=False)
    assert "● kernel                  starts and answers" in outcome.output
    assert "● study kouimtsidis2007" in outcome.output


def test_another_version_than_the_lock_is_named():
    lock = "pandas==0.1 \\\n    --hash=sha256:00\nnumpy==1.0 ; python_full_version < '3.12' \\\n"
    found = doctor._other_versions(lock)
    assert found[0].startswith("pandas ") and found[0].endswith(", locked 0.1") and found[1].startswith("numpy ")


def test_a_missing_library_and_a_missing_project_are_sentences(monkeypatch, tmp_path):
    monkeypatch.setattr(doctor, "NAMED", ("pandas", "no_such_library"))
    monkeypatch.setenv("DTSTUDY_PROJECT", str(tmp_path))
    found = {finding.what: finding for finding in doctor.examine()}
    assert not found["libraries"].sound and found["libraries"].found == "cannot import no_such_library"
    assert "make .venv/ready" in found["libraries"].remedy
    assert not found["project"].sound and "data/raw" in found["project"].found


def without(tmp_path, *names):
    """The environment of an interpreter in which these libraries are not installed: neither imported nor listed."""
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\nfrom importlib import metadata\n"
        f"LOST = {names!r}\n"
        "sys.modules.update(dict.fromkeys(LOST))\n"
        "find = metadata.Distribution.from_name.__func__\n"
        "def from_name(kind, name):\n"
        "    if name in LOST:\n        raise metadata.PackageNotFoundError(name)\n    return find(kind, name)\n"
        "metadata.Distribution.from_name = classmethod(from_name)\n",
        encoding="utf-8",
    )
    return {**os.environ, "PYTHONPATH": str(tmp_path)}


def test_a_library_that_is_not_there_is_found_and_no_command_shows_a_traceback(tmp_path):
    about = {
        "env": without(tmp_path, "lxml", "pypdf"),
        "capture_output": True,
        "text": True,
        "check": False,
        "cwd": ROOT,
    }
    command = [sys.executable, "-m", "dtstudy"]
    looked = subprocess.run([*command, "doctor"], **about)
    assert looked.returncode == 1 and "✕ libraries               not installed: pypdf, lxml" in looked.stdout
    example = str(ROOT / "docs" / "examples" / "repair-cafe.qdpx")
    tried = subprocess.run([*command, "new", "nothing", "--from", example], **about)
    assert tried.returncode == 1 and "lxml is not installed. What to do: dtstudy doctor" in tried.stderr
    assert "Traceback" not in tried.stderr and not (ROOT / "data" / "raw" / "nothing").exists()


def test_the_bare_command_says_what_to_do_next(orchard):
    outcome = CliRunner().invoke(cli.main, [])
    assert outcome.exit_code == 0
    assert "studies orchard" in outcome.output and "dtstudy report" in outcome.output


def test_the_bare_command_outside_a_project_says_so(monkeypatch, tmp_path):
    monkeypatch.setenv("DTSTUDY_PROJECT", str(tmp_path))
    assert "No folder data/raw was found" in CliRunner().invoke(cli.main, []).output
