"""The control API and the panel of the mock, below `/__mock`."""
