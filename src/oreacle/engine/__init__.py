"""The yearly engine: state, decisions, investment, stocks, ensembles and run folders."""
