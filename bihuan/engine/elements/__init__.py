"""What each element of the dialect does at run time: one small class each, on SpiffWorkflow's token tree."""
