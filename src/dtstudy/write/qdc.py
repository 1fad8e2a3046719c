"""A codebook as REFI-QDA exchanges it (.qdc): codes with their hierarchy, definitions and colours.

REFI-QDA Codebook 1.0, 18 March 2019 (www.qdasoftware.org). The standard sets a code that is only a folder apart by
isCodable="false". That is a category with which nobody coded and which lies in no code that is more than a folder,
since QualCoder would take a folder out of such a code.
"""

from collections.abc import Collection

import pandas as pd
from lxml import etree

from dtstudy import __version__
from dtstudy.errors import InputError
from dtstudy.write import branches, guid, plain

NAMESPACE = "urn:QDA-XML:codebook:1.0"
ORIGIN = f"dtstudy {__version__}"
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#999999", "#f0e442")  # Okabe and Ito 2008


def codebook(codes: pd.DataFrame, study: str, used: Collection[str] = ()) -> bytes:
    """The codebook of a study as the bytes of a .qdc file.

    Parameters: `codes` as `schema` has them; the study's name, from which GUIDs are made; the codes `used` in codings.
    Raises InputError where there is no code, since the standard knows no empty codebook.
    """
    if codes.empty:
        raise InputError("The codebook is empty, and REFI-QDA knows no empty codebook. Add a code to codebook.csv.")
    root = etree.Element(f"{{{NAMESPACE}}}CodeBook", nsmap={None: NAMESPACE}, origin=ORIGIN)
    root.append(code_list(codes, study, used, NAMESPACE))
    return document(root)


def code_list(codes: pd.DataFrame, study: str, used: Collection[str], namespace: str) -> etree._Element:
    """The element Codes: every code under its parent, in the codebook's order, each branch in one colour."""
    listed = etree.Element(f"{{{namespace}}}Codes")
    elements = {}
    ways = branches(codes)
    top = list(dict.fromkeys(way[0] for way in ways.values()))
    colours = {code: COLOURS[number % len(COLOURS)] for number, code in enumerate(top)}
    more = {*codes.loc[codes["level"] == "concept", "code"], *used}
    for code in codes.itertuples():
        codable = not more.isdisjoint(ways[code.code])
        elements[code.code] = etree.Element(
            f"{{{namespace}}}Code",
            guid=guid("code", study, code.code),
            name=plain(code.code),
            isCodable="true" if codable else "false",
            color=colours[ways[code.code][0]],
        )
        etree.SubElement(elements[code.code], f"{{{namespace}}}Description").text = plain(description(code, codable))
    for code in codes.itertuples():
        (elements[code.parent] if isinstance(code.parent, str) else listed).append(elements[code.code])
    return listed


def description(code: tuple, codable: bool) -> str:
    """What a reader of the codebook sees: the definition, what counts and what does not, a line each.

    The level stands there only where `codable` does not tell it: concepts are codable, categories are not.
    """
    told = [("Include", code.include), ("Exclude", code.exclude)]
    if code.level != ("concept" if codable else "category"):
        told.insert(0, ("Level", code.level))
    return "\n".join([code.definition, *(f"{head}: {text}" for head, text in told if isinstance(text, str))])


def document(root: etree._Element) -> bytes:
    """An element as an XML file in UTF-8."""
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True, pretty_print=True)
