import pandas as pd
import pytest

import dtstudy
from dtstudy import tables
from dtstudy.errors import InputError
from dtstudy.measures import synthesis
from dtstudy.published import ledger
from dtstudy.published.checks import CHECKS
from dtstudy.published.claim import STATUSES

WITHOUT_TEXT = {
    "A01": ("12", "recomputed"),
    "A02": ("58.3 % of 12", "bounded"),
    "A03": ("", "not checkable"),
    "A04": ("", "external"),
    "A05": ("of 18", "bounded"),
    "A06": ("16.50 to 121.50", "differs"),
    "A07": ("0 to 144 months, 12 people", "bounded"),
    "A08": ("0 to 144 months, 12 people", "bounded"),
    "A09": ("5", "recomputed"),
    "A10": ("6", "recomputed"),
    "A11": ("12", "recomputed"),
    "A12": ("6", "recomputed"),
    "A13": ("12", "differs"),
    "A14": ("p = 6/11", "recomputed"),
    "A15": ("2/1", "tension"),
    "A16": ("at least 6", "bounded"),
    "A17": ("4", "tension"),
    "A18": ("before 2015", "bounded"),
    "A26": ("", "tension"),
    "A30": ("8", "recomputed"),
}
PAGES = {
    "A27": ("before 1", "bounded"),
    "A28": ("after ii and before 3", "bounded"),
    "A29": ("after 1 and before 9", "bounded"),
}
PAGES_IN_TEXT = {"A27": ("ii", "recomputed"), "A28": ("1", "recomputed"), "A29": ("3", "recomputed")}
WITH_TEXT = {
    "A19": ("7", "recomputed"),
    "A20": ("2", "recomputed"),
    "A21": ("0", "recomputed"),
    "A22": ("2 of 2", "recomputed"),
    "A23": ("3 and 12", "recomputed"),
    "A24": ("3", "recomputed"),
    "A25": ("", "not checkable"),
    "A31": ("2", "recomputed"),
    "A32": ("1 + 1", "recomputed"),
    "A33": ("2", "recomputed"),
    "A34": ("3", "recomputed"),
    "A35": ("none", "recomputed"),
}


def verdicts(claims):
    return {row.id: (row.regenerated, row.status) for row in claims.itertuples()}


def test_every_check_gives_the_verdict_worked_out_by_hand(orchard):
    claims = dtstudy.open_study("orchard", papers="papers").claims()
    assert verdicts(claims) == WITHOUT_TEXT | WITH_TEXT | PAGES_IN_TEXT
    note = claims.set_index("id")["note"]["A25"]
    assert note == "Tools and ladders: 2 of 5 quotations set apart, 30 of 73 words."


def test_without_the_text_what_needs_it_is_not_checkable_and_says_how_to_supply_it(orchard):
    claims = dtstudy.open_study("orchard").claims()
    found = verdicts(claims)
    assert {key: found[key] for key in WITHOUT_TEXT | PAGES} == WITHOUT_TEXT | PAGES
    waiting = claims[claims["id"].isin(WITH_TEXT)]
    assert (waiting["status"] == "not checkable").all()
    assert waiting["note"].str.contains("--papers DIR").all()


def test_the_miniature_ledger_uses_every_check(orchard):
    checks = dtstudy.open_study("orchard").published()["check"].str.split().str[0]
    assert set(checks) == set(CHECKS)


@pytest.mark.parametrize(
    ("row", "column", "value", "sentence"),
    [
        (0, "check", "sme A11", "published.csv, A01: the check 'sme' is unknown; did you mean 'same'"),
        (0, "check", "same A99", "published.csv, A01: no claim 'A99'"),
        (8, "check", "sum A02 A15", r"published.csv, A09: the check 'sum A02 A15' cannot be made"),
        (0, "check", "same", r"A01: the check 'same' cannot be made"),
        (0, "statement", "", "published.csv, line 2: 'statement' is empty"),
        (1, "id", "A01", "the id A01 stands twice"),
    ],
)
def test_a_fault_in_the_ledger_is_a_sentence_that_names_the_row(orchard, row, column, value, sentence):
    file = orchard / "data" / "raw" / "orchard" / "published.csv"
    table = pd.read_csv(file, dtype="str", keep_default_na=False)
    table.loc[row, column] = value
    table.to_csv(file, index=False)
    with pytest.raises(InputError, match=sentence):
        dtstudy.open_study("orchard").claims()


def test_the_score_counts_every_claim_once(orchard):
    claims = dtstudy.open_study("orchard").claims()
    assert ledger.score(claims)["claims"].sum() == len(claims)
    assert (
        ledger.score_line(claims)
        == "35 claims: 7 recomputed, 9 bounded, 3 tension, 2 differs, 1 external, 13 not checkable"
    )


@pytest.mark.parametrize(
    ("study", "without", "within"),
    [
        (
            "kouimtsidis2007",
            "82 claims: 25 recomputed, 12 bounded, 6 tension, 6 external, 33 not checkable",
            "82 claims: 32 recomputed, 12 bounded, 6 tension, 6 external, 26 not checkable",
        ),
        (
            "dtors2009",
            "23 claims: 1 recomputed, 9 bounded, 13 not checkable",
            "23 claims: 15 recomputed, 8 not checkable",
        ),
    ],
)
def test_the_scores_of_both_papers_with_and_without_their_text(study, without, within, request):
    assert ledger.score_line(dtstudy.open_study(study).claims()) == without
    papers = request.getfixturevalue("papers")
    assert ledger.score_line(dtstudy.open_study(study, papers=papers).claims()) == within


@pytest.mark.parametrize("study", ["kouimtsidis2007", "dtors2009"])
def test_no_claim_is_left_without_a_verdict_or_a_reason(study):
    claims = dtstudy.open_study(study).claims()
    unexplained = claims[claims["status"].isin(["not checkable", "tension", "external"]) & (claims["note"] == "")]
    assert unexplained.empty, unexplained["id"].tolist()


def test_a_page_out_of_order_or_other_than_in_the_text_differs(orchard):
    file = orchard / "data" / "raw" / "orchard" / "published.csv"
    text = file.read_text(encoding="utf-8")
    for page, papers, regenerated in [("10", "", "after 1 and before 9"), ("4", "papers", "3")]:
        file.write_text(text.replace("structural,3,,page", f"structural,{page},,page"), encoding="utf-8")
        found = verdicts(dtstudy.open_study("orchard", papers=papers).claims())
        assert found["A29"] == (regenerated, "differs")


def test_a_chapter_without_a_page_differs(orchard):
    file = orchard / "data" / "raw" / "orchard" / "published.csv"
    file.write_text(
        file.read_text(encoding="utf-8").replace("lengths A28 A29 9", "lengths A28 A29 3"), encoding="utf-8"
    )
    assert verdicts(dtstudy.open_study("orchard").claims())["A30"] == ("2", "differs")


def test_no_number_of_the_paper_differs():
    claims = dtstudy.open_study("kouimtsidis2007").claims()
    assert not (claims["status"] == "differs").any()
    assert set(claims["status"]) <= set(STATUSES)
    assert claims.set_index("id")["regenerated"]["K073"] == "p = 1107/36685"
    assert claims.set_index("id")["regenerated"]["K033"] == "of 63"


def test_with_its_text_every_count_of_the_paper_is_recomputed(papers):
    claims = dtstudy.open_study("kouimtsidis2007", papers=papers).claims().set_index("id")
    assert (claims.loc[["K016", "K082", "K083", "K084", "K085", "K086", "K088"], "status"] == "recomputed").all()
    assert not (claims["status"] == "differs").any()


def test_the_ledger_and_table_1_hold_the_same_cells():
    study = dtstudy.open_study("kouimtsidis2007")
    values = study.published().set_index("id")["value"]
    cells = study.table(1).iloc[:, 1:].to_numpy().ravel().tolist()
    assert [int(values[f"K0{number}"]) for number in range(60, 72)] == cells


@pytest.mark.parametrize("claim", ["K062", "K070", "K032", "K041"])
def test_a_printed_number_changed_by_one_is_told(claim):
    study = dtstudy.open_study("kouimtsidis2007")
    printed = study.published()
    changed = printed.assign(
        value=printed["value"].mask(printed["id"] == claim, str(int(printed.set_index("id")["value"][claim]) + 1))
    )
    assert (ledger.judge(changed)["status"] == "differs").any()


def test_the_findings_name_claims_and_codes_that_there_are(orchard):
    folder = orchard / "data" / "raw" / "orchard"
    (folder / "findings.csv").write_text("claim,code\nA14,quiet\nA99,quiet\n", encoding="utf-8")
    with pytest.raises(InputError, match="findings.csv, line 3: there is no claim A99"):
        dtstudy.open_study("orchard").findings()


@pytest.mark.parametrize("name", ["kouimtsidis2007", "dtors2009"])
def test_each_key_finding_has_codes_of_the_codebook_and_a_row_in_its_table(name):
    study = dtstudy.open_study(name)
    findings = study.findings()
    assert set(findings["code"]) <= set(study.codebook()["code"])
    kinds = study.published().set_index("id")["kind"]
    assert set(kinds[findings["claim"]]) <= {"finding", "relation"}
    corpus = study.corpus()
    matters = findings.rename(columns={"claim": "theme"}).assign(study=name)
    table = synthesis.side_by_side(matters, {name: (corpus.codings, corpus.turns, corpus.codes)})
    shown = tables.key_findings(table, findings)
    assert shown["Id"].tolist() == findings["claim"].unique().tolist()
    assert shown.columns[3:].str.lower().tolist() == list(dict.fromkeys(table["group"]))
