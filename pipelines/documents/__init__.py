"""Documents: from files of many formats to one table of clean text."""
