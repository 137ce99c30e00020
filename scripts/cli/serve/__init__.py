"""`tether-relay serve`."""
