from dtstudy import reference

from .conftest import ROOT


def test_the_page_of_the_measures_is_what_their_docstrings_say():
    assert (ROOT / "docs" / "measures.md").read_text(encoding="utf-8") == reference.page(), (
        "renew it: python -m dtstudy.reference"
    )


def test_every_measure_has_a_place_with_its_parameters():
    page = reference.page()
    for name in ("agreement.krippendorff_alpha", "cooccurrence.cooccurrence", "frequency.compare_groups"):
        assert f"### {name}\n" in page
    assert "def " not in page and "### frequency._" not in page
