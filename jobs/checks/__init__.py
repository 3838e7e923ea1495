"""What `lakewheel doctor` looks at: the machine, and the software on it."""
