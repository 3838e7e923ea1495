"""The training worker: one loop on DeepSpeed for whatever is to be learned; it knows neither Spark nor Ray."""
