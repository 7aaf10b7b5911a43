"""The pages, one module a reader. A view parses, calls one command or query, and renders."""
