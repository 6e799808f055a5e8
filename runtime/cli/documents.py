"""`documents`: check the templates, list the documents of a sentence, save one to a file.

Documents are read from the records, so they are available for as long as those are kept, even when
Temporal has removed the sentence.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from activities.documents.typst_engine import Templates, check_templates
from activities.records.deliveries import DocumentTable
from runtime.cli.console import print_result
from runtime.cli.errors import CommandError, OutputFileError
from runtime.cli.options import CrnArgument, EventArgument, Json
from runtime.databases import open_records
from runtime.notices import templates_of
from settings import load_settings
from states.sentence_ref import SentenceRef

KeyArgument = Annotated[str, typer.Argument(metavar="KEY", help="Key from `documents list`.")]
Out = Annotated[
    Path, typer.Option("--out", help="File to write; an existing file is not replaced.")
]
TemplatesOption = Annotated[
    Path | None,
    typer.Option("--templates", help="Folder of templates; default: the settings."),
]


def check(*, templates: TemplatesOption = None, as_json: Json = False) -> None:
    """Make every sample document from the templates.

    A failure is printed with its file and line.
    """
    chosen = Templates(templates) if templates is not None else templates_of(load_settings())
    made: dict[str, str | None] = {}
    for sample, fault in check_templates(chosen):
        made[sample.name] = None if fault is None else str(fault)
        if not as_json:
            typer.echo(f"{sample.name}: {'made' if fault is None else fault}")
    if as_json:
        typer.echo(json.dumps([{"sample": name, "fault": fault} for name, fault in made.items()]))
    faults = sum(fault is not None for fault in made.values())
    if faults:
        raise CommandError(f"{faults} samples cannot be made from these templates")


def list_documents(crn: CrnArgument, event: EventArgument, *, as_json: Json = False) -> None:
    """List the documents of a sentence, oldest first."""
    with open_records() as store:
        found = DocumentTable(store).of_sentence(SentenceRef(crn, event).workflow_id)
    if as_json:
        typer.echo(json.dumps([asdict(item) for item in found], indent=2, default=str))
    for item in () if as_json else found:
        made = item.made_at.strftime("%Y-%m-%d %H:%M")
        typer.echo(f"{made}  {item.template}  {item.edition}  {item.key}")


def get(
    crn: CrnArgument, event: EventArgument, key: KeyArgument, *, out: Out, as_json: Json = False
) -> None:
    """Save one document to a file, as it was first made."""
    with open_records() as store:
        pdf = DocumentTable(store).pdf(SentenceRef(crn, event).workflow_id, key)
    if pdf is None:
        raise CommandError(
            f"sentence {crn} {event} has no document {key}; `documents list` lists them"
        )
    if not pdf:
        raise CommandError(f"the pages of {key} were erased with the personal data of the person")
    try:
        with out.open("xb") as file:
            file.write(pdf)
    except OSError as error:
        raise OutputFileError(out, error.strerror or "it is not a file") from error
    size = len(pdf)
    print_result(f"{out}: {size:,} bytes", {"file": str(out), "bytes": size}, as_json=as_json)
