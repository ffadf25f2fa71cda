"""What a laptop needs beside the service: a real PostgreSQL, an OpenID provider, invented people. Never production."""
