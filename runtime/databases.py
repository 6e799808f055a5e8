"""Databases of the case records, as the settings name them."""

from collections.abc import Iterator
from contextlib import contextmanager

from activities.records.database import Store, open_store
from settings import Settings, load_settings


def store_of(settings: Settings) -> Store:
    """Return the databases of the settings, without connecting to them yet."""
    main = settings.database_url
    victims = settings.victims_database_url
    return open_store(
        settings.data_dir,
        main.get_secret_value() if main is not None else None,
        victims.get_secret_value() if victims is not None else None,
        connections=settings.database_connections,
    )


@contextmanager
def open_records() -> Iterator[Store]:
    """Open both databases for a command while the context lasts.

    Raises:
        StoreError: If a database is missing, does not answer or denies access.
    """
    store = store_of(load_settings())
    try:
        yield store
    finally:
        store.close()
