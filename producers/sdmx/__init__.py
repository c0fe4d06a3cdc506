"""SDMX files as returns: SDMX-CSV 2.0, SDMX-ML 2.1 and SDMX-JSON 1.0, by a mapping that the plan declares."""
