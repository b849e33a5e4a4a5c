"""What a generator's filters draw: removing them, looking at them one by one, and finding the latent of a picture.

`feature_layers`, `regions` and `edits` are plain NumPy and may be loaded by the window; the rest evaluates networks.
"""
