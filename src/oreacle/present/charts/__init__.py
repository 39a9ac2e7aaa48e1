"""Maps and charts of what-ifs as Vega-Lite, drawn to PNG, SVG and HTML without a browser."""
