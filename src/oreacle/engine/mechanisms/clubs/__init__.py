"""Clubs of states that form, admit, strain and break in a run."""
