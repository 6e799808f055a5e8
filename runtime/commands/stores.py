"""Give a command the databases of the settings, and let go of them afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager

from activities.records import Store
from runtime.stores import store_of
from settings import load_settings


@contextmanager
def open_records() -> Iterator[Store]:
    """Give both databases of the records while the context lasts.

    Raises:
        StoreError: If one is not there, does not answer or refuses; the command ends with it.
    """
    store = store_of(load_settings())
    try:
        yield store
    finally:
        store.close()
