"""A codebook as Taguette imports it: a CSV file with a tag and a description for each code.

Taguette knows no hierarchy; it takes tags that begin alike for one family. So a tag is a code with its categories in
front, joined by full stops: "compulsion.avoiding prison".
"""

import pandas as pd

from dtstudy.errors import InputError
from dtstudy.write import branches, plain, qdc

LONGEST_TAG = 200  # characters; Taguette refuses the whole file for one that is longer


def codebook(codes: pd.DataFrame) -> bytes:
    """The codebook as the bytes of a CSV file. Raises InputError where a tag would be too long for Taguette."""
    tags = {code: ".".join(way) for code, way in branches(codes).items()}
    for code, tag in tags.items():
        if len(tag) > LONGEST_TAG:
            raise InputError(
                f"The code '{code[:60]}' with its categories has {len(tag)} characters; Taguette takes {LONGEST_TAG}."
                " Shorten it in codebook.csv."
            )
    rows = [
        (plain(tags[code.code]), plain(qdc.description(code, code.level == "concept"))) for code in codes.itertuples()
    ]
    table = pd.DataFrame(rows, columns=["tag", "description"])
    return table.to_csv(index=False, lineterminator="\n").encode("utf-8-sig")  # without the mark Taguette guesses
