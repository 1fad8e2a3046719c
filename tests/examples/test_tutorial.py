"""The tutorial without Python: every command it shows can be given, and does what it says, but for reports and the lab."""

import re
import shlex

from click.testing import CliRunner

from dtstudy import cli, settings
from dtstudy.chain import plan

from ..conftest import ROOT

TEXT = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
COMMANDS = [
    shlex.split(line, comments=True) for line in re.findall(r"^    \.venv/bin/dtstudy (.+)$", TEXT, re.MULTILINE)
]


def test_the_commands_of_the_tutorial_in_their_order(monkeypatch, tmp_path):
    monkeypatch.setenv("DTSTUDY_PROJECT", str(ROOT))
    project = settings.empty_project(tmp_path)
    (project / "docs").symlink_to(ROOT / "docs")
    monkeypatch.chdir(project)
    done = []
    for name, *given in COMMANDS:
        known = cli.main.commands[name].make_context(name, list(given)).params  # no option or argument is wrong
        if name == "report":
            own = settings.load(given[0])
            steps = plan.load(project / "notebooks").of(own.raw).steps
            assert (
                plan.checked(steps, project / "notebooks", dict(text.split("=") for text in known["parameters"]))
                is not None
            )
        elif name != "lab":
            outcome = CliRunner().invoke(cli.main, [name, *given], catch_exceptions=False)
            assert outcome.exit_code == 0, outcome.output
        done.append(name)
    assert done == ["new", "report", "report", "report", "report", "lab", "scan", "export", "export"]
    assert (project / "back.qdpx").is_file() and list((project / "mystudy-tables").iterdir())
    coders = {file.stem for file in (project / "data" / "raw" / "mystudy" / "codings").iterdir()}
    assert {text.partition("=")[2] for line in COMMANDS for text in line if text.startswith("coders=")} <= coders


def test_what_the_tutorial_names_is_there():
    for place in re.findall(r"\]\(([\w./-]+)\)", TEXT):
        assert (ROOT / "docs" / place).exists(), place
