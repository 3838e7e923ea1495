"""Prompts: from the requests that an application logged to the prompts that are worth learning from."""
