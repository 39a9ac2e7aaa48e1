"""Scenario files and what-if sentences: model, presets and composition."""
