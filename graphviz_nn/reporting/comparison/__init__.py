"""Two models side by side: what corresponds, and what differs."""
