"""A/B tests: a challenger against the champion on people, judged by statistics that hold however often one looks."""
