"""The simulator: a made-up Xuchang that reports for years, with faults planted and the truth written beside."""
