"""Charts of measures as SVG, drawn by plain functions: the same chart in page, pack and phone."""
