"""The server of the playground: a page on this machine, and a process for the sessions of its tabs."""
