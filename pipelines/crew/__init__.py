"""The crew: Ray actors that work through batches, whatever the work is, and outlive what kills one of them."""
