"""What `dtstudy lab` lays out and opens: the notebook of the explorer, run up to where one clicks."""
