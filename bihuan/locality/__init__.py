"""A locality's folder understood: settings, organisation, forms, notices, documents, and all that is wrong with it."""
