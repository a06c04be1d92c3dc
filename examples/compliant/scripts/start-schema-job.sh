#!/bin/sh
# Starts the schema job: scripts/start-schema-job.sh dev
set -eu
ENVIRONMENT="${1:?environment}"

az containerapp job start \
  --name "orders-init-schema-${ENVIRONMENT}" \
  --resource-group "orders-rg-${ENVIRONMENT}"
