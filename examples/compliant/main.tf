# An init job that follows every practice: nothing is found here.

terraform {
  required_version = ">= 1.5"
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = ">= 4.0"
    }
  }
}

variable "project" {
  type        = string
  description = "Short name of the project, the first part of every name."
  default     = "orders"
}

variable "environment" {
  type        = string
  description = "Where this is deployed."
  default     = "dev"

  validation {
    condition     = contains(["dev", "staging", "prod"], var.environment)
    error_message = "environment is dev, staging or prod."
  }
}

variable "location" {
  type    = string
  default = "westeurope"
}

variable "common_tags" {
  type    = map(string)
  default = { Owner = "platform" }
}

resource "azurerm_resource_group" "main" {
  name     = "${var.project}-rg-${var.environment}"
  location = var.location
}

resource "azurerm_virtual_network" "main" {
  name                = "${var.project}-vnet-${var.environment}"
  location            = azurerm_resource_group.main.location
  resource_group_name = azurerm_resource_group.main.name
  address_space       = ["10.20.0.0/16"]
}

resource "azurerm_subnet" "jobs" {
  name                 = "container-apps"
  resource_group_name  = azurerm_resource_group.main.name
  virtual_network_name = azurerm_virtual_network.main.name
  address_prefixes     = ["10.20.0.0/23"]
}

resource "azurerm_container_app_environment" "main" {
  name                     = "${var.project}-cae-${var.environment}"
  location                 = azurerm_resource_group.main.location
  resource_group_name      = azurerm_resource_group.main.name
  infrastructure_subnet_id = azurerm_subnet.jobs.id
}

resource "azurerm_user_assigned_identity" "jobs" {
  name                = "${var.project}-jobs-${var.environment}"
  location            = azurerm_resource_group.main.location
  resource_group_name = azurerm_resource_group.main.name
}

data "azurerm_key_vault" "main" {
  name                = "${var.project}-kv-${var.environment}"
  resource_group_name = azurerm_resource_group.main.name
}

data "azurerm_key_vault_secret" "db_password" {
  name         = "db-password"
  key_vault_id = data.azurerm_key_vault.main.id
}

locals {
  job_name = "${var.project}-init-schema-${var.environment}"
}

resource "azurerm_container_app_job" "schema" {
  name                         = local.job_name
  location                     = azurerm_resource_group.main.location
  resource_group_name          = azurerm_resource_group.main.name
  container_app_environment_id = azurerm_container_app_environment.main.id
  replica_timeout_in_seconds   = 600

  identity {
    type         = "UserAssigned"
    identity_ids = [azurerm_user_assigned_identity.jobs.id]
  }

  secret {
    name                = "db-password"
    key_vault_secret_id = data.azurerm_key_vault_secret.db_password.versionless_id
    identity            = azurerm_user_assigned_identity.jobs.id
  }

  manual_trigger_config {
    parallelism              = 1
    replica_completion_count = 1
  }

  template {
    container {
      name   = "schema"
      image  = "orders.azurecr.io/orders-schema:1.4.2"
      cpu    = 0.5
      memory = "1Gi"

      env {
        name        = "PGPASSWORD"
        secret_name = "db-password"
      }

      command = ["alembic", "upgrade", "head"]
    }
  }

  tags = merge(var.common_tags, {
    Name        = local.job_name
    Purpose     = "Init job: Create the database schema"
    JobType     = "init"
    JobCategory = "database"
  })
}
