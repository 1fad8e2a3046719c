import re

import pytest

from dtstudy import reference

from .conftest import ROOT

ASKED = [name for names in reference.QUESTIONS.values() for name in names]
LISTS = {  # what is listed or looked up, and needs no source
    "agreement.disagreements", "agreement.disagreements_by_code", "framework.quoted", "framework.unlinked", "participation.following",
    "tree.coding_tree", "vocabulary.kwic", "vocabulary.words",
}  # fmt: skip
PARTS = {
    "agreement": "code_sets coders_of continuum count definition draw_documents finish interval",
    "collocation": "count definition finish",
    "cooccurrence": "count definition finish network_definition",
    "evenness": "of_cells",
    "framework": "count definition finish",
    "frequency": "count definition finish sum_counts",
    "incidence": "read_how strata",
    "multiplicity": "n_tests",
    "saturation": "definition new_codes",
    "tally": "at distinct groups stacked summed",
    "tree": "definition downwards upwards",
    "units": "merge_overlapping of_coders sharing spoken touched with_ancestors",
    "vocabulary": "count count_texts definition finish finish_keyness nltk_text sum_counts",
    "words": "folded in_order named read too_few",
}


def test_the_pages_of_the_measures_are_what_their_docstrings_say():
    renew = "renew it: python -m dtstudy.reference"
    made = reference.pages()
    for name, text in made.items():
        assert (ROOT / "docs" / name).read_text(encoding="utf-8") == text, f"{name}: {renew}"
    assert {f"measures/{file.name}" for file in (ROOT / "docs" / "measures").iterdir()} == set(made) - {"measures.md"}


def test_every_public_function_is_a_measure_with_a_question_or_a_part_of_one():
    asked = {reference._found(name) for name in ASKED}
    assert len(asked) == len(ASKED)
    found = {
        module: {own.__name__ for own in functions if own not in asked}
        for module, functions in reference.public().items()
    }
    assert {module: names for module, names in found.items() if names} == {
        module: set(names.split()) for module, names in PARTS.items()
    }


@pytest.mark.parametrize("name", ASKED)
def test_a_measure_has_a_definition_a_formula_an_example_and_a_source(name):
    parts = reference.sections(reference._found(name))
    assert len(reference._title(reference._found(name))) > 30
    assert parts.get("Formula"), "say the formula, or 'none' and why"
    assert parts.get("Example", "").count(">>> ") >= 1 and re.search(r"^(?!>>>|\.\.\.)", parts["Example"], re.MULTILINE)
    assert parts.get("Reference") or (name in LISTS and parts["Formula"].startswith("none"))
    assert not any(
        "\n---" in text or ">>>" in text for head, text in parts.items() if head not in ("Example", "Returns")
    )


def test_a_page_has_its_sections_its_columns_as_a_table_and_links_that_lead_somewhere():
    page = reference.page("agreement.cohen_kappa")
    heads = re.findall(r"^## (\w+)$", page, re.MULTILINE)
    assert heads == ["Definition", "Formula", "Parameters", "Reference", "Example"]
    assert "[`expected_agreement`](agreement.expected_agreement.md)" in page
    assert "| `kappa` | Cohen's, -1 to 1; NaN for more than two coders |" in reference.page("agreement.agreement_table")
    assert "| `n2` | of the first word" not in reference.page("vocabulary.collocations")
    for name, text in reference.pages().items():
        for link in re.findall(r"\]\(([\w./-]+\.md)\)", text):
            assert ((ROOT / "docs" / name).parent / link).is_file(), f"{name}: {link}"
