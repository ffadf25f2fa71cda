"""What stands outside: the identity provider, the school register; each with its adapter."""
