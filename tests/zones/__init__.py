"""The proof of zones: every clock change of every zone, against a reading of the data written apart from the domain."""
