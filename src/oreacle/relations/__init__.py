"""What states do: fitted models of restrictions and agreements.

This layer takes feature tables and knows nothing about markets or tables of data.
"""
