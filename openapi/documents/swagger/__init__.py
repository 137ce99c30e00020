"""Documents of Swagger 2.0 as OpenAPI 3.0 (https://spec.openapis.org/oas/v2.0)."""
