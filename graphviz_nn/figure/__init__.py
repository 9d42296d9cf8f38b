"""From options to a finished picture."""
