"""What clubs of states are worth, from the market of one mineral under disruptions."""
