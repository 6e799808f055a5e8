"""Benchmarks: what an event, a sentence and a caseload cost. See docs/performance.md."""
