"""Find the databases of the records, as the settings say."""

from collections.abc import Iterator
from contextlib import contextmanager

from activities.records.database import Store, open_store
from settings import Settings, load_settings


def store_of(settings: Settings) -> Store:
    """Return the databases that the settings name, without looking at them yet."""
    main, victims = settings.database_url, settings.victims_database_url
    return open_store(
        settings.data_dir,
        main.get_secret_value() if main is not None else None,
        victims.get_secret_value() if victims is not None else None,
    )


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
