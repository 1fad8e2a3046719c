"""The rules of REFI-QDA 1.0 that the exported files rely on, typed in from the standard's two schemas and its text."""

import re

from lxml import etree

GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
COLOUR = re.compile(r"#([0-9A-Fa-f]{6}|[0-9A-Fa-f]{3})")
WHOLE = re.compile(r"[-+]?\d+")
TEXT = re.compile(r".*", re.DOTALL)
TYPES = {
    "guid": GUID, "targetGUID": GUID, "creatingUser": GUID, "modifyingUser": GUID, "color": COLOUR,
    "isCodable": re.compile("true|false|1|0"), "startPosition": WHOLE, "endPosition": WHOLE,
    "typeOfVariable": re.compile("Text|Boolean|Integer|Float|Date|DateTime"),
    "plainTextPath": re.compile(rf"internal://{GUID.pattern}\.txt"),
}  # fmt: skip
BY = ["creatingUser", "creationDateTime"]
CODE = (["guid", "name", "isCodable"], ["color"])

# element: required attributes, other attributes, children in their order with how often each may stand
PROJECT = {
    "Project": (
        ["name"],
        ["origin", "creatingUserGUID", "creationDateTime", "modifyingUserGUID", "modifiedDateTime", "basePath"],
        "Users? CodeBook? Variables? Cases? Sources? Notes? Links? Sets? Graphs? Description? NoteRef*",
    ),
    "Users": ([], [], "User+"),
    "User": (["guid"], ["name", "id"], ""),
    "CodeBook": ([], [], "Codes"),
    "Codes": ([], [], "Code+"),
    "Code": (*CODE, "Description? NoteRef* Code*"),
    "Variables": ([], [], "Variable+"),
    "Variable": (["guid", "name", "typeOfVariable"], [], "Description?"),
    "Cases": ([], [], "Case+"),
    "Case": (["guid"], ["name"], "Description? CodeRef* VariableValue* SourceRef* SelectionRef*"),
    "VariableValue": ([], [], "VariableRef TextValue?"),
    "Sources": ([], [], "TextSource+"),
    "TextSource": (
        ["guid"],
        ["name", "richTextPath", "plainTextPath", *BY, "modifyingUser", "modifiedDateTime"],
        "Description? PlainTextContent? PlainTextSelection* Coding* NoteRef* VariableValue*",
    ),
    "PlainTextSelection": (
        ["guid", "startPosition", "endPosition"],
        ["name", *BY, "modifyingUser", "modifiedDateTime"],
        "Description? Coding* NoteRef*",
    ),
    "Coding": (["guid"], BY, "CodeRef NoteRef*"),
    "Sets": ([], [], "Set+"),
    "Set": (["guid", "name"], [], "Description? MemberCode* MemberSource* MemberNote*"),
    **{name: ([], [], None) for name in ("Description", "TextValue")},
    **{
        name: (["targetGUID"], [], "")
        for name in ("CodeRef", "VariableRef", "SourceRef", "SelectionRef", "MemberCode", "MemberSource")
    },
}
CODEBOOK = {
    "CodeBook": ([], ["origin"], "Codes Sets?"),
    "Codes": ([], [], "Code+"),
    "Code": (*CODE, "Description? Code*"),
    "Description": ([], [], None),
}
SPACES = {"Project": "urn:QDA-XML:project:1.0", "CodeBook": "urn:QDA-XML:codebook:1.0"}


def broken(content: bytes) -> list[str]:
    """A sentence for each rule that a .qde or .qdc file breaks."""
    root = etree.fromstring(content)
    top = etree.QName(root).localname
    if top not in SPACES:
        return [f"the root is {top}"]
    rules = PROJECT if top == "Project" else CODEBOOK
    found = [] if content.startswith(b"<?xml version='1.0' encoding='UTF-8'") else ["no declaration of UTF-8"]
    for element in root.iter():
        name = etree.QName(element).localname
        if etree.QName(element).namespace != SPACES[top] or name not in rules:
            found.append(f"{element.tag} is no element of the standard")
            continue
        required, other, children = rules[name]
        found += [f"{name} has no {attribute}" for attribute in required if attribute not in element.attrib]
        found += [f"{name} has a {attribute}" for attribute in element.attrib if attribute not in required + other]
        found += [
            f"{name}: {attribute} is '{value}'"
            for attribute, value in element.attrib.items()
            if not TYPES.get(attribute, TEXT).fullmatch(value)
        ]
        inside = " ".join(etree.QName(child).localname for child in element) + " "
        if children is None:
            found += [f"{name} has children"] if len(element) else []
            continue
        order = "".join(re.sub(r"(\w+)([?*+]?)", r"(?:\1 )\2", part) for part in children.split())
        if not re.fullmatch(order, inside.lstrip()):
            found.append(f"{name} holds {inside}")
        if (element.text or "").strip() or any((child.tail or "").strip() for child in element):
            found.append(f"{name} holds text")
    return found
