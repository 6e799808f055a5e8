"""HTTP base that the API and the codec server share."""
