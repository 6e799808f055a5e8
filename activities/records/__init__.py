"""The case record: what outlives the workflow of a sentence, in SQL.

`Records` are the activities that write it; `Store` is both databases; `ROWS` are the tables of the
rows that sentences send. Only this package, and the report, speak to a database. `migrating` stands
apart: few programs migrate, and its library is slow to load.
"""

from activities.records.activity import Records
from activities.records.database import FILE, VICTIMS_FILE, Database, Store, open_store
from activities.records.deliveries import Deliveries, Delivery
from activities.records.documents import Document, Documents
from activities.records.faults import Fault, StoreError
from activities.records.loading import load_rows
from activities.records.reading import Head, Late, head_of, late_of, people_of, rows_of, texts_of
from activities.records.schema import ROWS

__all__ = [
    "FILE",
    "ROWS",
    "VICTIMS_FILE",
    "Database",
    "Deliveries",
    "Delivery",
    "Document",
    "Documents",
    "Fault",
    "Head",
    "Late",
    "Records",
    "Store",
    "StoreError",
    "head_of",
    "late_of",
    "load_rows",
    "open_store",
    "people_of",
    "rows_of",
    "texts_of",
]
