"""Invents an organisation of any size with years of history, for the bench. The same seed makes the same."""
