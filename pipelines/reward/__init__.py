"""Reward models: what people and labels prefer, learned by a network that scores any answer to any prompt."""
