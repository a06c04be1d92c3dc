"""syntax -> values: what Terraform would make of the configuration."""
