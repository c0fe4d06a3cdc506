"""The file door: spreadsheets and tables people hand in become returns, or are refused with every faulty cell."""
