"""A small made-up company, Kettlewick Field Kitchens, for the demo and the tests: see README.md."""
