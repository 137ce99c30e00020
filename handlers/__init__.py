"""The handlers: one module for each tag of the contract, with one coroutine for each operationId.

A handler receives the arguments that it names: the operation's parameters and `body`, `caller` (a `Caller`), `store` (a
`store.Reader`), and, unless its method is safe, `writer` (a `store.Writer`). It returns the body of the response, or
raises an error that `handlers.errors` lists.
"""
