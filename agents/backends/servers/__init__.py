"""Who can be asked, in which dialect, at what price, and what their faults mean."""
