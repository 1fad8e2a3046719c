"""The XML of a REFI-QDA project: one pass over its elements, each entered into a draft when it has ended."""

from collections import Counter, defaultdict
from collections.abc import Callable
from typing import NamedTuple

from lxml import etree

from dtstudy.errors import InputError
from dtstudy.read import qdc, xml
from dtstudy.read.assembly import CASES, CODINGS
from dtstudy.read.passages import PASSAGES
from dtstudy.read.project import THINGS, Draft
from dtstudy.read.qdc import guid
from dtstudy.read.xml import child_text, children, local

MEDIA = {"Picture": "pictures", "PDF": "pages of PDFs", "Audio": "recordings", "Video": "videos"}
UNREAD = {"Link": "links", "Graph": "graphs", "TextDescription": "descriptions of pictures"}
DESCRIBED = (
    "Project",
    "Variable",
    "Set",
    "TextSource",
    "Representation",
    "Transcript",
)  # besides codes, cases, passages
HOLDERS = {"TextSource": "text", "Representation": "PDF", "Transcript": "transcript"}  # elements with a text
SILENT = {
    "Project", "Users", "CodeBook", "Codes", "Code", "Variables", "Cases", "Sources", "Notes", "Links",
    "Sets", "Graphs", "CodeRef", "SourceRef", "SelectionRef", "PlainTextContent", "VariableRef", "TextValue",
    "BooleanValue", "IntegerValue", "FloatValue", "DateValue", "DateTimeValue", "MemberCode", "MemberSource",
    "MemberNote", "Vertex", "Edge",
}  # fmt: skip


class Listed(NamedTuple):
    """A source as the XML lists it: where its text lies, or the text itself."""

    name: str
    kind: str
    plain: str = ""
    rich: str = ""
    content: str | None = None


def read(content: bytes, where: str, draft: Draft, text_at: Callable[[str], str | None]) -> dict[str, Listed]:
    """Enter all but the texts of sources into the draft, and return the sources that have a text.

    `text_at` gives the text at a path in the archive, for memos that are kept there. Raises InputError where the
    content is no project.
    """
    return _Reader(draft, text_at).read(content, where)


class _Reader:
    """What is known of a project while its elements go by; ids are joined when all have gone."""

    def __init__(self, draft: Draft, text_at: Callable[[str], str | None]) -> None:
        self.draft, self.record, self.text_at = draft, draft.record, text_at
        self.sources: dict[str, Listed] = {}
        self.same: dict[str, str] = {}  # ids that mean the same source
        self.selections: dict[str, int] = {}
        self.points: dict[str, str] = {}
        self.variables: dict[str, str] = {}
        self.notes: dict[str, tuple[str, str, str]] = {}
        self.about: dict[str, list[tuple[str, int | None, str]]] = defaultdict(list)  # note: source, selection, code
        self.described: list[tuple[str, str, str]] = []
        self.coded: list[tuple[int, str, str, str, list[str]]] = []
        self.known = {
            "User": self.user,
            "CodeBook": lambda book: qdc.codes(book, draft),
            "Variable": self.variable,
            "VariableValue": self.value,
            "Case": self.case,
            "Set": self.set,
            "Note": self.note,
            "Description": self.description,
            "NoteRef": self.note_ref,
            "Coding": self.coding,
            "SyncPoint": self.sync_point,
            "PlainTextSelection": self.selection,
            "TranscriptSelection": self.selection,
            **{f"{kind}Selection": self.media_selection for kind in MEDIA},
            **{f"{kind}Source": self.media for kind in MEDIA},
            **dict.fromkeys(HOLDERS, self.holder),
            **dict.fromkeys(UNREAD, self.unread),
        }

    def read(self, content: bytes, where: str) -> dict[str, Listed]:
        strange: Counter[str] = Counter()
        top = None
        for element in xml.elements(content, where):
            if top is None:
                self.draft.origin = element.getroottree().getroot().get("origin") or ""
                self.draft.pseudonyms = qdc.is_ours(self.draft.origin)
            name = local(element)
            if name in self.known:
                self.known[name](element)
            elif name not in SILENT:
                strange[name] += 1
            top = element
        if top is None or local(top) != "Project":
            raise InputError(f"{where}: this is no REFI-QDA project. Export it again, as .qdpx.")
        self.draft.name = top.get("name") or self.draft.name
        for name, number in strange.items():
            self.record.came(f"{name} elements", number)
            for _ in range(number):
                self.record.drop(f"{name} elements", name, "the standard has no such element")
        self.join()
        return self.sources

    def user(self, element: etree._Element) -> None:
        self.record.came("coders")
        self.draft.users.setdefault(guid(element.get("guid")), element.get("name") or element.get("id") or "")

    def variable(self, element: etree._Element) -> None:
        self.record.came("variables")
        self.variables[guid(element.get("guid"))] = element.get("name") or ""

    def value(self, element: etree._Element) -> None:
        self.record.came("values")
        parent = element.getparent()
        of = "case" if local(parent) == "Case" else "source"
        reference = guid(next(iter(children(element, "VariableRef")), element).get("targetGUID"))
        text = next(("".join(child.itertext()) for child in element if local(child).endswith("Value")), "")
        self.draft.values.append((of, guid(parent.get("guid")), self.variables.get(reference, ""), text))

    def case(self, element: etree._Element) -> None:
        self.record.came("cases")
        own = guid(element.get("guid"))
        self.draft.cases[own] = element.get("name") or ""
        for child in element:
            target = guid(child.get("targetGUID"))
            if local(child) == "SourceRef":
                self.record.came("sources of cases")
                self.draft.people.append((own, target, None))
            elif local(child) == "SelectionRef":
                self.record.came(CASES)
                self.draft.people.append((own, "", target))
        if about := child_text(element, "Description"):
            self.record.came("notes")
            self.draft.notes.append((element.get("name") or "", about, "", None, "", ""))

    def set(self, element: etree._Element) -> None:
        self.record.came("sets")
        for child in element:
            of = {"MemberSource": "sources", "MemberCode": "codes", "MemberNote": "notes"}.get(local(child))
            if of:
                self.record.came("members of sets")
                self.draft.sets.append((element.get("name"), of, guid(child.get("targetGUID"))))

    def note(self, element: etree._Element) -> None:
        self.record.came("notes")
        told = [child_text(element, name) for name in ("Description", "PlainTextContent")]
        path = element.get("plainTextPath")
        told.append(self.text_at(path) if path else None)
        user = guid(element.get("creatingUser"))
        text = "\n".join(filter(None, told)).removeprefix("\ufeff")
        self.notes[guid(element.get("guid"))] = (element.get("name") or "", text, user)

    def description(self, element: etree._Element) -> None:
        """What is said of the project, a variable, a set or a source."""
        parent = element.getparent()
        kind, text = local(parent), "".join(element.itertext())
        if text.strip() and (kind in DESCRIBED or kind.removesuffix("Source") in MEDIA):
            self.record.came("notes")
            source = self.holder_id(parent) if kind in HOLDERS or kind.endswith("Source") else ""
            self.described.append((parent.get("name") or kind.lower(), text, source))

    def note_ref(self, element: etree._Element) -> None:
        parent = element.getparent()
        target, own = guid(element.get("targetGUID")), guid(parent.get("guid"))
        if local(parent) == "Code":
            self.about[target].append(("", None, own))
        elif local(parent) in HOLDERS or local(parent).endswith("Source"):
            self.about[target].append((own, None, ""))

    def coding(self, element: etree._Element) -> None:
        """A coding of a whole source; those of selections are entered with these."""
        parent = element.getparent()
        kind = local(parent).removesuffix("Source")
        if local(parent) == "TextSource":
            number = self.enter(guid(parent.get("guid")), None, None, "")
            self.enter_codings(parent, [element], number, "")
        elif kind in MEDIA:
            self.record.came(f"codings of {MEDIA[kind]}")
            self.record.drop(f"codings of {MEDIA[kind]}", parent.get("name") or kind, "our tables hold text alone")

    def selection(self, element: etree._Element) -> None:
        holder = element.getparent()
        if local(holder) == "TextSource" or (local(holder) in HOLDERS and local(holder.getparent()) != "PDFSelection"):
            start, end = element.get("startPosition"), element.get("endPosition")
            if local(element) == "TranscriptSelection":
                start, end = (self.points.get(guid(element.get(name))) for name in ("fromSyncPoint", "toSyncPoint"))
            number = self.enter(self.holder_id(holder), start or "none", end or "none", element.get("name"))
            self.selections[guid(element.get("guid"))] = number
            memo = child_text(element, "Description") or ""
            refs = [guid(child.get("targetGUID")) for child in children(element, "NoteRef")]
            for ref in refs:
                self.about[ref].append((self.holder_id(holder), number, ""))
            codings = children(element, "Coding")
            self.enter_codings(element, codings, number, memo, refs)
            if memo and not codings:
                self.record.came("notes")
                user = guid(element.get("creatingUser"))
                self.draft.notes.append(("annotation", memo, "", number, "", user))
        else:
            self.unread_selection(element, "notes and details")
        xml.drop(element)

    def enter(self, source: str, start: str | None, end: str | None, quoted: str | None) -> int:
        """A passage; returns its number."""
        self.record.came(PASSAGES)
        self.draft.selections.append((source, start, end, quoted))
        return len(self.draft.selections) - 1

    def enter_codings(
        self, of: etree._Element, codings: list[etree._Element], number: int, memo: str, refs: list[str] | None = None
    ) -> None:
        for coding in codings:
            self.record.came(CODINGS)
            code = next((guid(child.get("targetGUID")) for child in children(coding, "CodeRef")), "")
            users = (coding.get("creatingUser"), of.get("creatingUser"), of.get("modifyingUser"))
            own = [guid(child.get("targetGUID")) for child in children(coding, "NoteRef")]
            for ref in own:
                self.about[ref].append(("", number, code))
            self.coded.append((number, code, guid(next(filter(None, users), "")), memo, [*(refs or []), *own]))

    def media_selection(self, element: etree._Element) -> None:
        self.unread_selection(element, MEDIA[local(element).removesuffix("Selection")])
        xml.drop(element)

    def unread_selection(self, element: etree._Element, of: str) -> None:
        name = element.get("name") or "unnamed"
        self.record.came(f"passages of {of}")
        self.record.drop(f"passages of {of}", name, "our tables hold text alone")
        for _ in children(element, "Coding"):
            self.record.came(f"codings of {of}")
            self.record.drop(f"codings of {of}", name, "our tables hold text alone")

    def media(self, element: etree._Element) -> None:
        kind = local(element).removesuffix("Source")
        self.record.came(MEDIA[kind])
        self.record.drop(MEDIA[kind], element.get("name") or kind, "our tables hold text alone")
        inner = [child for child in element if local(child) in HOLDERS]
        if inner:
            self.same[guid(element.get("guid"))] = self.holder_id(inner[0])

    def holder(self, element: etree._Element) -> None:
        """A source with a text: its own, that of a PDF, or the transcript of a recording."""
        parent = element.getparent()
        if local(parent) == "PDFSelection":
            return
        kind = HOLDERS[local(element)]
        own, name = self.holder_id(element), element.get("name") or ""
        if kind == "PDF":
            name = parent.get("name") or name
        self.record.came(THINGS[kind])
        if own in self.sources:
            self.record.drop(THINGS[kind], name, "its id stands twice")
            return
        plain, rich = element.get("plainTextPath") or "", element.get("richTextPath") or ""
        self.sources[own] = Listed(name, kind, plain, rich, child_text(element, "PlainTextContent"))

    def holder_id(self, element: etree._Element) -> str:
        """The id of a text: for that of a PDF, the id of the PDF."""
        pdf = local(element) == "Representation"
        return guid((element.getparent() if pdf else element).get("guid"))

    def sync_point(self, element: etree._Element) -> None:
        self.points[guid(element.get("guid"))] = element.get("position") or ""
        self.record.came("times in recordings")
        self.record.drop("times in recordings", element.get("timeStamp") or "", "a text is kept without times")
        xml.drop(element)

    def unread(self, element: etree._Element) -> None:
        thing = UNREAD[local(element)]
        self.record.came(thing)
        self.record.drop(thing, element.get("name") or "unnamed", f"our tables have no {thing}")

    def join(self) -> None:
        """Follow the ids: one text under two ids, passages of cases, memos of codings."""
        draft = self.draft
        first = {listed.plain: own for own, listed in reversed(self.sources.items()) if listed.plain}
        for own, listed in list(self.sources.items()):
            if first.get(listed.plain, own) != own:
                self.same[own] = first[listed.plain]
                self.record.drop(THINGS[listed.kind], listed.name, "it is the text of another source")
                del self.sources[own]
        draft.selections = [(self.meant(source), *rest) for source, *rest in draft.selections]
        draft.values = [(of, self.meant(own) if of == "source" else own, *rest) for of, own, *rest in draft.values]
        order = {name: place for place, name in enumerate(self.variables.values())}
        draft.values.sort(key=lambda value: order.get(value[2], len(order)))
        draft.sets = [(name, of, self.meant(member) if of == "sources" else member) for name, of, member in draft.sets]
        people, draft.people = draft.people, []
        for case, source, selection in people:
            if selection is None:
                draft.people.append((case, self.meant(source), None))
            elif selection in self.selections:
                draft.people.append((case, "", self.selections[selection]))
            else:
                self.record.drop(CASES, draft.cases[case], "its passage is no text, or is not in the file")
        for number, code, user, memo, refs in self.coded:
            told = [self.notes[ref][1] for ref in refs if ref in self.notes]
            draft.codings.append((number, code, user, "\n".join(filter(None, [memo, *told]))))
        draft.notes += [(name, text, self.meant(source), None, "", "") for name, text, source in self.described]
        for own, (name, text, user) in self.notes.items():
            for source, selection, code in self.about.get(own, [("", None, "")])[:1]:
                draft.notes.append((name, text, self.meant(source), selection, code, user))

    def meant(self, source: str) -> str:
        """The id of the text that an id means: a recording means its transcript, a transcript the text it repeats."""
        once = self.same.get(source, source)
        return self.same.get(once, once)
