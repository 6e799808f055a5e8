"""Views of a sentence, as plain data of codes, dates and instants."""
