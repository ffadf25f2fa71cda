"""Ondersteuningsroute: one support route around a child, for school, municipality, youth health care and family."""
