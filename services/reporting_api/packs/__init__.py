"""Packs: the documents assembled for a forum. A pack is figures, then content, then HTML or PDF."""
