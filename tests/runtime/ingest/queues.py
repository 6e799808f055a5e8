"""Count what is left in a queue."""

from mypy_boto3_sqs.client import SQSClient


def left(sqs: SQSClient, queue: str) -> tuple[int, int]:
    """How many messages wait, and how many are out with somebody."""
    said = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
    waiting = int(said["ApproximateNumberOfMessages"])
    return waiting, int(said["ApproximateNumberOfMessagesNotVisible"])


def is_left(sqs: SQSClient, queue: str, wanted: tuple[int, int]) -> bool:
    """Whether so many wait and so many are out."""
    return wanted == left(sqs, queue)
