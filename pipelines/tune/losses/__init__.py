"""What tuning minimises: one loss a method, each a pure function of tensors with one value for each example."""
