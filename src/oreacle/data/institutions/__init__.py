"""Tables of what is not a flow: clubs, jurisdictions, routes, disruptions, ties, past cases."""
