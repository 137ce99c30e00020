"""What people run: the shell entry points, and `cli`, which is the `tether-relay` command."""
