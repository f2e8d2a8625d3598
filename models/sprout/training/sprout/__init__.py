"""What the training scripts of sprout share. PyTorch 1.13 or newer; processor or CUDA; nothing else but NumPy."""
