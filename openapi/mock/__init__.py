"""A contract answers by itself: examples, generated data, scenarios, faults, and a panel to choose among them."""
