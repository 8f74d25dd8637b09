"""Shocks that a user puts into a run, in a month of the user's choice: experiments, not rules of the model."""
