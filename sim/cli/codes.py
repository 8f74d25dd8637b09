"""Exit codes, and the error for a wrong use of a verb."""

FINE = 0
FAULT = 1
WRONG_USE = 2
FAILED_RUNS = 3
INTERRUPTED = 130


class UsageError(Exception):
    """What was asked for does not exist; the message says what does."""
