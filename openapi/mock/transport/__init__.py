"""HTTP/1.1 as the mock speaks it."""
