"""The handlers of the mock's own API (openapi/mock/control/control.yaml)."""
