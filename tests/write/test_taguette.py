import csv
from io import StringIO

import pytest

from dtstudy.errors import InputError
from dtstudy.write import taguette

from .studies import EVERY


def rows(content):
    """As Taguette reads it: the encoding that the mark tells, a head, cells stripped."""
    assert content.startswith(b"\xef\xbb\xbf")
    head, *body = csv.reader(StringIO(content.decode("utf-8-sig"), newline=""))
    assert head == ["tag", "description"]
    return [tuple(cell.strip() for cell in row) for row in body]


@pytest.mark.parametrize("study", EVERY)
def test_there_is_a_tag_for_each_code_none_twice_none_too_long(study):
    tags = [tag for tag, _ in rows(taguette.codebook(EVERY[study]()["codes"]))]
    assert len(tags) == len(EVERY[study]()["codes"]) == len(set(tags))
    assert all(0 < len(tag) <= 200 for tag in tags)


def test_a_tag_begins_with_the_categories_above_and_a_description_says_all():
    assert rows(taguette.codebook(EVERY["hard"]()["codes"])) == [
        ("top", "d\nInclude: inc"),
        ("top.mid", "has\nline\nExclude: exc"),
        ("top.mid.=leaf", "x"),
        ('core "c"', "y\nLevel: core category"),
        ("coded category", "z"),
        ("coded category.folder in it", "w"),
        ("coded category.folder in it.deep", "v\nInclude: i\nExclude: e"),
    ]


def test_a_tag_that_taguette_would_refuse_is_refused_here():
    codes = EVERY["hard"]()["codes"]
    codes["code"] = codes["code"].replace({"top": "t" * 199})
    codes["parent"] = codes["parent"].replace({"top": "t" * 199})
    with pytest.raises(InputError, match="'mid' with its categories has 203 characters; Taguette takes 200"):
        taguette.codebook(codes)
