"""Notices on their way out: directory, document, channel, and the record of what was delivered.

`Notices` is the activity. Its channels are a folder, a mail server and web hooks; the directory
says which of them reaches whom.
"""

from activities.notices.channel import Channel, Document, Message
from activities.notices.delivering import Lookup, Notices
from activities.notices.directory import EVERYTHING_TO_THE_FOLDER, Directory, DirectoryError
from activities.notices.directory_file import DirectoryFile, load_directory
from activities.notices.entry import By, Entry
from activities.notices.faults import KeyConflictError
from activities.notices.folder import OUTBOX, Folder
from activities.notices.mail import Mail, Relay, Security
from activities.notices.resting import Rests
from activities.notices.webhook import Secrets, Webhook

__all__ = [
    "EVERYTHING_TO_THE_FOLDER",
    "OUTBOX",
    "By",
    "Channel",
    "Directory",
    "DirectoryError",
    "DirectoryFile",
    "Document",
    "Entry",
    "Folder",
    "KeyConflictError",
    "Lookup",
    "Mail",
    "Message",
    "Notices",
    "Relay",
    "Rests",
    "Secrets",
    "Security",
    "Webhook",
    "load_directory",
]
