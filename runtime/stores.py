"""Find the databases of the records, as the settings say."""

from activities.records import Store, open_store
from settings import Settings


def store_of(settings: Settings) -> Store:
    """Return the databases that the settings name, without looking at them yet."""
    main, victims = settings.database_url, settings.victims_database_url
    return open_store(
        settings.data_dir,
        main.get_secret_value() if main is not None else None,
        victims.get_secret_value() if victims is not None else None,
    )
