"""The front door for models: a user's files and the names in a notebook."""
