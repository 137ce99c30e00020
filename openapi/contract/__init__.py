"""The contract: a document read, bundled, validated, overlaid and routed."""
