"""Resources: what a server creates, lists, changes and deletes, and the order in which to call their operations."""
