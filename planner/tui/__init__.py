"""The app in the terminal. Textual is imported here and nowhere else."""
