"""Quality: a classifier that knows good documents by their words, and the score that it gives to all others."""
