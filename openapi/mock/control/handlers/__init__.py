"""The handlers of the control API (openapi/mock/control/control.yaml)."""
