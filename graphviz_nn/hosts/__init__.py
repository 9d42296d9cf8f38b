"""Where pictures are shown: notebooks and Sphinx."""
