"""Time in the law: London days, working days, due dates, clocks and suspensions."""
