"""The charts of pages and packs: one SVG for both, and always beside its table."""
