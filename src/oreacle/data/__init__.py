"""Tables of the embedded world: sources, schema, validation, store and build."""
