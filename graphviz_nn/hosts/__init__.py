"""Programs that show pictures: notebooks and Sphinx."""
