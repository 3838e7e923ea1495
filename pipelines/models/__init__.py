"""Models that come embedded: found as installed packages, loaded offline, known by a digest."""
