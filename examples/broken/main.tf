# The same job with what goes wrong most often.

variable "project" {
  type    = string
  default = "orders"
}

variable "environment" {
  type    = string
  default = "prod"
}

variable "resource_group" {
  type = object({
    name     = string
    location = string
  })
}

variable "container_app_environment_id" {
  type = string
}

variable "db_password" {
  type      = string
  sensitive = true
}

resource "azurerm_container_app_job" "schema" {
  name                         = "${var.project}-schema-init_${var.environment}"
  location                     = var.resource_group.location
  resource_group_name          = var.resource_group.name
  container_app_environment_id = var.container_app_environment_id
  replica_timeout_in_seconds   = 600

  secret {
    name  = "db-password"
    value = var.db_password
  }

  schedule_trigger_config {
    cron_expression = "0 3 * * *"
  }

  template {
    container {
      name   = "schema"
      image  = "orders.azurecr.io/orders-schema:latest"
      cpu    = 2
      memory = "3Gi"

      env {
        name        = "PGPASSWORD"
        secret_name = "database-password"
      }

      command = ["alembic", "upgrade", "head"]
    }
  }

  tags = {
    Purpose     = "creates the schema"
    JobType     = "Init"
    JobCatagory = "database"
  }
}
