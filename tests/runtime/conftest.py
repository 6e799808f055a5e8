"""A real server of SQS, and queues on it."""

from collections.abc import Iterator
from uuid import uuid4

import boto3
import pytest
from mypy_boto3_sqs.client import SQSClient

from tests.runtime.queues import running_sqs


@pytest.fixture(scope="session")
def sqs_address() -> Iterator[str]:
    """The address of a real server of SQS."""
    with running_sqs() as address:
        yield address


@pytest.fixture
def sqs_environment(sqs_address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Environment of the queue's own tools: address, region and credentials without access."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", sqs_address)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-2")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "none")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "none")
    # Nobody is asked for better credentials over the network.
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture
def sqs(sqs_environment: None) -> Iterator[SQSClient]:
    """A client of that server."""
    del sqs_environment
    client = boto3.client("sqs")
    yield client
    client.close()


@pytest.fixture
def queue(sqs: SQSClient) -> str:
    """The address of a queue of the test's own."""
    return sqs.create_queue(QueueName=f"domain-{uuid4().hex}")["QueueUrl"]
