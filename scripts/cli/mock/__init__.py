"""`tether-relay mock`."""
