"""The caseload report: figures over the case records, and the sentences behind each of them.

Every figure counts the rows of one query, and the list behind a figure is the same query unread:
so the two cannot disagree. Statuses are those of the last turn of each workflow; what has fallen
due since then is told by the time of the report.
"""
