"""The mock of a contract: examples, generated data, scenarios, faults, and a panel to choose them."""
