"""The policies: a module for each heading of the practices, a function for each rule; `RULES` lists them."""

from __future__ import annotations

from initlint.rule import Rule
from initlint_rules import (
    error_handling,
    idempotency,
    logging,
    naming,
    provider,
    resources,
    security,
    starting,
    surroundings,
    tags,
    triggering,
)

RULES: tuple[Rule, ...] = (
    naming.job_name_pattern,
    naming.job_name_invalid,
    naming.job_name_environment,
    resources.oversized_resources,
    resources.unsupported_cpu_memory,
    resources.above_documented_tier,
    resources.resources_unreadable,
    idempotency.non_idempotent_sql,
    idempotency.non_idempotent_shell,
    error_handling.shell_without_errexit,
    error_handling.pipeline_hides_failure,
    error_handling.no_prerequisite_check,
    error_handling.sql_client_ignores_errors,
    error_handling.shellcheck,
    logging.no_start_log,
    logging.no_completion_log,
    tags.job_type_tag,
    tags.job_category_tag,
    tags.purpose_tag,
    tags.name_tag,
    tags.unknown_job_category,
    triggering.non_manual_trigger,
    triggering.runs_more_than_once,
    starting.no_trigger_path,
    starting.unknown_trigger_target,
    security.missing_managed_identity,
    security.identity_without_ids,
    security.not_user_assigned,
    security.hardcoded_credential,
    security.credential_in_plain_env,
    security.secret_not_from_key_vault,
    security.key_vault_secret_identity,
    security.key_vault_url,
    security.registry_password,
    security.undefined_secret,
    surroundings.over_privileged_identity,
    surroundings.environment_without_vnet,
    security.unpinned_image,
    provider.unsupported_argument,
    provider.missing_required_argument,
    provider.trigger_count,
    provider.env_value_and_secret,
)
"""The built-in rules by code."""

__all__ = ["RULES"]
