"""The run as a research object: ro-crate-metadata.json, a Process Run Crate with one CreateAction a step.

Profile: Leo et al. (2024), Recording provenance of workflow runs with RO-Crate, PLoS ONE 19: e0309210.
"""

import json
import os
from datetime import datetime, timedelta
from typing import Any

from dtstudy import exhibits
from dtstudy.chain import fresh, provenance
from dtstudy.chain.plan import Step
from dtstudy.settings import Settings

CONTEXT = ["https://w3id.org/ro/crate/1.1/context", "https://w3id.org/ro/terms/workflow-run/context"]
PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
LICENCE = "https://opensource.org/license/mit"
TYPES = {".csv": "text/csv", ".png": "image/png", ".svg": "image/svg+xml", ".ipynb": "application/x-ipynb+json"}


def write(settings: Settings, steps: tuple[Step, ...], record: dict[str, Any]) -> None:
    """Write the crate's metadata into the study's derived folder, from the provenance and the steps' own records."""
    ran = {step.name: own for step in steps if (own := fresh.record(settings, step.name))}
    if ran:
        graph = _graph(settings, {step.name: step for step in steps}, ran, record)
        text = json.dumps({"@context": CONTEXT, "@graph": graph}, indent=1, ensure_ascii=False) + "\n"
        provenance.keep(settings.derived / "ro-crate-metadata.json", text)


def _graph(
    settings: Settings, steps: dict[str, Step], ran: dict[str, dict[str, Any]], record: dict[str, Any]
) -> list[dict[str, Any]]:
    titles = {name: entry.title for entry in exhibits.load(settings.derived) for name in entry.files}
    files = {name: digest for own in ran.values() for name, digest in own["files"].items()}
    results = [_file(name, digest, titles.get(name, name)) for name, digest in sorted(files.items())]
    inputs = [_input(name, digest) for name, digest in record["inputs"].items()]
    notebooks = [
        _entity(
            f"#notebooks/{steps[name].notebook}",
            "SoftwareSourceCode",
            steps[name].notebook,
            programmingLanguage="Python",
        )
        for name in ran
    ]
    actions = [_action(settings, steps[name], own, record["parameters"].get(name, {})) for name, own in ran.items()]
    values = [value for action in actions for value in action.pop("values")]
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": settings.about.title,
        "description": settings.about.sentence,
        "datePublished": max(own["ended"] for own in ran.values()),
        "license": {"@id": LICENCE},
        "conformsTo": {"@id": PROFILE},
        "hasPart": _ids(results),
        "mentions": _ids(actions),
    }
    descriptor = {
        "@id": "ro-crate-metadata.json",
        "@type": "CreativeWork",
        "about": {"@id": "./"},
        "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
    }
    about = [
        _entity(PROFILE, "CreativeWork", "Process Run Crate", version="0.5"),
        _entity(LICENCE, "CreativeWork", "MIT licence"),
    ]
    return [descriptor, root, *about, *results, *inputs, *notebooks, *values, *actions]


def _action(settings: Settings, step: Step, own: dict[str, Any], parameters: dict[str, Any]) -> dict[str, Any]:
    """One step as a CreateAction; `values` are its parameters, entities of their own."""
    ended = datetime.fromisoformat(own["ended"])
    values = [
        {"@id": f"#{step.name}-{name}", "@type": "PropertyValue", "name": name, "value": str(value)}
        for name, value in parameters.items()
    ]
    read = [{"@id": _input_id(os.path.normpath(f"data/raw/{settings.name}/{name}"))} for name in own["reads"]]
    return {
        "@id": f"#{step.name}",
        "@type": "CreateAction",
        "name": f"Run of {step.notebook}",
        "instrument": {"@id": f"#notebooks/{step.notebook}"},
        "object": [*read, *_ids(values)],
        "result": [{"@id": name} for name in sorted(own["files"])],
        "startTime": (ended - timedelta(seconds=own["seconds"])).isoformat(timespec="seconds"),
        "endTime": own["ended"],
        "actionStatus": {"@id": "http://schema.org/CompletedActionStatus"},
        "values": values,
    }


def _file(name: str, digest: str, title: str) -> dict[str, Any]:
    kind = TYPES.get(name[name.rfind(".") :], "application/octet-stream")
    return _entity(name, "File", title, encodingFormat=kind, sha256=digest)


def _input(name: str, digest: str) -> dict[str, Any]:
    """A raw file: named with its digest, not part of the crate, since it stays where it was received."""
    return _entity(_input_id(name), "CreativeWork", name, sha256=digest)


def _input_id(name: str) -> str:
    return f"#{name}"


def _entity(identifier: str, kind: str, name: str, **more: str) -> dict[str, Any]:
    return {"@id": identifier, "@type": kind, "name": name, **more}


def _ids(entities: list[dict[str, Any]]) -> list[dict[str, str]]:
    return [{"@id": entity["@id"]} for entity in entities]
