"""The trust report: how far the word of a reward model can be relied on, in figures with intervals and in words."""
