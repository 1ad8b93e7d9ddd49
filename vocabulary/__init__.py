"""The words that all messages share, and the calendar that all countries do not."""
