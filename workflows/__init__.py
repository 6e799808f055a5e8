"""What waits: the sentence, its inbox, its timers."""
