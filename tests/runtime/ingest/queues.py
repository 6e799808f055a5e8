"""Count what is left in a queue."""

from mypy_boto3_sqs.client import SQSClient


def left(sqs: SQSClient, queue: str) -> tuple[int, int]:
    """Return the number of messages that wait, and of those in flight."""
    said = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
    waiting = int(said["ApproximateNumberOfMessages"])
    return waiting, int(said["ApproximateNumberOfMessagesNotVisible"])


def is_left(sqs: SQSClient, queue: str, wanted: tuple[int, int]) -> bool:
    """Return whether so many messages wait and so many are in flight."""
    return wanted == left(sqs, queue)
