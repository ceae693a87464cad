"""The plan in the forms that people and programs take away."""
