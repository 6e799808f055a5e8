"""A real server of SQS, and queues on it."""

import re
import subprocess
import sys
from collections.abc import Iterator
from uuid import uuid4

import boto3
import pytest
from mypy_boto3_sqs.client import SQSClient

ADDRESS = re.compile(r"Running on (http://127\.0\.0\.1:\d+)")


@pytest.fixture(scope="session")
def sqs_address() -> Iterator[str]:
    """The address of a real server of SQS in a process of its own, on a free port."""
    line = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"]
    with subprocess.Popen(
        line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as running:
        assert running.stdout is not None
        found = next(filter(None, map(ADDRESS.search, running.stdout)))
        try:
            yield found[1]
        finally:
            running.terminate()


@pytest.fixture
def sqs_environment(sqs_address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the queue's own tools read: an address, a region, and credentials that open nothing."""
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
