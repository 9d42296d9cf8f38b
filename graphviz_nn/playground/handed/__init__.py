"""What a page that is handed out consists of: programs in JavaScript, and an engine that runs them in a worker."""
