"""initlint: the policy linter for Azure Container Apps init jobs in Terraform."""

__version__ = "0.1.0"
