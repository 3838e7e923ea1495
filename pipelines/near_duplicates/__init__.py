"""Near duplicates: texts in, signatures and survivors out; a new batch is compared with all that came before it."""

from pipelines.near_duplicates.search import Found, find_near_duplicates

__all__ = ["Found", "find_near_duplicates"]
