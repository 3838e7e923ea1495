"""Engines: what answers a conversation; a model in this process, a server behind a URL, or an echo for dry runs."""
