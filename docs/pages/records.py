"""Page of the case record: how it is stored, and every table with its columns."""

from collections.abc import Iterator

from sqlalchemy import Column, Table

from activities.records.columns import IDENTITY, Instant
from activities.records.errors import DatabaseFault, DatabaseName, StoreError
from activities.records.schema import APPEND_ONLY, MAIN, ROWS, VICTIMS
from docs.pages.markdown import code, page, table, words

ABOUT = """\
# The case record

This page is for ops who run the databases and for analysts who query them. The case record keeps
the data of a sentence after its workflow has ended (NS 2015 1(b)). It is stored in SQL: by default
in two SQLite files in `SENTENCES_DATA_DIR`, or in PostgreSQL if `SENTENCES_DATABASE_URL` and
`SENTENCES_VICTIMS_DATABASE_URL` are set. The tables below are the same in both.

## How it is stored

- The workflow derives the rows of its record and sends the changes in numbered batches, one after
  the other. A batch is written completely or not at all. A head row for each sentence stores the
  number of the last batch, so a repeat changes nothing and a late attempt is rejected.
- A record can lose data, because a database was restored from a backup or a workflow was reset.
  Then the number of the last batch differs from the expected one, and the sentence sends all rows
  again.
- Rows of `events` are added and never changed; the database itself refuses changes. If an event is
  re-sent with different content, the first version is kept and the conflict is logged in
  `event_conflicts`.
- Free text, name and date of birth are in `texts` and `people`; the other rows hold digests. Fact
  and opinion of a contact are two columns (NS 2015 1(c)).
- Data about victims are in a separate database with its own credentials, and no key refers from
  one database to the other (NS 2015 7). Its rows are written first: after a crash between the two,
  the batch is written again. As files, both are protected only by their folder.
- Clocks and duties are as of `heads.as_of`: a sentence writes whenever anything changes, including
  when a time expires. A record is `whole` once it equals the view.

## Viewing and repairing

```text
python starter.py record show X320741 1 [--texts] [--json]      show it, from the databases alone
python starter.py record check X320741 1 [--json]               compare each row with the workflow
python starter.py record rebuild X320741 1                      make it equal to the workflow
python starter.py record check --all [--mend] [--json]          the same for all, after a restore
python starter.py record erase X320741 --reason on-request      erase a person
python starter.py record retain --older-than 2555 [--apply]     list whom retention would erase
```

`check` and `rebuild` query the workflow, which may be closed if Temporal still has its history, and
need a running worker. `rebuild` restores rows, but no texts and no documents: only the databases
have those, so back up both. An SQLite file that a worker has open is part of a set with the files
`-wal` and `-shm` beside it: stop the workers before you copy or replace it. `left over` rows of
`events` are kept, whatever the workflow says.

## After a restore from a backup

`record check --all` compares the record of every sentence that runs, or whose record is open, with
its workflow, and shows its progress. It changes nothing; with `--mend` it mends what differs:

| What differs | What `--mend` does |
|---|---|
| Rows are missing, left over or other: the database is behind | It writes the record again |
| No workflow keeps the sentence: Temporal is behind | It nudges it: a new run takes it up |
| The run has ended, and the register of closed sentences lacks it | It enters the sentence there |
| `send again`: only the record holds an event | Nothing: its sender sends it again, as it was |
| `send again`: the free text of an event is lost | Nothing: withdraw it, send it under another id |

Its last line names the time at which the newest event arrived that either side holds. If both were
restored, nobody here knows what came later: senders send again what they sent since. An event that
arrives twice changes nothing. The exit status is 1 while something differs, could not be compared,
or has to be sent again. Names and dates of birth are not compared, nor is a sentence whose
run ended and whose record is missing altogether: its person may have been erased.

## When a workflow is lost

Ops may terminate a workflow by mistake, a flood of signals may make the server do it, and retention
deletes the history of an ended one. `show` and `record check` then say so and exit with 1. The next
event that is sent opens a new run. It finds the head of the record, reads the recorded events and
decides them again, under the edition and calendar of the record: every clock runs on, and what was
sent stays sent. The trail of the view notes it. A record that was behind lacks the last events; the
trail says `incomplete`, and their senders send them again. If the content of an event was erased,
or the build lacks its kind, the run stops before it decides anything, and its workflow task shows
the reason: nothing is overwritten. Encrypted messages whose key is missing, the counts of repeats
and the facts of notices are not in a record. As long as Temporal has the history, `temporal
workflow reset --type LastWorkflowTask` with the id of the workflow restores everything, and is the
better way.

## Erasing a person

A person can be erased when none of the person's sentences is running. This removes name and date
of birth, free text and its digests, the content of events, references to other agencies' files,
the pages of documents, the addresses and digests of deliveries, the bodies of messages of other
systems, and notices in the folder of the outbox. A token replaces the CRN, also inside other ids;
each database has a different token. Codes, dates and the acting officers stay, so no figure of the
report changes. `erasures` records when, why and how many rows. SQLite files are overwritten and
rebuilt; PostgreSQL is vacuumed, and you must delete its backups and log files yourself. Histories
of closed sentences stay in Temporal for the retention of its namespace. The person is also removed
from the register of closed sentences: a later message for the CRN starts a new sentence. A
sentence that continued under another CRN keeps its own record; if one of its notices quotes text
that was erased under the old CRN, that is a
[duty of ops](notices.md#when-a-notice-does-not-arrive).

`record retain` lists the people whose sentences all closed more than the given number of days ago.

## Installing on PostgreSQL

Create two databases and two roles. Each role owns one database and cannot connect to the other:

```text
CREATE ROLE sentences LOGIN PASSWORD '...';         CREATE ROLE victims LOGIN PASSWORD '...';
CREATE DATABASE sentences OWNER sentences;          CREATE DATABASE victims OWNER victims;
REVOKE CONNECT ON DATABASE sentences FROM PUBLIC;   REVOKE CONNECT ON DATABASE victims FROM PUBLIC;
```

Set `SENTENCES_DATABASE_URL=postgresql://sentences:...@host/sentences` and the other URL likewise,
both or neither. They are read from the environment only and never shown; a libpq password file can
hold the password instead. A worker creates the tables when it starts, however many workers start
at once. It waits, not ready, for a database that does not respond. It exits with status 1 if only
a person can help: the credentials are rejected, or a newer build has migrated the database. A later
build adds a migration to `activities/records/migrations`; a released migration never changes.

## When a database fails

The activity fails and is retried; the sentence keeps the pending rows, and its clocks keep running.
The view shows the type of the error under `arrival.record` and at each notice. `/readyz` names the
database that does not respond.
"""


def records_page() -> str:
    """Return the page with the types of errors and the tables of both databases."""
    return page(
        ABOUT,
        *table(
            ("type ends with", "meaning", "a starting worker"),
            ((code(fault), _meaning(fault), _start(fault)) for fault in DatabaseFault),
        ),
        "",
        f"The type begins with {code(DatabaseName.RECORDS)} or {code(DatabaseName.VICTIMS)}.",
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
    return (
        "waits" if StoreError(DatabaseName.RECORDS, fault).is_transient else "exits with status 1"
    )


def _section(of: Table) -> Iterator[str]:
    yield from (f"### `{of.name}`", "", str(of.info.get("doc", "")), "")
    if of.name in ROWS:
        once = " Rows are never changed." if of.name in APPEND_ONLY else ""
        yield from (f"Each row has {', '.join(map(code, IDENTITY))}.{once}", "")
    columns = [item for item in of.columns if of.name not in ROWS or item.name not in IDENTITY]
    yield from table(("column", "type", "meaning"), map(_cells, columns))
    yield ""


def _cells(column: Column[object]) -> tuple[str, ...]:
    key = "key; " if column.primary_key else ""
    return code(column.name), key + _type(column), words(column.doc)


def _type(column: Column[object]) -> str:
    if isinstance(column.type, Instant):
        return "instant"
    return type(column.type).__name__.lower()
