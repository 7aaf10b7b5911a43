"""From process owners' files to a deployment the engine can run, or to every fault in them, in Chinese."""
