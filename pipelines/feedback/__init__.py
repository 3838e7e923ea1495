"""What people say of answers: ratings, and later preferences and what to ask next."""
