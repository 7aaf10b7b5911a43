"""Measurements of what the product costs, each beside its floor in one interleaved run. See bench/README.md."""
