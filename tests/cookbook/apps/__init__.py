"""Small applications, traced with MLflow's own SDK: each makes what one page of the cookbook finds."""
