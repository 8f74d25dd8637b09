"""Charters as files: reading one with the line of every fault, and saying one in words."""
