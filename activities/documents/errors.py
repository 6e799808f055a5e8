"""What can keep a document from being made."""

from temporalio.exceptions import ApplicationError

from activities.names import DOCUMENT_FAULT, TEXT_MISSING


class TemplateError(Exception):
    """A template that cannot be made into a document.

    Attributes:
        file: Name of the file at fault, within the folder of templates.
        line: From 1; 0 where the fault has no place.
        what: What is wrong, in the words of the typesetter; it can quote what the document says.
    """

    def __init__(self, file: str, line: int, what: str) -> None:
        self.file, self.line, self.what = file, line, what
        super().__init__(f"{file}:{line}: {what}")


class DocumentFaultError(ApplicationError):
    """The document of a notice cannot be made; trying again helps only after a mend."""

    def __init__(self, fault: TemplateError) -> None:
        # Behind a colon the typesetter may quote the document, and no history is to hold that.
        what = fault.what.partition(":")[0]
        super().__init__(
            f"{fault.file}, line {fault.line}: {what}; `documents check` says more",
            type=DOCUMENT_FAULT,
            non_retryable=True,
        )


class TextMissingError(ApplicationError):
    """What a document quotes is not filed yet; texts have an activity of their own."""

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} texts are not on record yet", type=TEXT_MISSING)
