"""Caseload report: figures over the case records, and the sentences behind each figure.

A figure counts the rows of a query, and the list behind it shows the rows of the same query, so the
two cannot disagree. Statuses are as of the last turn of each workflow; due dates since then are
judged at the time of the report.
"""
