"""The claim of the product, in the open: what tuning on prompts alone gains on several kinds of work."""
