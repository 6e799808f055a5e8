"""Make the Temporal runtime of a process: its metrics and what its core logs."""

import logging

from temporalio.runtime import (
    LogForwardingConfig,
    LoggingConfig,
    PrometheusConfig,
    Runtime,
    TelemetryConfig,
    TelemetryFilter,
)

from runtime.logs import CORE


class MetricsError(Exception):
    """The metrics cannot be served where the settings say; the message is one sentence."""

    def __init__(self, metrics_bind: str, why: Exception) -> None:
        super().__init__(f"metrics cannot be served at {metrics_bind}: {why}")


def make_runtime(metrics_bind: str = "") -> Runtime:
    """Return a runtime that serves Prometheus metrics at `metrics_bind`, or none when it is empty.

    Each runtime has its own threads: make one a process, and give it to every client.

    Raises:
        MetricsError: If the address cannot be listened on.
    """
    metrics = (
        PrometheusConfig(
            bind_address=metrics_bind,
            counters_total_suffix=True,
            unit_suffix=True,
            durations_as_seconds=True,
        )
        if metrics_bind
        else None
    )
    try:
        return Runtime(telemetry=TelemetryConfig(logging=_core_logs(), metrics=metrics))
    except (RuntimeError, ValueError) as error:
        raise MetricsError(metrics_bind, error) from error


def _core_logs() -> LoggingConfig:
    # Its fields hold whole failures: the handler lets only ids through.
    return LoggingConfig(
        filter=TelemetryFilter(core_level="WARN", other_level="ERROR"),
        forwarding=LogForwardingConfig(
            logger=logging.getLogger(CORE),
            append_target_to_name=False,
            prepend_target_on_message=False,
            append_log_fields_to_message=False,
        ),
    )
