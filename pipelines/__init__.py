"""What Lakewheel does with the lakehouse: one folder per step, in the order of the story."""
