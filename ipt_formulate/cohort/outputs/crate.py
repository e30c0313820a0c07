"""How does a run tell research archives what it is? As a crate (RO-Crate 1.1), made from the run record alone.

It names every file of the folder with its hash, what was read, the software and the rulebook, and the run that made one
from the other. It holds no content of a case, and claims no licence.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from ipt_formulate.cohort.outputs.record import File

CRATE: Final = "ro-crate-metadata.json"
_CONTEXT: Final = ["https://w3id.org/ro/crate/1.1/context", {"sha256": "http://schema.org/sha256"}]
_FORMATS: Final[Mapping[str, str]] = {
    ".csv": "text/csv",
    ".dta": "application/x-stata-dta",
    ".duckdb": "application/x-duckdb",
    ".json": "application/json",
    ".md": "text/markdown",
    ".parquet": "application/vnd.apache.parquet",
    ".sav": "application/x-spss-sav",
}
_LICENCE: Final = "The files hold codes of single cases: ask whoever is responsible for them."


def crate_of(record: Mapping[str, Any], files: Sequence[File]) -> str:
    """The metadata file of a crate.

    Parameters
    ----------
    record
        The run record.
    files
        The files of the folder, the run record among them, by their names in it.
    """
    return json.dumps({"@context": _CONTEXT, "@graph": [*_graph(record, files)]}, indent=2, ensure_ascii=False)


def _graph(record: Mapping[str, Any], files: Sequence[File]) -> Iterator[dict[str, Any]]:
    receipt, counts = record["receipt"], record["counts"]
    parts = [_file(quote(each.name), each.name, each.bytes, each.sha256, "File") for each in files]
    read = [
        _file(f"#input-{number}", each["name"], each["bytes"], each["sha256"], "CreativeWork")
        for number, each in enumerate(record["inputs"], start=1)
    ]
    begun = datetime.fromisoformat(record["begun"])
    ended = (begun + timedelta(seconds=record["seconds"])).isoformat(timespec="seconds")
    about = {"about": _to("./"), "conformsTo": _to("https://w3id.org/ro/crate/1.1")}
    yield {"@id": CRATE, "@type": "CreativeWork", **about}
    yield {
        "@id": "./",
        "@type": "Dataset",
        "name": f"{counts['cases']} intakes of Interpersonal Psychotherapy, coded by rules",
        "description": f"{receipt['notice']} {record['not_validated']}",
        "datePublished": ended,
        "license": _to("#licence"),
        "hasPart": [_to(each["@id"]) for each in parts],
        "mentions": _to("#run"),
    }
    yield {"@id": "#licence", "@type": "CreativeWork", "name": "No licence was given", "description": _LICENCE}
    yield from (*parts, *read)
    yield {
        "@id": "#ipt-formulate",
        "@type": "SoftwareApplication",
        "name": "ipt-formulate",
        "softwareVersion": receipt["library"],
    }
    book = {"version": receipt["rulebook_version"], "sha256": receipt["rulebook_sha256"]}
    yield {"@id": "#rulebook", "@type": "CreativeWork", "name": f"Rulebook {receipt['rulebook']}", **book}
    yield {
        "@id": "#run",
        "@type": "CreateAction",
        "name": f"Coding under the profile {receipt['profile']}",
        "startTime": record["begun"],
        "endTime": ended,
        "instrument": _to("#ipt-formulate"),
        "object": [*(_to(each["@id"]) for each in read), _to("#rulebook")],
        "result": [_to(each["@id"]) for each in parts],
    }


def _to(name: str) -> dict[str, str]:
    return {"@id": name}


def _file(at: str, name: str, size: int, digest: str, kind: str) -> dict[str, Any]:
    form = _FORMATS.get(Path(name).suffix.lower())
    told = {"@id": at, "@type": kind, "name": name, "contentSize": str(size), "sha256": digest}
    return told if form is None else {**told, "encodingFormat": form}
