"""What a training begins with and leaves: a sealed set of examples, files in a folder, and a row of policies."""
