"""The mock's own API and panel, below `/__mock`."""
