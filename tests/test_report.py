import json
import re
import shutil

import pandas as pd
import pytest
from click.testing import CliRunner
from markupsafe import escape

from dtstudy import cli, exhibits, report, settings
from dtstudy.errors import InputError

HOSTILE = "<script>alert(1)</script> & =cmd|' /C calc'!A0 \u202eright to left"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The report of the real study, made once without the paper's text."""
    from .conftest import ROOT

    project = tmp_path_factory.mktemp("made")
    for folder in ("data/raw", "notebooks"):
        shutil.copytree(ROOT / folder, project / folder, ignore=shutil.ignore_patterns("paper.*", ".ipynb_checkpoints"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DTSTUDY_PROJECT", str(project))
        outcome = CliRunner().invoke(cli.main, ["report", "kouimtsidis2007"], catch_exceptions=False)
    assert outcome.exit_code == 0, outcome.output
    return project / "data" / "derived" / "kouimtsidis2007"


def test_one_command_makes_the_exhibits_and_the_page(made):
    tables = {file.name for file in (made / "tables").iterdir()}
    assert {
        "table-1.csv",
        "quotations.csv",
        "theme-frequency.csv",
        "cooccurrence.csv",
        "claims.csv",
    } <= tables
    for name in ("theme-frequency", "concept-frequency", "cooccurrence", "table-1", "durations"):
        assert (made / "figures" / f"{name}.png").is_file() and (made / "figures" / f"{name}.svg").is_file()
    assert len(list((made / "notebooks").glob("*.ipynb"))) == 6
    assert exhibits.changed(made) == []


def test_table_1_has_the_printed_cells_and_computed_sums(made):
    table = pd.read_csv(made / "tables" / "table-1.csv")
    assert table.columns.tolist() == ["experience", "first_order", "second_order", "total"]
    assert table["experience"].tolist() == ["up to 3 months", "3-6 months", "more than 6 months", "total"]
    assert table.iloc[:, 1:].to_numpy().tolist() == [[5, 8, 13], [8, 1, 9], [6, 1, 7], [19, 10, 29]]


def test_without_the_text_the_quotations_are_not_verified_and_the_page_says_how(made):
    table = pd.read_csv(made / "tables" / "quotations.csv")
    assert len(table) == 23 and table["verified"].isna().all() and "text" not in table
    page = (made / "report.html").read_text(encoding="utf-8")
    assert "dtstudy report --papers DIR" in page


def test_the_page_needs_no_network_and_no_script(made):
    page = (made / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page and "@import" not in page
    assert not re.findall(r"""(?:src|href|action)\s*=\s*["']?(?:https?:)?//""", page)
    assert not re.findall(r"url\(", page)


def test_every_exhibit_stands_once_with_number_kind_caption_and_definition(made):
    page = (made / "report.html").read_text(encoding="utf-8")
    assert [int(number) for number in re.findall(r"<h3>Exhibit (\d+)\.", page)] == list(range(1, 14))
    for entry in exhibits.load(made):
        article = re.search(rf'<article[^>]*id="{entry.id}".*?</article>', page, re.DOTALL).group()
        assert f">{entry.data}<" in article
        assert str(escape(entry.caption)) in article and str(escape(entry.definition)) in article
        assert f'href="tables/{entry.id}.csv"' in article and entry.notebook in article


def test_links_of_the_page_lead_to_files_and_anchors(made):
    page = (made / "report.html").read_text(encoding="utf-8")
    for target in re.findall(r'href="([^"]+)"', page):
        if target.startswith("#"):
            assert f'id="{target[1:]}"' in page
        else:
            assert (made / target).is_file(), target


def test_the_score_on_the_first_screen_is_that_of_the_claims(made):
    claims = pd.read_csv(made / "tables" / "claims.csv", keep_default_na=False)
    page = (made / "report.html").read_text(encoding="utf-8")
    recomputed = (claims["status"] == "recomputed").sum()
    assert f"{len(claims)} claims: {recomputed} recomputed" in page
    assert claims.columns.tolist() == [
        "id",
        "where",
        "statement",
        "published",
        "regenerated",
        "status",
        "note",
    ]


def test_a_second_run_gives_the_same_bytes(made, tmp_path):
    project = made.parents[2]
    kept = {file: file.read_bytes() for file in made.rglob("*") if file.is_file() and file.name != "provenance.json"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DTSTUDY_PROJECT", str(project))
        assert CliRunner().invoke(cli.main, ["report", "--jobs", "1"]).exit_code == 0
    for file, content in kept.items():
        assert file.read_bytes() == content, file.name


def test_with_the_text_the_quotations_are_verified_and_shown(papers, kouimtsidis):
    outcome = CliRunner().invoke(cli.main, ["report", "--papers", str(papers)], catch_exceptions=False)
    assert outcome.exit_code == 0, outcome.output
    made = kouimtsidis / "data" / "derived" / "kouimtsidis2007"
    table = pd.read_csv(made / "tables" / "quotations.csv")
    assert len(table) == 23 and table["verified"].all()
    page = (made / "report.html").read_text(encoding="utf-8")
    assert page.count("<blockquote>") == 23
    for name in ("theme-frequency", "concept-frequency", "cooccurrence", "table-1"):
        assert (made / "tables" / f"{name}.csv").is_file()
    claims = pd.read_csv(made / "tables" / "claims.csv", keep_default_na=False)
    assert not (claims["status"] == "differs").any()
    verified = CliRunner().invoke(cli.main, ["verify", "kouimtsidis2007"])
    assert verified.exit_code == 0 and "differs" not in verified.output


def test_hostile_text_is_shown_as_text(kouimtsidis):
    study = settings.load("kouimtsidis2007")
    chapters = report.plan.load(kouimtsidis / "notebooks").chapters
    table = pd.DataFrame({"Code": [HOSTILE]})
    for name in (name for chapter in chapters for name in chapter.exhibits):
        exhibits.save(
            study.derived,
            name,
            table,
            shown=table,
            title=HOSTILE,
            caption=HOSTILE,
            data="published",
            definition=HOSTILE,
        )
    page = report.build(study).read_text(encoding="utf-8")
    assert "<script" not in page and "&lt;script&gt;" in page


def test_a_missing_exhibit_is_a_sentence(kouimtsidis):
    with pytest.raises(
        InputError, match="The exhibits design, .* were not written yet. Run dtstudy report kouimtsidis2007"
    ):
        report.build(settings.load("kouimtsidis2007"))


def test_provenance_says_what_the_run_was_made_of(made):
    record = json.loads((made / "provenance.json").read_text(encoding="utf-8"))
    assert record["text_supplied"] is False
    from dtstudy.chain import plan

    assert set(record["seconds"]) == {step.name for step in plan.load(made.parents[2] / "notebooks").steps}
    assert record["outputs"] == {name: digest for entry in exhibits.load(made) for name, digest in entry.files.items()}
