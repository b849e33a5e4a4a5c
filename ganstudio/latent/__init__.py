"""Geometry of latent space in plain NumPy: directions, walks, arithmetic, truncation."""
