"""A locality's folder: settings, organisation, forms, notices, documents, and the check of all of them together."""
