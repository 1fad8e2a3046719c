"""The chain: notebooks run by papermill in the order of what they read and write."""
