"""`tether-relay check`."""
