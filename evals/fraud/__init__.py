"""Data to judge the fraud model by, made from public descriptions."""
