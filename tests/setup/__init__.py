"""What a person does first: the set-up, the wheel, and the versions they agree on."""
