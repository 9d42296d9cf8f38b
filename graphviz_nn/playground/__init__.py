"""The playground: a model trained and taken apart in the browser, as it runs."""
