"""What answers: one module per tag of the contract, in it one coroutine per operationId.

A handler is called by name with what it asks for: the operation's parameters and `body`, `caller` (a `Caller`), and
`store` (a `store.Reader`). It returns the body of the response, or raises an error of `handlers.errors`.
"""
