"""The market for drives and for what other business lines sell: the same arithmetic for everybody."""
