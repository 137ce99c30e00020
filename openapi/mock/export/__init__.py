"""The mock for TypeScript: the types of a contract, and its scenarios as handlers of Mock Service Worker."""
