"""`tether-relay proxy`."""
