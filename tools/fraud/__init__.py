"""The fraud model: payments in a table or a store become features, a calibrated score, and reasons in words."""
