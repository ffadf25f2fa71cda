"""One file a resource, one function a use case; each runs inside one transaction."""
