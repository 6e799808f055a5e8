"""The page of the case record: how it is kept, and every table with its columns."""

from collections.abc import Iterator

from sqlalchemy import Column, Table

from activities.records.columns import IDENTITY, Instant
from activities.records.errors import DatabaseFault, DatabaseName, StoreError
from activities.records.schema import APPEND_ONLY, MAIN, ROWS, VICTIMS
from docs.pages.markdown import code, page, table, words

ABOUT = """\
# The case record

What outlives the workflow of a sentence (NS 2015 1(b)), in SQL: by default two SQLite files in
`SENTENCES_DATA_DIR`, or PostgreSQL where `SENTENCES_DATABASE_URL` and
`SENTENCES_VICTIMS_DATABASE_URL` say so. The tables below are the same in both.

## How it is kept

- The workflow says what its record is to hold, as rows; it sends what changed, in numbered
  batches, one after the other. A batch is written whole or not at all. A head row for each
  sentence says which was last, so that a repeat changes nothing and an attempt that comes too
  late is turned away.
- A record that lost something, because a database came back from a backup or a workflow was set
  back, finds another number than the one it expects. The sentence then sends everything afresh.
- Rows of `events` are added and never changed: the database itself refuses it. An event that
  comes again with other content stands as it came first, and `event_conflicts` notes the other.
- Free text, name and date of birth lie in `texts` and `people`; the rows hold digests. Fact and
  opinion of a contact are two columns (NS 2015 1(c)).
- What concerns victims lies in a database of its own, with credentials of its own, and no key
  points from one into the other (NS 2015 7). Its rows are written first: a crash between the two
  leaves a batch that is written again. As files, both have only their folder to keep others out.
- Clocks and duties are as of `heads.as_of`: a sentence writes whenever anything changes, also
  when a time runs out, and a record is `whole` once it equals the view.

## Looking and mending

```text
python starter.py record show X320741 1 [--texts] [--json]      from the databases alone
python starter.py record check X320741 1 [--json]               row by row against the workflow
python starter.py record rebuild X320741 1                      make it equal to the workflow
python starter.py record erase X320741 --reason on-request      take a person out
python starter.py record retain --older-than 2555 [--apply]     whom retention would take out
```

`check` and `rebuild` ask the workflow, also a closed one that Temporal still keeps, and need a
worker. `rebuild` brings back rows, not texts or documents: those are in the databases alone, so
back both databases up. `left over` rows of `events` stay, whatever the workflow says.

## Erasing a person

A person is erased once no sentence of theirs runs. Gone are then name and date of birth, free
text and its digests, what events said, references to other agencies' files, the pages of
documents, the addresses and digests of deliveries, bodies of messages of other systems, and
notices in the folder of the outbox. Where the CRN stood, also inside the ids of others, there is
a token, another one in each database. Codes, dates and who acted stay: every figure of the report
is as it was. `erasures` says when, why and how many rows. SQLite files are overwritten and made
anew; PostgreSQL is vacuumed, and its backups and log files are yours to let go. Histories of
closed sentences stay in Temporal for as long as its namespace keeps them. The register of closed
sentences forgets the person as well: a message that still comes for the CRN begins a new file.
A sentence that went on under another CRN keeps its own record; a notice of it that quotes what was
erased under the old one is a [duty of ops](notices.md#when-a-notice-does-not-arrive).

`record retain` names the people of whom every file was closed longer ago than so many days.

## Installing on PostgreSQL

Make two databases and two roles, each the owner of one and without the right to connect to the
other:

```text
CREATE ROLE sentences LOGIN PASSWORD '...';         CREATE ROLE victims LOGIN PASSWORD '...';
CREATE DATABASE sentences OWNER sentences;          CREATE DATABASE victims OWNER victims;
REVOKE CONNECT ON DATABASE sentences FROM PUBLIC;   REVOKE CONNECT ON DATABASE victims FROM PUBLIC;
```

Set `SENTENCES_DATABASE_URL=postgresql://sentences:...@host/sentences` and the other likewise,
both or neither. They are read from the environment only and shown nowhere; a password may lie in
a libpq password file instead. A worker makes the tables when it starts, however many start at one
time, and waits, unready, for a database that does not answer. It ends with status 1 where only a
person can help: the credentials are turned away, or a newer build has been there. A later build
adds a step to `activities/records/migrations`; a step that is released never changes.

## When a database fails

The activity fails and is tried again; the sentence keeps what it has to write, and its clocks run
on. The view shows the type of the error under `arrival.record` and at each notice. `/readyz` says
which database does not answer.
"""


def records_page() -> str:
    """Return the page with the types of errors and the tables of both databases."""
    return page(
        ABOUT,
        *table(
            ("type ends with", "what it means", "a worker that starts"),
            ((code(fault), _meaning(fault), _start(fault)) for fault in DatabaseFault),
        ),
        "",
        f"It begins with {code(DatabaseName.RECORDS)} or {code(DatabaseName.VICTIMS)}.",
        "",
        "## Tables of the records",
        "",
        *(line for name in sorted(MAIN.tables) for line in _section(MAIN.tables[name])),
        "## Tables of the victims' database",
        "",
        *(line for name in sorted(VICTIMS.tables) for line in _section(VICTIMS.tables[name])),
    )


def _meaning(fault: DatabaseFault) -> str:
    return StoreError(DatabaseName.RECORDS, fault).message


def _start(fault: DatabaseFault) -> str:
    return "waits" if StoreError(DatabaseName.RECORDS, fault).is_transient else "ends with status 1"


def _section(of: Table) -> Iterator[str]:
    yield from (f"### `{of.name}`", "", str(of.info.get("doc", "")), "")
    if of.name in ROWS:
        once = " Rows are never changed." if of.name in APPEND_ONLY else ""
        yield from (f"Each row names {', '.join(map(code, IDENTITY))}.{once}", "")
    told = [item for item in of.columns if of.name not in ROWS or item.name not in IDENTITY]
    yield from table(("column", "type", "meaning"), map(_cells, told))
    yield ""


def _cells(column: Column[object]) -> tuple[str, ...]:
    key = "key; " if column.primary_key else ""
    return code(column.name), key + _type(column), words(column.doc)


def _type(column: Column[object]) -> str:
    if isinstance(column.type, Instant):
        return "instant"
    return type(column.type).__name__.lower()
