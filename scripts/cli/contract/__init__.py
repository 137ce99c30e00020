"""`tether-relay contract`: the life of the contract, from its pages to its changes."""
