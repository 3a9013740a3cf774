BEGIN TRANSACTION;
CREATE TABLE alembic_version (
 version_num VARCHAR(32) NOT NULL, 
 CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('f4a9b2c7d1e6');
CREATE TABLE "assessments" (
 assessment_id VARCHAR(50) NOT NULL, 
 trace_id VARCHAR(50) NOT NULL, 
 name VARCHAR(250) NOT NULL, 
 assessment_type VARCHAR(20) NOT NULL, 
 value TEXT NOT NULL, 
 error TEXT, 
 created_timestamp BIGINT NOT NULL, 
 last_updated_timestamp BIGINT NOT NULL, 
 source_type VARCHAR(50) NOT NULL, 
 source_id VARCHAR(250), 
 run_id VARCHAR(32), 
 span_id VARCHAR(50), 
 rationale TEXT, 
 overrides VARCHAR(50), 
 valid BOOLEAN NOT NULL, 
 assessment_metadata TEXT, 
 experiment_id INTEGER, 
 trace_timestamp_ms BIGINT, 
 aggregate_value FLOAT, 
 is_numeric_value BOOLEAN DEFAULT 0 NOT NULL, 
 CONSTRAINT assessments_pk PRIMARY KEY (assessment_id), 
 CONSTRAINT fk_assessments_trace_id FOREIGN KEY(trace_id) REFERENCES trace_info (request_id) ON DELETE CASCADE
);
INSERT INTO "assessments" VALUES('a-0721e3c9d30342b08fd4e1f6f1cfb8c0','tr-786f76556448f6aa7e8e7a0e1734b7f6','rating','feedback','"positive"',NULL,1765454406881,1765454406881,'CODE','default',NULL,NULL,NULL,NULL,1,NULL,1,1765453500000,NULL,0);
INSERT INTO "assessments" VALUES('a-b88248729b55460d829321dd62d499a8','tr-786f76556448f6aa7e8e7a0e1734b7f6','score','feedback','5',NULL,1765454406886,1765454406886,'CODE','default',NULL,NULL,NULL,NULL,1,NULL,1,1765453500000,5.0,1);
INSERT INTO "assessments" VALUES('a-1d298e8266cb47b0990a354f33f097f7','tr-786f76556448f6aa7e8e7a0e1734b7f6','answer','expectation','"on Friday"',NULL,1765454406888,1765454406888,'HUMAN','default',NULL,NULL,NULL,NULL,1,NULL,1,1765453500000,NULL,0);
INSERT INTO "assessments" VALUES('a-3c9b715185a842638672281ef43c1e12','tr-786f76556448f6aa7e8e7a0e1734b7f6','days','expectation','3',NULL,1765454406890,1765454406890,'HUMAN','default',NULL,NULL,NULL,NULL,1,NULL,1,1765453500000,3.0,1);
INSERT INTO "assessments" VALUES('a-b30ccccc18b3472abec5d5d17856324c','tr-1ee39e261b28a2c63bdad304ac104787','rating','feedback','"negative"',NULL,1765454406893,1765454406893,'CODE','default',NULL,NULL,NULL,NULL,1,NULL,1,1765453600000,NULL,0);
INSERT INTO "assessments" VALUES('a-cde9755fb8cd4a01a78fbdfe6b7afb46','tr-1ee39e261b28a2c63bdad304ac104787','score','feedback','2.5',NULL,1765454406895,1765454406895,'CODE','default',NULL,NULL,NULL,NULL,1,NULL,1,1765453600000,2.5,1);
INSERT INTO "assessments" VALUES('a-459a98b998a7488ea83d14231c2710af','tr-1ee39e261b28a2c63bdad304ac104787','grounded','feedback','false',NULL,1765454406897,1765454406897,'CODE','default',NULL,NULL,NULL,NULL,1,NULL,1,1765453600000,0.0,0);
INSERT INTO "assessments" VALUES('a-b0577129ce8241e8bcf2e7464f934aeb','tr-48e83ba66ecec5c393ed9b02b5c6f38c','grounded','feedback','true',NULL,1765454406899,1765454406899,'CODE','default',NULL,NULL,NULL,NULL,1,NULL,1,1765453700000,1.0,0);
INSERT INTO "assessments" VALUES('a-be285755e4f5458aa1f02ea2718145b3','tr-b99b4a495555ecc9cb2b523f8f73aa53','facts','expectation','["12 euros", "monthly"]',NULL,1765454408992,1765454408992,'HUMAN','default',NULL,NULL,NULL,NULL,1,NULL,2,1765450800000,NULL,0);
INSERT INTO "assessments" VALUES('a-6d22d7d7626144dbae87c6855be1efea','tr-b99b4a495555ecc9cb2b523f8f73aa53','tone','feedback','"friendly"',NULL,1765454408997,1765454408997,'HUMAN','ana',NULL,NULL,'It greets and thanks.',NULL,1,NULL,2,1765450800000,NULL,0);
INSERT INTO "assessments" VALUES('a-8a521ba31c7d4d308c6351cf69e77f6c','tr-b99b4a495555ecc9cb2b523f8f73aa53','relevance','feedback','true',NULL,1765454409000,1765454409000,'LLM_JUDGE','judge-1',NULL,NULL,'It names the price that was asked for.',NULL,1,NULL,2,1765450800000,1.0,0);
INSERT INTO "assessments" VALUES('a-f1c3b5922551435d85f0acb36771b18d','tr-b99b4a495555ecc9cb2b523f8f73aa53','safety','feedback','null','{"error_code": "RATE_LIMIT", "error_message": "the judge was busy", "stack_trace": null}',1765454409003,1765454409003,'LLM_JUDGE','judge-1',NULL,NULL,NULL,NULL,1,NULL,2,1765450800000,NULL,0);
INSERT INTO "assessments" VALUES('a-e8a858ab0ec94557a4f4c2015700ff59','tr-b99b4a495555ecc9cb2b523f8f73aa53','resolved','feedback','4',NULL,1765454409006,1765454409006,'CODE','nightly.py',NULL,NULL,NULL,NULL,1,'{"mlflow.trace.session": "chat-7"}',2,1765450800000,4.0,1);
INSERT INTO "assessments" VALUES('a-11ae71f61d1342a0852c27b554e24079','tr-a196323b06b68c0109adb0a7a838c49f','ton','feedback','"h\u00f6flich"',NULL,1765454409037,1765454409037,'HUMAN','ana',NULL,NULL,'Grüßt: „Добрый день“',NULL,1,NULL,2,1765451000000,NULL,0);
CREATE TABLE budget_policies (
 budget_policy_id VARCHAR(36) NOT NULL, 
 budget_unit VARCHAR(32) NOT NULL, 
 budget_amount FLOAT NOT NULL, 
 duration_unit VARCHAR(32) NOT NULL, 
 duration_value INTEGER NOT NULL, 
 target_scope VARCHAR(32) NOT NULL, 
 budget_action VARCHAR(32) NOT NULL, 
 created_by VARCHAR(255), 
 created_at BIGINT NOT NULL, 
 last_updated_by VARCHAR(255), 
 last_updated_at BIGINT NOT NULL, 
 workspace VARCHAR(63) DEFAULT 'default' NOT NULL, target_value VARCHAR(255), 
 CONSTRAINT budget_policies_pk PRIMARY KEY (budget_policy_id)
);
CREATE TABLE "datasets" (
 dataset_uuid VARCHAR(36) NOT NULL, 
 experiment_id INTEGER NOT NULL, 
 name VARCHAR(500) NOT NULL, 
 digest VARCHAR(36) NOT NULL, 
 dataset_source_type VARCHAR(36) NOT NULL, 
 dataset_source TEXT NOT NULL, 
 dataset_schema TEXT, 
 dataset_profile TEXT, 
 CONSTRAINT dataset_pk PRIMARY KEY (experiment_id, name, digest), 
 CONSTRAINT fk_datasets_experiment_id_experiments FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE CASCADE
);
CREATE TABLE endpoint_bindings (
 endpoint_id VARCHAR(36) NOT NULL, 
 resource_type VARCHAR(50) NOT NULL, 
 resource_id VARCHAR(255) NOT NULL, 
 created_at BIGINT NOT NULL, 
 created_by VARCHAR(255), 
 last_updated_at BIGINT NOT NULL, 
 last_updated_by VARCHAR(255), display_name VARCHAR(255), 
 CONSTRAINT endpoint_bindings_pk PRIMARY KEY (endpoint_id, resource_type, resource_id), 
 CONSTRAINT fk_endpoint_bindings_endpoint_id FOREIGN KEY(endpoint_id) REFERENCES endpoints (endpoint_id) ON DELETE CASCADE
);
CREATE TABLE endpoint_model_mappings (
 mapping_id VARCHAR(36) NOT NULL, 
 endpoint_id VARCHAR(36) NOT NULL, 
 model_definition_id VARCHAR(36) NOT NULL, 
 weight FLOAT NOT NULL, 
 created_by VARCHAR(255), 
 created_at BIGINT NOT NULL, linkage_type VARCHAR(64) DEFAULT 'PRIMARY' NOT NULL, fallback_order INTEGER, 
 CONSTRAINT endpoint_model_mappings_pk PRIMARY KEY (mapping_id), 
 CONSTRAINT fk_endpoint_model_mappings_endpoint_id FOREIGN KEY(endpoint_id) REFERENCES endpoints (endpoint_id) ON DELETE CASCADE, 
 CONSTRAINT fk_endpoint_model_mappings_model_definition_id FOREIGN KEY(model_definition_id) REFERENCES model_definitions (model_definition_id)
);
CREATE TABLE endpoint_tags (
 "key" VARCHAR(250) NOT NULL, 
 value VARCHAR(5000), 
 endpoint_id VARCHAR(36) NOT NULL, 
 CONSTRAINT endpoint_tag_pk PRIMARY KEY ("key", endpoint_id), 
 CONSTRAINT fk_endpoint_tags_endpoint_id FOREIGN KEY(endpoint_id) REFERENCES endpoints (endpoint_id) ON DELETE CASCADE
);
CREATE TABLE "endpoints" (
 endpoint_id VARCHAR(36) NOT NULL, 
 name VARCHAR(255), 
 created_by VARCHAR(255), 
 created_at BIGINT NOT NULL, 
 last_updated_by VARCHAR(255), 
 last_updated_at BIGINT NOT NULL, 
 routing_strategy VARCHAR(64), 
 fallback_config_json TEXT, 
 experiment_id INTEGER, 
 usage_tracking BOOLEAN DEFAULT '0' NOT NULL, 
 workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
 CONSTRAINT endpoints_pk PRIMARY KEY (endpoint_id), 
 CONSTRAINT fk_endpoints_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE SET NULL, 
 CONSTRAINT uq_endpoints_workspace_name UNIQUE (workspace, name)
);
CREATE TABLE entity_associations (
 association_id VARCHAR(36) NOT NULL, 
 source_type VARCHAR(36) NOT NULL, 
 source_id VARCHAR(36) NOT NULL, 
 destination_type VARCHAR(36) NOT NULL, 
 destination_id VARCHAR(36) NOT NULL, 
 created_time BIGINT, 
 CONSTRAINT entity_associations_pk PRIMARY KEY (source_type, source_id, destination_type, destination_id)
);
INSERT INTO "entity_associations" VALUES('d46315200bc94f9cb73ba88ce6f4dc98','trace','tr-953f7adf65966f74abb5030672342b66','prompt_version','greeting/1',1765454406949);
INSERT INTO "entity_associations" VALUES('53ef223b5bf042d8b51ade9762065d91','trace','tr-b99b4a495555ecc9cb2b523f8f73aa53','prompt_version','greeting/2',1765454409030);
CREATE TABLE "evaluation_dataset_records" (
 dataset_record_id VARCHAR(36) NOT NULL, 
 dataset_id VARCHAR(36) NOT NULL, 
 inputs JSON NOT NULL, 
 expectations JSON, 
 tags JSON, 
 source JSON, 
 source_id VARCHAR(36), 
 source_type VARCHAR(255), 
 created_time BIGINT, 
 last_update_time BIGINT, 
 created_by VARCHAR(255), 
 last_updated_by VARCHAR(255), 
 input_hash VARCHAR(64) NOT NULL, outputs JSON, 
 CONSTRAINT evaluation_dataset_records_pk PRIMARY KEY (dataset_record_id), 
 CONSTRAINT fk_evaluation_dataset_records_dataset_id FOREIGN KEY(dataset_id) REFERENCES evaluation_datasets (dataset_id) ON DELETE CASCADE, 
 CONSTRAINT unique_dataset_input UNIQUE (dataset_id, input_hash)
);
CREATE TABLE evaluation_dataset_tags (
 dataset_id VARCHAR(36) NOT NULL, 
 "key" VARCHAR(255) NOT NULL, 
 value VARCHAR(5000), 
 CONSTRAINT evaluation_dataset_tags_pk PRIMARY KEY (dataset_id, "key"), 
 CONSTRAINT fk_evaluation_dataset_tags_dataset_id FOREIGN KEY(dataset_id) REFERENCES evaluation_datasets (dataset_id) ON DELETE CASCADE
);
CREATE TABLE "evaluation_datasets" (
 dataset_id VARCHAR(36) NOT NULL, 
 name VARCHAR(255) NOT NULL, 
 schema TEXT, 
 profile TEXT, 
 digest VARCHAR(64), 
 created_time BIGINT, 
 last_update_time BIGINT, 
 created_by VARCHAR(255), 
 last_updated_by VARCHAR(255), 
 workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
 CONSTRAINT evaluation_datasets_pk PRIMARY KEY (dataset_id)
);
CREATE TABLE "experiment_tags" (
 "key" VARCHAR(250) NOT NULL, 
 value TEXT, 
 experiment_id INTEGER NOT NULL, 
 CONSTRAINT experiment_tag_pk PRIMARY KEY ("key", experiment_id), 
 FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id)
);
CREATE TABLE "experiments" (
 experiment_id INTEGER NOT NULL, 
 name VARCHAR(256) NOT NULL, 
 artifact_location VARCHAR(256), 
 lifecycle_stage VARCHAR(32), 
 creation_time BIGINT, 
 last_update_time BIGINT, 
 workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
 CONSTRAINT experiment_pk PRIMARY KEY (experiment_id), 
 CONSTRAINT experiments_lifecycle_stage CHECK (lifecycle_stage IN ('active', 'deleted')), 
 CONSTRAINT uq_experiments_workspace_name UNIQUE (workspace, name)
);
INSERT INTO "experiments" VALUES(0,'Default','@FOLDER@/0','active',1765454405409,1765454405409,'default');
INSERT INTO "experiments" VALUES(1,'shop','@FOLDER@/1','active',1765454405414,1765454405414,'default');
INSERT INTO "experiments" VALUES(2,'assistant','@FOLDER@/2','active',1765454406955,1765454406955,'default');
CREATE TABLE guardrail_configs (
 endpoint_id VARCHAR(36) NOT NULL, 
 guardrail_id VARCHAR(36) NOT NULL, 
 execution_order INTEGER, 
 created_by VARCHAR(255), 
 created_at BIGINT NOT NULL, 
 workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
 CONSTRAINT guardrail_configs_pk PRIMARY KEY (endpoint_id, guardrail_id), 
 CONSTRAINT fk_guardrail_configs_endpoint_id FOREIGN KEY(endpoint_id) REFERENCES endpoints (endpoint_id) ON DELETE CASCADE, 
 CONSTRAINT fk_guardrail_configs_guardrail_id FOREIGN KEY(guardrail_id) REFERENCES guardrails (guardrail_id) ON DELETE CASCADE
);
CREATE TABLE guardrails (
 guardrail_id VARCHAR(36) NOT NULL, 
 name VARCHAR(255) NOT NULL, 
 scorer_id VARCHAR(36) NOT NULL, 
 scorer_version INTEGER NOT NULL, 
 stage VARCHAR(32) NOT NULL, 
 action VARCHAR(32) NOT NULL, 
 action_endpoint_id VARCHAR(36), 
 created_by VARCHAR(255), 
 created_at BIGINT NOT NULL, 
 last_updated_by VARCHAR(255), 
 last_updated_at BIGINT NOT NULL, 
 workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
 CONSTRAINT guardrails_pk PRIMARY KEY (guardrail_id), 
 CONSTRAINT fk_guardrails_scorer_version FOREIGN KEY(scorer_id, scorer_version) REFERENCES scorer_versions (scorer_id, scorer_version), 
 CONSTRAINT fk_guardrails_action_endpoint_id FOREIGN KEY(action_endpoint_id) REFERENCES endpoints (endpoint_id) ON DELETE SET NULL
);
CREATE TABLE input_tags (
 input_uuid VARCHAR(36) NOT NULL, 
 name VARCHAR(255) NOT NULL, 
 value VARCHAR(500) NOT NULL, 
 CONSTRAINT input_tags_pk PRIMARY KEY (input_uuid, name)
);
CREATE TABLE inputs (
 input_uuid VARCHAR(36) NOT NULL, 
 source_type VARCHAR(36) NOT NULL, 
 source_id VARCHAR(36) NOT NULL, 
 destination_type VARCHAR(36) NOT NULL, 
 destination_id VARCHAR(36) NOT NULL, step BIGINT DEFAULT '0' NOT NULL, 
 CONSTRAINT inputs_pk PRIMARY KEY (source_type, source_id, destination_type, destination_id)
);
CREATE TABLE issue_categories (
 issue_id VARCHAR(36) NOT NULL, 
 category_hash VARCHAR(64) NOT NULL, 
 category TEXT NOT NULL, 
 CONSTRAINT issue_categories_pk PRIMARY KEY (issue_id, category_hash), 
 CONSTRAINT fk_issue_categories_issue_id FOREIGN KEY(issue_id) REFERENCES issues (issue_id) ON DELETE CASCADE
);
CREATE TABLE issues (
 issue_id VARCHAR(36) NOT NULL, 
 experiment_id INTEGER NOT NULL, 
 name VARCHAR(250) NOT NULL, 
 description TEXT NOT NULL, 
 status VARCHAR(50) NOT NULL, 
 severity VARCHAR(50), 
 root_causes TEXT, 
 source_run_id VARCHAR(32), 
 categories TEXT, 
 created_timestamp BIGINT NOT NULL, 
 last_updated_timestamp BIGINT NOT NULL, 
 created_by VARCHAR(255), last_seen_timestamp BIGINT, last_updated_by VARCHAR(255), metadata TEXT, 
 CONSTRAINT issues_pk PRIMARY KEY (issue_id), 
 CONSTRAINT fk_issues_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE CASCADE, 
 CONSTRAINT fk_issues_source_run_id FOREIGN KEY(source_run_id) REFERENCES runs (run_uuid) ON DELETE SET NULL
);
CREATE TABLE job_locks (
 lock_key VARCHAR(255) NOT NULL, 
 job_id VARCHAR(36) NOT NULL, 
 acquired_at BIGINT NOT NULL, 
 CONSTRAINT job_locks_pk PRIMARY KEY (lock_key), 
 CONSTRAINT fk_job_locks_job_id FOREIGN KEY(job_id) REFERENCES jobs (id) ON DELETE CASCADE
);
CREATE TABLE "jobs" (
 id VARCHAR(36) NOT NULL, 
 creation_time BIGINT NOT NULL, 
 job_name VARCHAR(500) NOT NULL, 
 params TEXT NOT NULL, 
 timeout FLOAT, 
 status INTEGER NOT NULL, 
 result TEXT, 
 retry_count INTEGER NOT NULL, 
 last_update_time BIGINT NOT NULL, 
 workspace VARCHAR(63) DEFAULT 'default' NOT NULL, status_details JSON, creator VARCHAR(255), executor_backend VARCHAR(255), lease_expires_at BIGINT, status_message TEXT, progress JSON, progress_updated_at BIGINT, token_hash VARCHAR(64), scoped_permissions JSON, next_attempt_at BIGINT, 
 CONSTRAINT jobs_pk PRIMARY KEY (id)
);
CREATE TABLE label_schemas (
 schema_id VARCHAR(36) NOT NULL, 
 experiment_id INTEGER NOT NULL, 
 name VARCHAR(250) NOT NULL, 
 type VARCHAR(16) NOT NULL, 
 instruction TEXT, 
 enable_comment BOOLEAN DEFAULT '0' NOT NULL, 
 input_type VARCHAR(32) NOT NULL, 
 input_config TEXT NOT NULL, 
 created_by VARCHAR(255), 
 created_time BIGINT NOT NULL, 
 last_update_time BIGINT NOT NULL, 
 is_default BOOLEAN DEFAULT 0 NOT NULL, 
 CONSTRAINT label_schemas_pk PRIMARY KEY (schema_id), 
 CONSTRAINT fk_label_schemas_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE CASCADE, 
 CONSTRAINT uq_label_schemas_exp_name UNIQUE (experiment_id, name)
);
CREATE TABLE "latest_metrics" (
 "key" VARCHAR(250) NOT NULL, 
 value FLOAT NOT NULL, 
 timestamp BIGINT, 
 step BIGINT NOT NULL, 
 is_nan BOOLEAN NOT NULL, 
 run_uuid VARCHAR(32) NOT NULL, 
 CONSTRAINT latest_metric_pk PRIMARY KEY ("key", run_uuid), 
 FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid), 
 CHECK (is_nan IN (0, 1))
);
CREATE TABLE logged_model_metrics (
 model_id VARCHAR(36) NOT NULL, 
 metric_name VARCHAR(500) NOT NULL, 
 metric_timestamp_ms BIGINT NOT NULL, 
 metric_step BIGINT NOT NULL, 
 metric_value FLOAT, 
 experiment_id INTEGER NOT NULL, 
 run_id VARCHAR(32) NOT NULL, 
 dataset_uuid VARCHAR(36), 
 dataset_name VARCHAR(500), 
 dataset_digest VARCHAR(36), 
 CONSTRAINT logged_model_metrics_pk PRIMARY KEY (model_id, metric_name, metric_timestamp_ms, metric_step, run_id), 
 CONSTRAINT fk_logged_model_metrics_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id), 
 CONSTRAINT fk_logged_model_metrics_model_id FOREIGN KEY(model_id) REFERENCES logged_models (model_id) ON DELETE CASCADE, 
 CONSTRAINT fk_logged_model_metrics_run_id FOREIGN KEY(run_id) REFERENCES runs (run_uuid) ON DELETE CASCADE
);
CREATE TABLE logged_model_params (
 model_id VARCHAR(36) NOT NULL, 
 experiment_id INTEGER NOT NULL, 
 param_key VARCHAR(255) NOT NULL, 
 param_value TEXT NOT NULL, 
 CONSTRAINT logged_model_params_pk PRIMARY KEY (model_id, param_key), 
 CONSTRAINT fk_logged_model_params_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id), 
 CONSTRAINT fk_logged_model_params_model_id FOREIGN KEY(model_id) REFERENCES logged_models (model_id) ON DELETE CASCADE
);
CREATE TABLE logged_model_tags (
 model_id VARCHAR(36) NOT NULL, 
 experiment_id INTEGER NOT NULL, 
 tag_key VARCHAR(255) NOT NULL, 
 tag_value TEXT NOT NULL, 
 CONSTRAINT logged_model_tags_pk PRIMARY KEY (model_id, tag_key), 
 CONSTRAINT fk_logged_model_tags_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id), 
 CONSTRAINT fk_logged_model_tags_model_id FOREIGN KEY(model_id) REFERENCES logged_models (model_id) ON DELETE CASCADE
);
CREATE TABLE logged_models (
 model_id VARCHAR(36) NOT NULL, 
 experiment_id INTEGER NOT NULL, 
 name VARCHAR(500) NOT NULL, 
 artifact_location VARCHAR(1000) NOT NULL, 
 creation_timestamp_ms BIGINT NOT NULL, 
 last_updated_timestamp_ms BIGINT NOT NULL, 
 status INTEGER NOT NULL, 
 lifecycle_stage VARCHAR(32), 
 model_type VARCHAR(500), 
 source_run_id VARCHAR(32), 
 status_message VARCHAR(1000), 
 CONSTRAINT logged_models_pk PRIMARY KEY (model_id), 
 CONSTRAINT logged_models_lifecycle_stage_check CHECK (lifecycle_stage IN ('active', 'deleted')), 
 CONSTRAINT fk_logged_models_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE CASCADE
);
CREATE TABLE mcp_access_endpoints (
 id VARCHAR(36) NOT NULL, 
 workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
 server_name VARCHAR(256) NOT NULL, 
 server_version VARCHAR(128), 
 server_alias VARCHAR(256), 
 url VARCHAR(2048) NOT NULL, 
 transport_type VARCHAR(32) DEFAULT 'streamable-http' NOT NULL, 
 created_by VARCHAR(256), 
 last_updated_by VARCHAR(256), 
 created_at BIGINT NOT NULL, 
 last_updated_at BIGINT NOT NULL, 
 CONSTRAINT mcp_access_endpoints_pk PRIMARY KEY (id), 
 CONSTRAINT mcp_access_endpoints_server_fkey FOREIGN KEY(workspace, server_name) REFERENCES mcp_servers (workspace, name) ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE TABLE mcp_server_aliases (
 workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
 name VARCHAR(256) NOT NULL, 
 alias VARCHAR(256) NOT NULL, 
 version VARCHAR(128) NOT NULL, 
 CONSTRAINT mcp_server_aliases_pk PRIMARY KEY (workspace, name, alias), 
 CONSTRAINT mcp_server_aliases_server_fkey FOREIGN KEY(workspace, name) REFERENCES mcp_servers (workspace, name) ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE TABLE mcp_server_tags (
 workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
 name VARCHAR(256) NOT NULL, 
 "key" VARCHAR(250) NOT NULL, 
 value VARCHAR(5000), 
 CONSTRAINT mcp_server_tags_pk PRIMARY KEY (workspace, name, "key"), 
 CONSTRAINT mcp_server_tags_server_fkey FOREIGN KEY(workspace, name) REFERENCES mcp_servers (workspace, name) ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE TABLE mcp_server_version_tags (
 workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
 name VARCHAR(256) NOT NULL, 
 version VARCHAR(128) NOT NULL, 
 "key" VARCHAR(250) NOT NULL, 
 value VARCHAR(5000), 
 CONSTRAINT mcp_server_version_tags_pk PRIMARY KEY (workspace, name, version, "key"), 
 CONSTRAINT mcp_server_version_tags_version_fkey FOREIGN KEY(workspace, name, version) REFERENCES mcp_server_versions (workspace, name, version) ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE TABLE mcp_server_versions (
 workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
 name VARCHAR(256) NOT NULL, 
 version VARCHAR(128) NOT NULL, 
 version_major INTEGER NOT NULL, 
 version_minor INTEGER NOT NULL, 
 version_patch INTEGER NOT NULL, 
 version_prerelease_sort_key VARCHAR(512) NOT NULL, 
 server_json JSON NOT NULL, 
 status VARCHAR(20) DEFAULT 'draft' NOT NULL, 
 tools JSON, 
 source VARCHAR(512), 
 connect_options JSON, 
 created_by VARCHAR(256), 
 last_updated_by VARCHAR(256), 
 created_at BIGINT NOT NULL, 
 last_updated_at BIGINT NOT NULL, 
 CONSTRAINT mcp_server_versions_pk PRIMARY KEY (workspace, name, version), 
 CONSTRAINT mcp_server_versions_server_fkey FOREIGN KEY(workspace, name) REFERENCES mcp_servers (workspace, name) ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE TABLE mcp_servers (
 workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
 name VARCHAR(256) NOT NULL, 
 display_name VARCHAR(256), 
 description TEXT, 
 icons JSON, 
 created_by VARCHAR(256), 
 last_updated_by VARCHAR(256), 
 created_at BIGINT NOT NULL, 
 last_updated_at BIGINT NOT NULL, 
 CONSTRAINT mcp_servers_pk PRIMARY KEY (workspace, name)
);
CREATE TABLE "metrics" (
 "key" VARCHAR(250) NOT NULL, 
 value FLOAT NOT NULL, 
 timestamp BIGINT NOT NULL, 
 run_uuid VARCHAR(32) NOT NULL, 
 step BIGINT DEFAULT '0' NOT NULL, 
 is_nan BOOLEAN DEFAULT '0' NOT NULL, 
 CONSTRAINT metric_pk PRIMARY KEY ("key", timestamp, step, run_uuid, value, is_nan), 
 FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid), 
 CHECK (is_nan IN (0, 1))
);
CREATE TABLE "model_definitions" (
 model_definition_id VARCHAR(36) NOT NULL, 
 name VARCHAR(255) NOT NULL, 
 secret_id VARCHAR(36), 
 provider VARCHAR(64) NOT NULL, 
 model_name VARCHAR(256) NOT NULL, 
 created_by VARCHAR(255), 
 created_at BIGINT NOT NULL, 
 last_updated_by VARCHAR(255), 
 last_updated_at BIGINT NOT NULL, 
 workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
 CONSTRAINT model_definitions_pk PRIMARY KEY (model_definition_id), 
 CONSTRAINT fk_model_definitions_secret_id FOREIGN KEY(secret_id) REFERENCES secrets (secret_id) ON DELETE SET NULL, 
 CONSTRAINT uq_model_definitions_workspace_name UNIQUE (workspace, name)
);
CREATE TABLE "model_version_tags" (
 "key" VARCHAR(250) NOT NULL, 
 value TEXT, 
 name VARCHAR(256) NOT NULL, 
 version INTEGER NOT NULL, 
 workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
 CONSTRAINT model_version_tag_pk PRIMARY KEY (workspace, "key", name, version), 
 CONSTRAINT fk_model_version_tags_model_versions FOREIGN KEY(workspace, name, version) REFERENCES model_versions (workspace, name, version) ON UPDATE CASCADE
);
INSERT INTO "model_version_tags" VALUES('mlflow.prompt.is_prompt','true','greeting',1,'default');
INSERT INTO "model_version_tags" VALUES('_mlflow_prompt_type','text','greeting',1,'default');
INSERT INTO "model_version_tags" VALUES('mlflow.prompt.text','Greet {{who}}.','greeting',1,'default');
INSERT INTO "model_version_tags" VALUES('mlflow.prompt.is_prompt','true','greeting',2,'default');
INSERT INTO "model_version_tags" VALUES('_mlflow_prompt_type','text','greeting',2,'default');
INSERT INTO "model_version_tags" VALUES('mlflow.prompt.text','Greet {{who}}.','greeting',2,'default');
CREATE TABLE "model_versions" (
 name VARCHAR(256) NOT NULL, 
 version INTEGER NOT NULL, 
 creation_time BIGINT, 
 last_updated_time BIGINT, 
 description VARCHAR(5000), 
 user_id VARCHAR(256), 
 current_stage VARCHAR(20), 
 source VARCHAR(500), 
 run_id VARCHAR(32), 
 status VARCHAR(20), 
 status_message VARCHAR(500), 
 run_link VARCHAR(500), 
 storage_location VARCHAR(500), 
 workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
 CONSTRAINT model_version_pk PRIMARY KEY (workspace, name, version), 
 CONSTRAINT fk_model_versions_registered_models FOREIGN KEY(workspace, name) REFERENCES registered_models (workspace, name) ON UPDATE CASCADE
);
INSERT INTO "model_versions" VALUES('greeting',1,1765454406924,1765454406924,NULL,NULL,'None','dummy-source',NULL,'READY',NULL,NULL,'dummy-source','default');
INSERT INTO "model_versions" VALUES('greeting',2,1765454409014,1765454409014,NULL,NULL,'None','dummy-source',NULL,'READY',NULL,NULL,'dummy-source','default');
CREATE TABLE online_scoring_configs (
 online_scoring_config_id VARCHAR(36) NOT NULL, 
 scorer_id VARCHAR(36) NOT NULL, 
 sample_rate FLOAT NOT NULL, 
 experiment_id INTEGER NOT NULL, 
 filter_string TEXT, 
 CONSTRAINT online_scoring_config_pk PRIMARY KEY (online_scoring_config_id), 
 CONSTRAINT fk_online_scoring_configs_scorer_id FOREIGN KEY(scorer_id) REFERENCES scorers (scorer_id) ON DELETE CASCADE, 
 CONSTRAINT fk_online_scoring_configs_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id)
);
CREATE TABLE "params" (
 "key" VARCHAR(250) NOT NULL, 
 value VARCHAR(8000) NOT NULL, 
 run_uuid VARCHAR(32) NOT NULL, 
 CONSTRAINT param_pk PRIMARY KEY ("key", run_uuid), 
 FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid)
);
CREATE TABLE "registered_model_aliases" (
 alias VARCHAR(256) NOT NULL, 
 version INTEGER NOT NULL, 
 name VARCHAR(256) NOT NULL, 
 workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
 CONSTRAINT registered_model_alias_pk PRIMARY KEY (workspace, name, alias), 
 CONSTRAINT fk_registered_model_aliases_registered_models FOREIGN KEY(workspace, name) REFERENCES registered_models (workspace, name) ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE TABLE "registered_model_tags" (
 "key" VARCHAR(250) NOT NULL, 
 value VARCHAR(5000), 
 name VARCHAR(256) NOT NULL, 
 workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
 CONSTRAINT registered_model_tag_pk PRIMARY KEY (workspace, "key", name), 
 CONSTRAINT fk_registered_model_tags_registered_models FOREIGN KEY(workspace, name) REFERENCES registered_models (workspace, name) ON UPDATE CASCADE
);
INSERT INTO "registered_model_tags" VALUES('mlflow.prompt.is_prompt','true','greeting','default');
INSERT INTO "registered_model_tags" VALUES('_mlflow_experiment_ids',',1,2,','greeting','default');
CREATE TABLE "registered_models" (
 name VARCHAR(256) NOT NULL, 
 creation_time BIGINT, 
 last_updated_time BIGINT, 
 description VARCHAR(5000), 
 workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
 CONSTRAINT registered_model_pk PRIMARY KEY (workspace, name)
);
INSERT INTO "registered_models" VALUES('greeting',1765454406919,1765454409014,NULL,'default');
CREATE TABLE review_queue_items (
 queue_id VARCHAR(36) NOT NULL, 
 item_type VARCHAR(16) NOT NULL, 
 item_id VARCHAR(50) NOT NULL, 
 status VARCHAR(16) NOT NULL, 
 completed_by VARCHAR(250), 
 completed_time_ms BIGINT, 
 creation_time_ms BIGINT NOT NULL, 
 last_update_time_ms BIGINT NOT NULL, 
 CONSTRAINT review_queue_items_pk PRIMARY KEY (queue_id, item_id), 
 CONSTRAINT fk_review_queue_items_queue_id FOREIGN KEY(queue_id) REFERENCES review_queues (queue_id) ON DELETE CASCADE
);
CREATE TABLE review_queue_label_schemas (
 queue_id VARCHAR(36) NOT NULL, 
 schema_id VARCHAR(36) NOT NULL, 
 CONSTRAINT review_queue_label_schemas_pk PRIMARY KEY (queue_id, schema_id), 
 CONSTRAINT fk_review_queue_label_schemas_queue_id FOREIGN KEY(queue_id) REFERENCES review_queues (queue_id) ON DELETE CASCADE
);
CREATE TABLE review_queue_users (
 queue_id VARCHAR(36) NOT NULL, 
 user_id VARCHAR(250) NOT NULL, 
 CONSTRAINT review_queue_users_pk PRIMARY KEY (queue_id, user_id), 
 CONSTRAINT fk_review_queue_users_queue_id FOREIGN KEY(queue_id) REFERENCES review_queues (queue_id) ON DELETE CASCADE
);
CREATE TABLE review_queues (
 queue_id VARCHAR(36) NOT NULL, 
 experiment_id INTEGER NOT NULL, 
 name VARCHAR(250) NOT NULL, 
 queue_type VARCHAR(16) NOT NULL, 
 created_by VARCHAR(255), 
 creation_time_ms BIGINT NOT NULL, 
 last_update_time_ms BIGINT NOT NULL, 
 name_key VARCHAR(250) NOT NULL, 
 CONSTRAINT review_queues_pk PRIMARY KEY (queue_id), 
 CONSTRAINT fk_review_queues_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE CASCADE, 
 CONSTRAINT uq_review_queues_experiment_name_key UNIQUE (experiment_id, name_key)
);
CREATE TABLE "runs" (
 run_uuid VARCHAR(32) NOT NULL, 
 name VARCHAR(250), 
 source_type VARCHAR(20), 
 source_name VARCHAR(500), 
 entry_point_name VARCHAR(50), 
 user_id VARCHAR(256), 
 status VARCHAR(9), 
 start_time BIGINT, 
 end_time BIGINT, 
 source_version VARCHAR(50), 
 lifecycle_stage VARCHAR(20), 
 artifact_uri VARCHAR(200), 
 experiment_id INTEGER, deleted_time BIGINT, 
 CONSTRAINT run_pk PRIMARY KEY (run_uuid), 
 CONSTRAINT source_type CHECK (source_type IN ('NOTEBOOK', 'JOB', 'LOCAL', 'UNKNOWN', 'PROJECT')), 
 CONSTRAINT runs_lifecycle_stage CHECK (lifecycle_stage IN ('active', 'deleted')), 
 FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id), 
 CHECK (status IN ('SCHEDULED', 'FAILED', 'FINISHED', 'RUNNING', 'KILLED'))
);
INSERT INTO "runs" VALUES('67e090f0967f438398adff4314a58d02','invincible-fowl-585','UNKNOWN','','','somebody','FINISHED',1765454405531,1765454405611,'','active','@FOLDER@/1/67e090f0967f438398adff4314a58d02/artifacts',1,NULL);
CREATE TABLE scheduler_leases (
 lease_key VARCHAR(255) NOT NULL, 
 acquired_at BIGINT NOT NULL, 
 ttl_seconds INTEGER NOT NULL, 
 CONSTRAINT scheduler_leases_pk PRIMARY KEY (lease_key)
);
CREATE TABLE scorer_versions (
 scorer_id VARCHAR(36) NOT NULL, 
 scorer_version INTEGER NOT NULL, 
 serialized_scorer TEXT NOT NULL, 
 creation_time BIGINT, 
 CONSTRAINT scorer_version_pk PRIMARY KEY (scorer_id, scorer_version), 
 CONSTRAINT fk_scorer_versions_scorer_id FOREIGN KEY(scorer_id) REFERENCES scorers (scorer_id) ON DELETE CASCADE
);
CREATE TABLE scorers (
 experiment_id INTEGER NOT NULL, 
 scorer_name VARCHAR(256) NOT NULL, 
 scorer_id VARCHAR(36) NOT NULL, 
 CONSTRAINT scorer_pk PRIMARY KEY (scorer_id), 
 CONSTRAINT fk_scorers_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE CASCADE
);
CREATE TABLE "secrets" (
 secret_id VARCHAR(36) NOT NULL, 
 secret_name VARCHAR(255) NOT NULL, 
 encrypted_value BLOB NOT NULL, 
 wrapped_dek BLOB NOT NULL, 
 kek_version INTEGER NOT NULL, 
 masked_value VARCHAR(500) NOT NULL, 
 provider VARCHAR(64), 
 auth_config TEXT, 
 description TEXT, 
 created_by VARCHAR(255), 
 created_at BIGINT NOT NULL, 
 last_updated_by VARCHAR(255), 
 last_updated_at BIGINT NOT NULL, 
 workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
 CONSTRAINT secrets_pk PRIMARY KEY (secret_id), 
 CONSTRAINT uq_secrets_workspace_secret_name UNIQUE (workspace, secret_name)
);
CREATE TABLE skill_aliases (
 workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
 organization VARCHAR(64) DEFAULT '' NOT NULL, 
 name VARCHAR(128) NOT NULL, 
 alias VARCHAR(256) NOT NULL, 
 version INTEGER NOT NULL, 
 CONSTRAINT skill_aliases_pk PRIMARY KEY (workspace, organization, name, alias), 
 CONSTRAINT skill_aliases_skill_fkey FOREIGN KEY(workspace, organization, name) REFERENCES skills (workspace, organization, name) ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE TABLE skill_tags (
 workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
 organization VARCHAR(64) DEFAULT '' NOT NULL, 
 name VARCHAR(128) NOT NULL, 
 "key" VARCHAR(250) NOT NULL, 
 value TEXT, 
 CONSTRAINT skill_tags_pk PRIMARY KEY (workspace, organization, name, "key"), 
 CONSTRAINT skill_tags_skill_fkey FOREIGN KEY(workspace, organization, name) REFERENCES skills (workspace, organization, name) ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE TABLE skill_version_tags (
 workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
 organization VARCHAR(64) DEFAULT '' NOT NULL, 
 name VARCHAR(128) NOT NULL, 
 version INTEGER NOT NULL, 
 "key" VARCHAR(250) NOT NULL, 
 value TEXT, 
 CONSTRAINT skill_version_tags_pk PRIMARY KEY (workspace, organization, name, version, "key"), 
 CONSTRAINT skill_version_tags_version_fkey FOREIGN KEY(workspace, organization, name, version) REFERENCES skill_versions (workspace, organization, name, version) ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE TABLE skill_versions (
 workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
 organization VARCHAR(64) DEFAULT '' NOT NULL, 
 name VARCHAR(128) NOT NULL, 
 version INTEGER NOT NULL, 
 source_type VARCHAR(20), 
 source VARCHAR(2048), 
 ref VARCHAR(2048), 
 subpath VARCHAR(2048), 
 digest VARCHAR(64), 
 status VARCHAR(20) DEFAULT 'active' NOT NULL, 
 created_by VARCHAR(256), 
 last_updated_by VARCHAR(256), 
 created_at BIGINT NOT NULL, 
 last_updated_at BIGINT NOT NULL, 
 CONSTRAINT skill_versions_pk PRIMARY KEY (workspace, organization, name, version), 
 CONSTRAINT skill_versions_skill_fkey FOREIGN KEY(workspace, organization, name) REFERENCES skills (workspace, organization, name) ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE TABLE skills (
 workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
 organization VARCHAR(64) DEFAULT '' NOT NULL, 
 name VARCHAR(128) NOT NULL, 
 description TEXT, 
 icons JSON, 
 search_text TEXT, 
 created_by VARCHAR(256), 
 last_updated_by VARCHAR(256), 
 created_at BIGINT NOT NULL, 
 last_updated_at BIGINT NOT NULL, 
 CONSTRAINT skills_pk PRIMARY KEY (workspace, organization, name)
);
CREATE TABLE span_metrics (
 trace_id VARCHAR(50) NOT NULL, 
 span_id VARCHAR(50) NOT NULL, 
 "key" VARCHAR(250) NOT NULL, 
 value FLOAT, 
 CONSTRAINT span_metrics_pk PRIMARY KEY (trace_id, span_id, "key"), 
 CONSTRAINT fk_span_metrics_span FOREIGN KEY(trace_id, span_id) REFERENCES spans (trace_id, span_id) ON DELETE CASCADE
);
CREATE TABLE "spans" (
 trace_id VARCHAR(50) NOT NULL, 
 experiment_id INTEGER NOT NULL, 
 span_id VARCHAR(50) NOT NULL, 
 parent_span_id VARCHAR(50), 
 name TEXT, 
 type VARCHAR(500), 
 status VARCHAR(50) NOT NULL, 
 start_time_unix_nano BIGINT NOT NULL, 
 end_time_unix_nano BIGINT, 
 duration_ns BIGINT GENERATED ALWAYS AS (end_time_unix_nano - start_time_unix_nano) STORED, 
 content TEXT NOT NULL, 
 input_cost FLOAT, 
 output_cost FLOAT, 
 total_cost FLOAT, 
 model_name VARCHAR(500), 
 model_provider VARCHAR(500), 
 CONSTRAINT spans_pk PRIMARY KEY (trace_id, span_id), 
 CONSTRAINT fk_spans_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id), 
 CONSTRAINT fk_spans_trace_id FOREIGN KEY(trace_id) REFERENCES trace_info (request_id) ON DELETE CASCADE
);
INSERT INTO "spans" VALUES('tr-246f42cce08eba5e847e98a1ae805def',1,'990dbbd2883e901b',NULL,'evaluate','EVALUATOR','OK',1765453900000000000,1765453962000000000,'{"trace_id": "JG9CzOCOul6EfpihroBd7w==", "span_id": "mQ270og+kBs=", "parent_span_id": null, "name": "evaluate", "kind": "SPAN_KIND_INTERNAL", "start_time_unix_nano": 1765453900000000000, "end_time_unix_nano": 1765453962000000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765453900000000000", "mlflow.traceRequestId": "\"tr-246f42cce08eba5e847e98a1ae805def\"", "mlflow.spanType": "\"EVALUATOR\"", "mlflow.spanInputs": "{\"questions\": 40}", "mlflow.spanOutputs": "{\"right\": 38}", "mlflow.spanLogLevel": "10"}, "links": []}',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "spans" VALUES('tr-786f76556448f6aa7e8e7a0e1734b7f6',1,'38e525d1ad0199f6','6b65998ceacbbb86','search_articles','RETRIEVER','OK',1765453500010000000,1765453500050000000,'{"trace_id": "eG92VWRI9qp+jnoOFzS39g==", "span_id": "OOUl0a0BmfY=", "parent_span_id": "a2WZjOrLu4Y=", "name": "search_articles", "kind": "SPAN_KIND_INTERNAL", "start_time_unix_nano": 1765453500010000000, "end_time_unix_nano": 1765453500050000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765453500010000000", "mlflow.traceRequestId": "\"tr-786f76556448f6aa7e8e7a0e1734b7f6\"", "mlflow.spanType": "\"RETRIEVER\"", "mlflow.spanInputs": "{\"query\": \"lamp arrival\"}", "mlflow.spanOutputs": "[{\"page_content\": \"Parcels leave on Wednesdays.\", \"metadata\": {\"doc_uri\": \"shipping.md\"}}]", "mlflow.spanLogLevel": "20"}, "links": []}',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "spans" VALUES('tr-786f76556448f6aa7e8e7a0e1734b7f6',1,'54eb97d470da0b6d','6b65998ceacbbb86','chat_completion','CHAT_MODEL','OK',1765453500060000000,1765453500260000000,'{"trace_id": "eG92VWRI9qp+jnoOFzS39g==", "span_id": "VOuX1HDaC20=", "parent_span_id": "a2WZjOrLu4Y=", "name": "chat_completion", "kind": "SPAN_KIND_INTERNAL", "start_time_unix_nano": 1765453500060000000, "end_time_unix_nano": 1765453500260000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765453500060000000", "mlflow.traceRequestId": "\"tr-786f76556448f6aa7e8e7a0e1734b7f6\"", "mlflow.spanType": "\"CHAT_MODEL\"", "mlflow.spanInputs": "{\"model\": \"gpt-4o-mini\", \"messages\": [{\"role\": \"user\", \"content\": \"When will my lamp arrive?\"}]}", "mlflow.chat.tokenUsage": "{\"input_tokens\": 12, \"output_tokens\": 7, \"total_tokens\": 19}", "mlflow.llm.model": "\"gpt-4o-mini\"", "mlflow.message.format": "\"openai\"", "mlflow.spanOutputs": "{\"choices\": [{\"index\": 0, \"message\": {\"role\": \"assistant\", \"content\": \"Your lamp arrives on Friday.\"}}]}", "mlflow.spanLogLevel": "20", "mlflow.llm.cost": "{\"input_cost\": 1.8e-06, \"output_cost\": 4.2e-06, \"total_cost\": 5.999999999999999e-06}"}, "links": []}',1.8e-06,4.2e-06,5.99999999999999930524e-06,'gpt-4o-mini',NULL);
INSERT INTO "spans" VALUES('tr-786f76556448f6aa7e8e7a0e1734b7f6',1,'6b65998ceacbbb86',NULL,'support_agent','AGENT','OK',1765453500000000000,1765453500300000000,'{"trace_id": "eG92VWRI9qp+jnoOFzS39g==", "span_id": "a2WZjOrLu4Y=", "parent_span_id": null, "name": "support_agent", "kind": "SPAN_KIND_INTERNAL", "start_time_unix_nano": 1765453500000000000, "end_time_unix_nano": 1765453500300000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765453500000000000", "mlflow.traceRequestId": "\"tr-786f76556448f6aa7e8e7a0e1734b7f6\"", "mlflow.spanType": "\"AGENT\"", "mlflow.spanInputs": "{\"question\": \"When will my lamp arrive?\"}", "mlflow.spanOutputs": "{\"answer\": \"Your lamp arrives on Friday.\"}", "mlflow.spanLogLevel": "20"}, "links": []}',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "spans" VALUES('tr-1ee39e261b28a2c63bdad304ac104787',1,'282f632afe61cd87','69536f9952c48de3','chat_completion','CHAT_MODEL','OK',1765453600020000000,1765453600220000000,'{"trace_id": "HuOeJhsoosY72tMErBBHhw==", "span_id": "KC9jKv5hzYc=", "parent_span_id": "aVNvmVLEjeM=", "name": "chat_completion", "kind": "SPAN_KIND_INTERNAL", "start_time_unix_nano": 1765453600020000000, "end_time_unix_nano": 1765453600220000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765453600020000000", "mlflow.traceRequestId": "\"tr-1ee39e261b28a2c63bdad304ac104787\"", "mlflow.spanType": "\"CHAT_MODEL\"", "mlflow.spanInputs": "{\"model\": \"gpt-4o-mini\", \"messages\": [{\"role\": \"user\", \"content\": \"When will my lamp arrive?\"}, {\"role\": \"assistant\", \"content\": \"Your lamp arrives on Friday.\"}, {\"role\": \"user\", \"content\": \"And if I am not at home?\"}]}", "mlflow.chat.tokenUsage": "{\"input_tokens\": 30, \"output_tokens\": 6, \"total_tokens\": 36}", "mlflow.llm.model": "\"gpt-4o-mini\"", "mlflow.message.format": "\"openai\"", "mlflow.spanOutputs": "{\"choices\": [{\"index\": 0, \"message\": {\"role\": \"assistant\", \"content\": \"Then a neighbour takes it.\"}}]}", "mlflow.spanLogLevel": "20", "mlflow.llm.cost": "{\"input_cost\": 4.5e-06, \"output_cost\": 3.6e-06, \"total_cost\": 8.1e-06}"}, "links": []}',4.5e-06,3.6e-06,8.1e-06,'gpt-4o-mini',NULL);
INSERT INTO "spans" VALUES('tr-f3116d2193ce12e358b50160c8485cca',1,'a8dce8d9b09323ee','fd977c82e7bc4f56','track_parcel_again','TOOL','OK',1765453800110000000,1765453800200000000,'{"trace_id": "8xFtIZPOEuNYtQFgyEhcyg==", "span_id": "qNzo2bCTI+4=", "parent_span_id": "/Zd8gue8T1Y=", "name": "track_parcel_again", "kind": "SPAN_KIND_INTERNAL", "start_time_unix_nano": 1765453800110000000, "end_time_unix_nano": 1765453800200000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765453800110000000", "mlflow.traceRequestId": "\"tr-f3116d2193ce12e358b50160c8485cca\"", "mlflow.spanType": "\"TOOL\"", "mlflow.spanInputs": "{\"parcel\": \"P-1\"}", "mlflow.spanOutputs": "{\"at\": \"carrier\"}", "mlflow.spanLogLevel": "20"}, "links": []}',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "spans" VALUES('tr-f3116d2193ce12e358b50160c8485cca',1,'fd977c82e7bc4f56',NULL,'support_agent','AGENT','OK',1765453800000000000,1765453800500000000,'{"trace_id": "8xFtIZPOEuNYtQFgyEhcyg==", "span_id": "/Zd8gue8T1Y=", "parent_span_id": null, "name": "support_agent", "kind": "SPAN_KIND_INTERNAL", "start_time_unix_nano": 1765453800000000000, "end_time_unix_nano": 1765453800500000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765453800000000000", "mlflow.traceRequestId": "\"tr-f3116d2193ce12e358b50160c8485cca\"", "mlflow.spanType": "\"AGENT\"", "mlflow.spanInputs": "{\"question\": \"Where is my parcel?\"}", "mlflow.spanOutputs": "{\"answer\": \"With the carrier.\"}", "mlflow.spanLogLevel": "20"}, "links": []}',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "spans" VALUES('tr-953f7adf65966f74abb5030672342b66',1,'9dd1da7d5ec9d41b',NULL,'predict','LLM','OK',1765454000000000000,1765454000040000000,'{"trace_id": "lT9632WWb3SrtQMGcjQrZg==", "span_id": "ndHafV7J1Bs=", "parent_span_id": null, "name": "predict", "kind": "SPAN_KIND_INTERNAL", "start_time_unix_nano": 1765454000000000000, "end_time_unix_nano": 1765454000040000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765454000000000000", "mlflow.traceRequestId": "\"tr-953f7adf65966f74abb5030672342b66\"", "mlflow.spanType": "\"LLM\"", "mlflow.spanInputs": "\"in plain text\"", "mlflow.spanOutputs": "\"out plain text\"", "mlflow.spanLogLevel": "20"}, "links": []}',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "spans" VALUES('tr-6d03c2603a9d484d682e185ac839a599',1,'e451e20a4064723e',NULL,'größer than 100% ''sure''','TOOL','OK',1765454100000000000,1765454100030000000,'{"trace_id": "bQPCYDqdSE1oLhhayDmlmQ==", "span_id": "5FHiCkBkcj4=", "parent_span_id": null, "name": "größer than 100% ''sure''", "kind": "SPAN_KIND_INTERNAL", "start_time_unix_nano": 1765454100000000000, "end_time_unix_nano": 1765454100030000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765454100000000000", "mlflow.traceRequestId": "\"tr-6d03c2603a9d484d682e185ac839a599\"", "mlflow.spanType": "\"TOOL\"", "mlflow.spanInputs": "{\"text\": \"a 50%_off \\\"sale\\\" für 東京\"}", "mlflow.spanOutputs": "{\"ok\": true}", "mlflow.spanLogLevel": "20"}, "links": []}',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "spans" VALUES('tr-774942ad78f5906517269df4cc03cb4c',1,'3f695b79fdc20b55','6b3a619476389556','step_000','PARSER','OK',1765454200000000000,1765454200009000000,'{"trace_id": "d0lCrXj1kGUXJp30zAPLTA==", "span_id": "P2lbef3CC1U=", "parent_span_id": "azphlHY4lVY=", "name": "step_000", "kind": "SPAN_KIND_INTERNAL", "start_time_unix_nano": 1765454200000000000, "end_time_unix_nano": 1765454200009000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765454200000000000", "mlflow.traceRequestId": "\"tr-774942ad78f5906517269df4cc03cb4c\"", "mlflow.spanType": "\"PARSER\"", "mlflow.spanInputs": "{\"number\": 0}", "mlflow.spanLogLevel": "10"}, "links": []}',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "spans" VALUES('tr-774942ad78f5906517269df4cc03cb4c',1,'6b3a619476389556',NULL,'report','CHAIN','OK',1765454200000000000,1765454205000000000,'{"trace_id": "d0lCrXj1kGUXJp30zAPLTA==", "span_id": "azphlHY4lVY=", "parent_span_id": null, "name": "report", "kind": "SPAN_KIND_INTERNAL", "start_time_unix_nano": 1765454200000000000, "end_time_unix_nano": 1765454205000000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765454200000000000", "mlflow.traceRequestId": "\"tr-774942ad78f5906517269df4cc03cb4c\"", "mlflow.spanType": "\"CHAIN\"", "mlflow.spanInputs": "{\"pages\": [{\"text\": \"short\"}, {\"text\": \"line 0 of a long report, line 1 of a long report, line 2 of a long report, line 3 of a long report, line 4 of a long report, line 5 of a long report, line 6 of a long report, line 7 of a long report, line 8 of a long report, line 9 of a long report, line 10 of a long report, line 11 of a long report, line 12 of a long report, line 13 of a long report, line 14 of a long report, line 15 of a long report, line 16 of a long report, line 17 of a long report, line 18 of a long report, line 19 of a long report, line 20 of a long report, line 21 of a long report, line 22 of a long report, line 23 of a long report, line 24 of a long report, line 25 of a long report, line 26 of a long report, line 27 of a long report, line 28 of a long report, line 29 of a long report, line 30 of a long report, line 31 of a long report, line 32 of a long report, line 33 of a long report, line 34 of a long report, line 35 of a long report, line 36 of a long report, line 37 of a long report, line 38 of a long report, line 39 of a long report, line 40 of a long report, line 41 of a long report, line 42 of a long report, line 43 of a long report, line 44 of a long report, line 45 of a long report, line 46 of a long report, line 47 of a long report, line 48 of a long report, line 49 of a long report, line 50 of a long report, line 51 of a long report, line 52 of a long report, line 53 of a long report, line 54 of a long report, line 55 of a long report, line 56 of a long report, line 57 of a long report, line 58 of a long report, line 59 of a long report, line 60 of a long report, line 61 of a long report, line 62 of a long report, line 63 of a long report, line 64 of a long report, line 65 of a long report, line 66 of a long report, line 67 of a long report, line 68 of a long report, line 69 of a long report, line 70 of a long report, line 71 of a long report, line 72 of a long report, line 73 of a long report, line 74 of a long report, line 75 of a long report, line 76 of a long report, line 77 of a long report, line 78 of a long report, line 79 of a long report, line 80 of a long report, line 81 of a long report, line 82 of a long report, line 83 of a long report, line 84 of a long report, line 85 of a long report, line 86 of a long report, line 87 of a long report, line 88 of a long report, line 89 of a long report, line 90 of a long report, line 91 of a long report, line 92 of a long report, line 93 of a long report, line 94 of a long report, line 95 of a long report, line 96 of a long report, line 97 of a long report, line 98 of a long report, line 99 of a long report, line 100 of a long report, line 101 of a long report, line 102 of a long report, line 103 of a long report, line 104 of a long report, line 105 of a long report, line 106 of a long report, line 107 of a long report, line 108 of a long report, line 109 of a long report, line 110 of a long report, line 111 of a long report, line 112 of a long report, line 113 of a long report, line 114 of a long report, line \"}]}", "mlflow.spanOutputs": "\"done\"", "mlflow.spanLogLevel": "10"}, "links": []}',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "spans" VALUES('tr-18d51323d61d67641195ce97a8d591ba',1,'e8a69ce9c6974d15','fd0481db7f66cd75','list_documents','TOOL','OK',1765454300005000000,1765454300025000000,'{"trace_id": "GNUTI9YdZ2QRlc6XqNWRug==", "span_id": "6Kac6caXTRU=", "parent_span_id": "/QSB239mzXU=", "name": "list_documents", "kind": "SPAN_KIND_INTERNAL", "start_time_unix_nano": 1765454300005000000, "end_time_unix_nano": 1765454300025000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765454300005000000", "mlflow.traceRequestId": "\"tr-18d51323d61d67641195ce97a8d591ba\"", "mlflow.spanType": "\"TOOL\"", "mlflow.spanInputs": "{}", "mlflow.spanOutputs": "[\"a.md\"]", "mlflow.spanLogLevel": "20"}, "links": []}',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "spans" VALUES('tr-9a6a6a04def4c8a0937782d31b70e48a',1,'7a3ef07e3e7c4f80','1f631c3a17beab06','list_documents','TOOL','OK',1765454350005000000,1765454350025000000,'{"trace_id": "mmpqBN70yKCTd4LTG3Dkig==", "span_id": "ej7wfj58T4A=", "parent_span_id": "H2McOhe+qwY=", "name": "list_documents", "kind": "SPAN_KIND_INTERNAL", "start_time_unix_nano": 1765454350005000000, "end_time_unix_nano": 1765454350025000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765454350005000000", "mlflow.traceRequestId": "\"tr-9a6a6a04def4c8a0937782d31b70e48a\"", "mlflow.spanType": "\"TOOL\"", "mlflow.spanInputs": "{}", "mlflow.spanOutputs": "[\"a.md\"]", "mlflow.spanLogLevel": "20"}, "links": []}',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "spans" VALUES('tr-1ee39e261b28a2c63bdad304ac104787',1,'69536f9952c48de3',NULL,'support_agent','AGENT','OK',1765453600000000000,1765453600280000000,'{"trace_id": "HuOeJhsoosY72tMErBBHhw==", "span_id": "aVNvmVLEjeM=", "parent_span_id": null, "name": "support_agent", "kind": "SPAN_KIND_INTERNAL", "start_time_unix_nano": 1765453600000000000, "end_time_unix_nano": 1765453600280000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765453600000000000", "mlflow.traceRequestId": "\"tr-1ee39e261b28a2c63bdad304ac104787\"", "mlflow.spanType": "\"AGENT\"", "mlflow.spanInputs": "{\"question\": \"And if I am not at home?\"}", "mlflow.spanOutputs": "{\"answer\": \"Then a neighbour takes it.\"}", "mlflow.spanLogLevel": "20"}, "links": []}',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "spans" VALUES('tr-48e83ba66ecec5c393ed9b02b5c6f38c',1,'8197b92358159b16','0acda6f5e2f153a9','look_up_order','TOOL','OK',1765453700005000000,1765453700025000000,'{"trace_id": "SOg7pm7OxcOT7ZsCtcbzjA==", "span_id": "gZe5I1gVmxY=", "parent_span_id": "Cs2m9eLxU6k=", "name": "look_up_order", "kind": "SPAN_KIND_INTERNAL", "start_time_unix_nano": 1765453700005000000, "end_time_unix_nano": 1765453700025000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765453700005000000", "mlflow.traceRequestId": "\"tr-48e83ba66ecec5c393ed9b02b5c6f38c\"", "mlflow.spanType": "\"TOOL\"", "mlflow.spanInputs": "{\"order\": \"A-1042\"}", "mlflow.spanOutputs": "{\"total\": 30}", "mlflow.spanLogLevel": "20"}, "links": []}',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "spans" VALUES('tr-48e83ba66ecec5c393ed9b02b5c6f38c',1,'ef9d6bfac1f1211b','0acda6f5e2f153a9','charge_card','TOOL','ERROR',1765453700030000000,1765453700130000000,'{"trace_id": "SOg7pm7OxcOT7ZsCtcbzjA==", "span_id": "751r+sHxIRs=", "parent_span_id": "Cs2m9eLxU6k=", "name": "charge_card", "kind": "SPAN_KIND_INTERNAL", "start_time_unix_nano": 1765453700030000000, "end_time_unix_nano": 1765453700130000000, "events": [{"name": "exception", "time_unix_nano": 1765454405624892672, "attributes": {"exception.message": "card 4711 was declined", "exception.type": "PaymentError", "exception.stacktrace": "Traceback (most recent call last):\n  File \"/app/tests/mlflow_versions/application.py\", line 79, in _end\n    raise PaymentError(plan.error)\ntests.mlflow_versions.application.PaymentError: card 4711 was declined"}}], "status": {"code": "STATUS_CODE_ERROR", "message": "PaymentError: card 4711 was declined"}, "attributes": {"mlflow.spanStartTimeNs": "1765453700030000000", "mlflow.traceRequestId": "\"tr-48e83ba66ecec5c393ed9b02b5c6f38c\"", "mlflow.spanType": "\"TOOL\"", "mlflow.spanInputs": "{\"amount\": 30}", "mlflow.spanLogLevel": "40"}, "links": []}',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "spans" VALUES('tr-48e83ba66ecec5c393ed9b02b5c6f38c',1,'0acda6f5e2f153a9',NULL,'refund','CHAIN','ERROR',1765453700000000000,1765453700150000000,'{"trace_id": "SOg7pm7OxcOT7ZsCtcbzjA==", "span_id": "Cs2m9eLxU6k=", "parent_span_id": null, "name": "refund", "kind": "SPAN_KIND_INTERNAL", "start_time_unix_nano": 1765453700000000000, "end_time_unix_nano": 1765453700150000000, "events": [{"name": "exception", "time_unix_nano": 1765454405625170688, "attributes": {"exception.message": "the refund was not made", "exception.type": "PaymentError", "exception.stacktrace": "Traceback (most recent call last):\n  File \"/app/tests/mlflow_versions/application.py\", line 79, in _end\n    raise PaymentError(plan.error)\ntests.mlflow_versions.application.PaymentError: the refund was not made"}}], "status": {"code": "STATUS_CODE_ERROR", "message": "PaymentError: the refund was not made"}, "attributes": {"mlflow.spanStartTimeNs": "1765453700000000000", "mlflow.traceRequestId": "\"tr-48e83ba66ecec5c393ed9b02b5c6f38c\"", "mlflow.spanType": "\"CHAIN\"", "mlflow.spanInputs": "{\"order\": \"A-1042\"}", "mlflow.spanLogLevel": "40"}, "links": []}',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "spans" VALUES('tr-f3116d2193ce12e358b50160c8485cca',1,'119c2ebd18f29d12','fd977c82e7bc4f56','track_parcel','TOOL','ERROR',1765453800010000000,1765453800100000000,'{"trace_id": "8xFtIZPOEuNYtQFgyEhcyg==", "span_id": "EZwuvRjynRI=", "parent_span_id": "/Zd8gue8T1Y=", "name": "track_parcel", "kind": "SPAN_KIND_INTERNAL", "start_time_unix_nano": 1765453800010000000, "end_time_unix_nano": 1765453800100000000, "events": [{"name": "exception", "time_unix_nano": 1765454405625682432, "attributes": {"exception.message": "the carrier did not answer", "exception.type": "PaymentError", "exception.stacktrace": "Traceback (most recent call last):\n  File \"/app/tests/mlflow_versions/application.py\", line 79, in _end\n    raise PaymentError(plan.error)\ntests.mlflow_versions.application.PaymentError: the carrier did not answer"}}], "status": {"code": "STATUS_CODE_ERROR", "message": "PaymentError: the carrier did not answer"}, "attributes": {"mlflow.spanStartTimeNs": "1765453800010000000", "mlflow.traceRequestId": "\"tr-f3116d2193ce12e358b50160c8485cca\"", "mlflow.spanType": "\"TOOL\"", "mlflow.spanInputs": "{\"parcel\": \"P-1\"}", "mlflow.spanLogLevel": "40"}, "links": []}',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "spans" VALUES('tr-774942ad78f5906517269df4cc03cb4c',1,'cc1db616a71d6c24','6b3a619476389556','step_001','PARSER','OK',1765454200010000000,1765454200019000000,'{"trace_id": "d0lCrXj1kGUXJp30zAPLTA==", "span_id": "zB22FqcdbCQ=", "parent_span_id": "azphlHY4lVY=", "name": "step_001", "kind": "SPAN_KIND_INTERNAL", "start_time_unix_nano": 1765454200010000000, "end_time_unix_nano": 1765454200019000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765454200010000000", "mlflow.traceRequestId": "\"tr-774942ad78f5906517269df4cc03cb4c\"", "mlflow.spanType": "\"PARSER\"", "mlflow.spanInputs": "{\"number\": 1}", "mlflow.spanLogLevel": "10"}, "links": []}',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "spans" VALUES('tr-774942ad78f5906517269df4cc03cb4c',1,'3ade92c69d5f9be1','6b3a619476389556','step_002','PARSER','OK',1765454200020000000,1765454200029000000,'{"trace_id": "d0lCrXj1kGUXJp30zAPLTA==", "span_id": "Ot6Sxp1fm+E=", "parent_span_id": "azphlHY4lVY=", "name": "step_002", "kind": "SPAN_KIND_INTERNAL", "start_time_unix_nano": 1765454200020000000, "end_time_unix_nano": 1765454200029000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765454200020000000", "mlflow.traceRequestId": "\"tr-774942ad78f5906517269df4cc03cb4c\"", "mlflow.spanType": "\"PARSER\"", "mlflow.spanInputs": "{\"number\": 2}", "mlflow.spanLogLevel": "10"}, "links": []}',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "spans" VALUES('tr-774942ad78f5906517269df4cc03cb4c',1,'2b8a5e97c41b2a3f','6b3a619476389556','step_003','PARSER','OK',1765454200030000000,1765454200039000000,'{"trace_id": "d0lCrXj1kGUXJp30zAPLTA==", "span_id": "K4pel8QbKj8=", "parent_span_id": "azphlHY4lVY=", "name": "step_003", "kind": "SPAN_KIND_INTERNAL", "start_time_unix_nano": 1765454200030000000, "end_time_unix_nano": 1765454200039000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765454200030000000", "mlflow.traceRequestId": "\"tr-774942ad78f5906517269df4cc03cb4c\"", "mlflow.spanType": "\"PARSER\"", "mlflow.spanInputs": "{\"number\": 3}", "mlflow.spanLogLevel": "10"}, "links": []}',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "spans" VALUES('tr-774942ad78f5906517269df4cc03cb4c',1,'9777fdc8939a89b2','6b3a619476389556','step_004','PARSER','OK',1765454200040000000,1765454200049000000,'{"trace_id": "d0lCrXj1kGUXJp30zAPLTA==", "span_id": "l3f9yJOaibI=", "parent_span_id": "azphlHY4lVY=", "name": "step_004", "kind": "SPAN_KIND_INTERNAL", "start_time_unix_nano": 1765454200040000000, "end_time_unix_nano": 1765454200049000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765454200040000000", "mlflow.traceRequestId": "\"tr-774942ad78f5906517269df4cc03cb4c\"", "mlflow.spanType": "\"PARSER\"", "mlflow.spanInputs": "{\"number\": 4}", "mlflow.spanLogLevel": "10"}, "links": []}',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "spans" VALUES('tr-774942ad78f5906517269df4cc03cb4c',1,'bf5cc91db6c5a62f','6b3a619476389556','step_005','PARSER','OK',1765454200050000000,1765454200059000000,'{"trace_id": "d0lCrXj1kGUXJp30zAPLTA==", "span_id": "v1zJHbbFpi8=", "parent_span_id": "azphlHY4lVY=", "name": "step_005", "kind": "SPAN_KIND_INTERNAL", "start_time_unix_nano": 1765454200050000000, "end_time_unix_nano": 1765454200059000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765454200050000000", "mlflow.traceRequestId": "\"tr-774942ad78f5906517269df4cc03cb4c\"", "mlflow.spanType": "\"PARSER\"", "mlflow.spanInputs": "{\"number\": 5}", "mlflow.spanLogLevel": "10"}, "links": []}',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "spans" VALUES('tr-f8e37698ea95218ba0720cae94fce469',2,'650154d68cc2be7e','597e6e1411f50921','of_type_tool','TOOL','OK',1765450900060000000,1765450900075000000,'{"trace_id": "+ON2mOqVIYugcgyulPzkaQ==", "span_id": "ZQFU1ozCvn4=", "parent_span_id": "WX5uFBH1CSE=", "name": "of_type_tool", "kind": "SPAN_KIND_INTERNAL", "start_time_unix_nano": 1765450900060000000, "end_time_unix_nano": 1765450900075000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450900060000000", "mlflow.traceRequestId": "\"tr-f8e37698ea95218ba0720cae94fce469\"", "mlflow.spanType": "\"TOOL\"", "mlflow.spanLogLevel": "20"}, "links": []}',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "spans" VALUES('tr-f8e37698ea95218ba0720cae94fce469',2,'68f56102ddcbb89c','597e6e1411f50921','of_type_chat_model','CHAT_MODEL','OK',1765450900080000000,1765450900095000000,'{"trace_id": "+ON2mOqVIYugcgyulPzkaQ==", "span_id": "aPVhAt3LuJw=", "parent_span_id": "WX5uFBH1CSE=", "name": "of_type_chat_model", "kind": "SPAN_KIND_INTERNAL", "start_time_unix_nano": 1765450900080000000, "end_time_unix_nano": 1765450900095000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450900080000000", "mlflow.traceRequestId": "\"tr-f8e37698ea95218ba0720cae94fce469\"", "mlflow.spanType": "\"CHAT_MODEL\"", "mlflow.spanLogLevel": "20"}, "links": []}',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "spans" VALUES('tr-f8e37698ea95218ba0720cae94fce469',2,'bd5017fc76fa11a8','597e6e1411f50921','of_type_retriever','RETRIEVER','OK',1765450900100000000,1765450900115000000,'{"trace_id": "+ON2mOqVIYugcgyulPzkaQ==", "span_id": "vVAX/Hb6Eag=", "parent_span_id": "WX5uFBH1CSE=", "name": "of_type_retriever", "kind": "SPAN_KIND_INTERNAL", "start_time_unix_nano": 1765450900100000000, "end_time_unix_nano": 1765450900115000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450900100000000", "mlflow.traceRequestId": "\"tr-f8e37698ea95218ba0720cae94fce469\"", "mlflow.spanType": "\"RETRIEVER\"", "mlflow.spanLogLevel": "20"}, "links": []}',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "spans" VALUES('tr-f8e37698ea95218ba0720cae94fce469',2,'9588c72139e2a8f9','597e6e1411f50921','of_type_parser','PARSER','OK',1765450900120000000,1765450900135000000,'{"trace_id": "+ON2mOqVIYugcgyulPzkaQ==", "span_id": "lYjHITniqPk=", "parent_span_id": "WX5uFBH1CSE=", "name": "of_type_parser", "kind": "SPAN_KIND_INTERNAL", "start_time_unix_nano": 1765450900120000000, "end_time_unix_nano": 1765450900135000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450900120000000", "mlflow.traceRequestId": "\"tr-f8e37698ea95218ba0720cae94fce469\"", "mlflow.spanType": "\"PARSER\"", "mlflow.spanLogLevel": "10"}, "links": []}',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "spans" VALUES('tr-f8e37698ea95218ba0720cae94fce469',2,'09f854c0f1f246f1','597e6e1411f50921','of_type_embedding','EMBEDDING','OK',1765450900140000000,1765450900155000000,'{"trace_id": "+ON2mOqVIYugcgyulPzkaQ==", "span_id": "CfhUwPHyRvE=", "parent_span_id": "WX5uFBH1CSE=", "name": "of_type_embedding", "kind": "SPAN_KIND_INTERNAL", "start_time_unix_nano": 1765450900140000000, "end_time_unix_nano": 1765450900155000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450900140000000", "mlflow.traceRequestId": "\"tr-f8e37698ea95218ba0720cae94fce469\"", "mlflow.spanType": "\"EMBEDDING\"", "mlflow.spanLogLevel": "20"}, "links": []}',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "spans" VALUES('tr-f8e37698ea95218ba0720cae94fce469',2,'b4dc040969fe26a7','597e6e1411f50921','of_type_evaluator','EVALUATOR','OK',1765450900260000000,1765450900275000000,'{"trace_id": "+ON2mOqVIYugcgyulPzkaQ==", "span_id": "tNwECWn+Jqc=", "parent_span_id": "WX5uFBH1CSE=", "name": "of_type_evaluator", "kind": "SPAN_KIND_INTERNAL", "start_time_unix_nano": 1765450900260000000, "end_time_unix_nano": 1765450900275000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450900260000000", "mlflow.traceRequestId": "\"tr-f8e37698ea95218ba0720cae94fce469\"", "mlflow.spanType": "\"EVALUATOR\"", "mlflow.spanLogLevel": "10"}, "links": []}',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "spans" VALUES('tr-f8e37698ea95218ba0720cae94fce469',2,'bfb622c8d126c88b','597e6e1411f50921','of_type_unknown','UNKNOWN','OK',1765450900280000000,1765450900295000000,'{"trace_id": "+ON2mOqVIYugcgyulPzkaQ==", "span_id": "v7YiyNEmyIs=", "parent_span_id": "WX5uFBH1CSE=", "name": "of_type_unknown", "kind": "SPAN_KIND_INTERNAL", "start_time_unix_nano": 1765450900280000000, "end_time_unix_nano": 1765450900295000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450900280000000", "mlflow.traceRequestId": "\"tr-f8e37698ea95218ba0720cae94fce469\"", "mlflow.spanType": "\"UNKNOWN\"", "mlflow.spanLogLevel": "10"}, "links": []}',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "spans" VALUES('tr-f8e37698ea95218ba0720cae94fce469',2,'597e6e1411f50921',NULL,'pipeline','WORKFLOW','OK',1765450900000000000,1765450900400000000,'{"trace_id": "+ON2mOqVIYugcgyulPzkaQ==", "span_id": "WX5uFBH1CSE=", "parent_span_id": null, "name": "pipeline", "kind": "SPAN_KIND_INTERNAL", "start_time_unix_nano": 1765450900000000000, "end_time_unix_nano": 1765450900400000000, "events": [{"name": "retry", "time_unix_nano": 1765450900000000000, "attributes": {"attempt": 2, "reason": "the queue was full"}}], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450900000000000", "mlflow.traceRequestId": "\"tr-f8e37698ea95218ba0720cae94fce469\"", "mlflow.spanType": "\"WORKFLOW\"", "mlflow.spanInputs": "{\"items\": 15}", "mlflow.spanOutputs": "{\"items\": 15}", "mlflow.spanLogLevel": "10"}, "links": []}',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "spans" VALUES('tr-a196323b06b68c0109adb0a7a838c49f',2,'df5fc1a9031291c3',NULL,'übersetzen 🚀','CHAIN','OK',1765451000000000000,1765451000060000000,'{"trace_id": "oZYyOwa2jAEJrbCnqDjEnw==", "span_id": "31/BqQMSkcM=", "parent_span_id": null, "name": "übersetzen 🚀", "kind": "SPAN_KIND_INTERNAL", "start_time_unix_nano": 1765451000000000000, "end_time_unix_nano": 1765451000060000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765451000000000000", "mlflow.traceRequestId": "\"tr-a196323b06b68c0109adb0a7a838c49f\"", "mlflow.spanType": "\"CHAIN\"", "mlflow.spanInputs": "{\"text\": \"Добрый день 🚀 naïve café, 東京タワー, مرحبا\"}", "mlflow.spanOutputs": "{\"text\": \"ابحرم ,ーワタ京東 ,éfac evïan 🚀 ьнед йырбоД\"}", "mlflow.spanLogLevel": "10"}, "links": []}',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "spans" VALUES('tr-f8e37698ea95218ba0720cae94fce469',2,'d62646ec462a8f87','597e6e1411f50921','of_type_reranker','RERANKER','OK',1765450900160000000,1765450900175000000,'{"trace_id": "+ON2mOqVIYugcgyulPzkaQ==", "span_id": "1iZG7EYqj4c=", "parent_span_id": "WX5uFBH1CSE=", "name": "of_type_reranker", "kind": "SPAN_KIND_INTERNAL", "start_time_unix_nano": 1765450900160000000, "end_time_unix_nano": 1765450900175000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450900160000000", "mlflow.traceRequestId": "\"tr-f8e37698ea95218ba0720cae94fce469\"", "mlflow.spanType": "\"RERANKER\"", "mlflow.spanLogLevel": "10"}, "links": []}',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "spans" VALUES('tr-f8e37698ea95218ba0720cae94fce469',2,'bbe9352968c11e30','597e6e1411f50921','of_type_memory','MEMORY','OK',1765450900180000000,1765450900195000000,'{"trace_id": "+ON2mOqVIYugcgyulPzkaQ==", "span_id": "u+k1KWjBHjA=", "parent_span_id": "WX5uFBH1CSE=", "name": "of_type_memory", "kind": "SPAN_KIND_INTERNAL", "start_time_unix_nano": 1765450900180000000, "end_time_unix_nano": 1765450900195000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450900180000000", "mlflow.traceRequestId": "\"tr-f8e37698ea95218ba0720cae94fce469\"", "mlflow.spanType": "\"MEMORY\"", "mlflow.spanLogLevel": "10"}, "links": []}',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "spans" VALUES('tr-f8e37698ea95218ba0720cae94fce469',2,'b536bee75a7e9ae8','597e6e1411f50921','of_type_workflow','WORKFLOW','OK',1765450900200000000,1765450900215000000,'{"trace_id": "+ON2mOqVIYugcgyulPzkaQ==", "span_id": "tTa+51p+mug=", "parent_span_id": "WX5uFBH1CSE=", "name": "of_type_workflow", "kind": "SPAN_KIND_INTERNAL", "start_time_unix_nano": 1765450900200000000, "end_time_unix_nano": 1765450900215000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450900200000000", "mlflow.traceRequestId": "\"tr-f8e37698ea95218ba0720cae94fce469\"", "mlflow.spanType": "\"WORKFLOW\"", "mlflow.spanLogLevel": "10"}, "links": []}',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "spans" VALUES('tr-f8e37698ea95218ba0720cae94fce469',2,'23f80d271a1af85d','597e6e1411f50921','of_type_task','TASK','OK',1765450900220000000,1765450900235000000,'{"trace_id": "+ON2mOqVIYugcgyulPzkaQ==", "span_id": "I/gNJxoa+F0=", "parent_span_id": "WX5uFBH1CSE=", "name": "of_type_task", "kind": "SPAN_KIND_INTERNAL", "start_time_unix_nano": 1765450900220000000, "end_time_unix_nano": 1765450900235000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450900220000000", "mlflow.traceRequestId": "\"tr-f8e37698ea95218ba0720cae94fce469\"", "mlflow.spanType": "\"TASK\"", "mlflow.spanLogLevel": "10"}, "links": []}',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "spans" VALUES('tr-f8e37698ea95218ba0720cae94fce469',2,'765db34f57794db7','597e6e1411f50921','of_type_guardrail','GUARDRAIL','OK',1765450900240000000,1765450900255000000,'{"trace_id": "+ON2mOqVIYugcgyulPzkaQ==", "span_id": "dl2zT1d5Tbc=", "parent_span_id": "WX5uFBH1CSE=", "name": "of_type_guardrail", "kind": "SPAN_KIND_INTERNAL", "start_time_unix_nano": 1765450900240000000, "end_time_unix_nano": 1765450900255000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450900240000000", "mlflow.traceRequestId": "\"tr-f8e37698ea95218ba0720cae94fce469\"", "mlflow.spanType": "\"GUARDRAIL\"", "mlflow.spanLogLevel": "10"}, "links": []}',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "spans" VALUES('tr-b99b4a495555ecc9cb2b523f8f73aa53',2,'cf9322be0e0cacc2','83be58f3dbdd50ce','complete','LLM','OK',1765450800010000000,1765450801410000000,'{"trace_id": "uZtKSVVV7MnLK1I/j3OqUw==", "span_id": "z5Mivg4MrMI=", "parent_span_id": "g75Y89vdUM4=", "name": "complete", "kind": "SPAN_KIND_INTERNAL", "start_time_unix_nano": 1765450800010000000, "end_time_unix_nano": 1765450801410000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450800010000000", "mlflow.traceRequestId": "\"tr-b99b4a495555ecc9cb2b523f8f73aa53\"", "mlflow.spanType": "\"LLM\"", "mlflow.spanInputs": "{\"prompt\": \"What does the plan cost?\"}", "mlflow.chat.tokenUsage": "{\"input_tokens\": 1200, \"output_tokens\": 80, \"total_tokens\": 1280, \"cache_read_input_tokens\": 1000}", "mlflow.llm.cost": "{\"input_cost\": 0.0125, \"output_cost\": 0.0025, \"total_cost\": 0.015}", "mlflow.llm.model": "\"house-model-2\"", "mlflow.llm.provider": "\"house\"", "mlflow.spanOutputs": "{\"text\": \"Twelve euros a month.\"}", "mlflow.spanLogLevel": "20"}, "links": []}',0.0125,0.0025,0.015,'house-model-2','house');
INSERT INTO "spans" VALUES('tr-b99b4a495555ecc9cb2b523f8f73aa53',2,'83be58f3dbdd50ce',NULL,'answer','AGENT','OK',1765450800000000000,1765450801500000000,'{"trace_id": "uZtKSVVV7MnLK1I/j3OqUw==", "span_id": "g75Y89vdUM4=", "parent_span_id": null, "name": "answer", "kind": "SPAN_KIND_INTERNAL", "start_time_unix_nano": 1765450800000000000, "end_time_unix_nano": 1765450801500000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450800000000000", "mlflow.traceRequestId": "\"tr-b99b4a495555ecc9cb2b523f8f73aa53\"", "mlflow.spanType": "\"AGENT\"", "mlflow.spanInputs": "{\"question\": \"What does the plan cost?\"}", "mlflow.spanOutputs": "{\"answer\": \"Twelve euros a month.\"}", "mlflow.spanLogLevel": "20"}, "links": []}',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "spans" VALUES('tr-f8e37698ea95218ba0720cae94fce469',2,'084896938a1baff1','597e6e1411f50921','of_type_llm','LLM','OK',1765450900000000000,1765450900015000000,'{"trace_id": "+ON2mOqVIYugcgyulPzkaQ==", "span_id": "CEiWk4obr/E=", "parent_span_id": "WX5uFBH1CSE=", "name": "of_type_llm", "kind": "SPAN_KIND_INTERNAL", "start_time_unix_nano": 1765450900000000000, "end_time_unix_nano": 1765450900015000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450900000000000", "mlflow.traceRequestId": "\"tr-f8e37698ea95218ba0720cae94fce469\"", "mlflow.spanType": "\"LLM\"", "mlflow.spanLogLevel": "20"}, "links": []}',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "spans" VALUES('tr-f8e37698ea95218ba0720cae94fce469',2,'453eadf1626c9795','597e6e1411f50921','of_type_chain','CHAIN','OK',1765450900020000000,1765450900035000000,'{"trace_id": "+ON2mOqVIYugcgyulPzkaQ==", "span_id": "RT6t8WJsl5U=", "parent_span_id": "WX5uFBH1CSE=", "name": "of_type_chain", "kind": "SPAN_KIND_INTERNAL", "start_time_unix_nano": 1765450900020000000, "end_time_unix_nano": 1765450900035000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450900020000000", "mlflow.traceRequestId": "\"tr-f8e37698ea95218ba0720cae94fce469\"", "mlflow.spanType": "\"CHAIN\"", "mlflow.spanLogLevel": "10"}, "links": []}',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "spans" VALUES('tr-f8e37698ea95218ba0720cae94fce469',2,'f6bd2141ded05a96','597e6e1411f50921','of_type_agent','AGENT','OK',1765450900040000000,1765450900055000000,'{"trace_id": "+ON2mOqVIYugcgyulPzkaQ==", "span_id": "9r0hQd7QWpY=", "parent_span_id": "WX5uFBH1CSE=", "name": "of_type_agent", "kind": "SPAN_KIND_INTERNAL", "start_time_unix_nano": 1765450900040000000, "end_time_unix_nano": 1765450900055000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450900040000000", "mlflow.traceRequestId": "\"tr-f8e37698ea95218ba0720cae94fce469\"", "mlflow.spanType": "\"AGENT\"", "mlflow.spanLogLevel": "20"}, "links": []}',NULL,NULL,NULL,NULL,NULL);
CREATE TABLE sql_assessment_daily_rollups (
 id INTEGER NOT NULL, 
 experiment_id INTEGER NOT NULL, 
 rollup_day DATE NOT NULL, 
 metric_name VARCHAR(250) NOT NULL, 
 grouping_set VARCHAR(50) NOT NULL, 
 sample_count BIGINT NOT NULL, 
 sum_value FLOAT, 
 min_value FLOAT, 
 max_value FLOAT, 
 CONSTRAINT sql_assessment_daily_rollups_pk PRIMARY KEY (id)
);
CREATE TABLE sql_span_cost_daily_rollups (
 id INTEGER NOT NULL, 
 experiment_id INTEGER NOT NULL, 
 rollup_day DATE NOT NULL, 
 metric_name VARCHAR(250) NOT NULL, 
 grouping_set VARCHAR(50) NOT NULL, 
 model_name VARCHAR(500), 
 model_provider VARCHAR(500), 
 sample_count BIGINT NOT NULL, 
 sum_value FLOAT, 
 min_value FLOAT, 
 max_value FLOAT, 
 CONSTRAINT sql_span_cost_daily_rollups_pk PRIMARY KEY (id)
);
CREATE TABLE sql_trace_metric_daily_rollups (
 id INTEGER NOT NULL, 
 experiment_id INTEGER NOT NULL, 
 rollup_day DATE NOT NULL, 
 metric_name VARCHAR(250) NOT NULL, 
 grouping_set VARCHAR(50) NOT NULL, 
 trace_status VARCHAR(50), 
 sample_count BIGINT NOT NULL, 
 sum_value FLOAT, 
 min_value FLOAT, 
 max_value FLOAT, 
 p50_value FLOAT, 
 p90_value FLOAT, 
 p99_value FLOAT, 
 CONSTRAINT sql_trace_metric_daily_rollups_pk PRIMARY KEY (id)
);
CREATE TABLE sql_trace_rollup_rebuild_queue (
 experiment_id INTEGER NOT NULL, 
 rollup_day DATE NOT NULL, 
 rollup_family VARCHAR(50) NOT NULL, 
 CONSTRAINT sql_trace_rollup_rebuild_queue_pk PRIMARY KEY (experiment_id, rollup_day, rollup_family)
);
CREATE TABLE "tags" (
 "key" VARCHAR(250) NOT NULL, 
 value VARCHAR(8000), 
 run_uuid VARCHAR(32) NOT NULL, 
 CONSTRAINT tag_pk PRIMARY KEY ("key", run_uuid), 
 FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid)
);
INSERT INTO "tags" VALUES('mlflow.user','somebody','67e090f0967f438398adff4314a58d02');
INSERT INTO "tags" VALUES('mlflow.source.name','application.py','67e090f0967f438398adff4314a58d02');
INSERT INTO "tags" VALUES('mlflow.source.type','LOCAL','67e090f0967f438398adff4314a58d02');
INSERT INTO "tags" VALUES('mlflow.runName','invincible-fowl-585','67e090f0967f438398adff4314a58d02');
CREATE TABLE "trace_info" (
 request_id VARCHAR(50) NOT NULL, 
 experiment_id INTEGER NOT NULL, 
 timestamp_ms BIGINT NOT NULL, 
 execution_time_ms BIGINT, 
 status VARCHAR(50) NOT NULL, 
 client_request_id VARCHAR(50), 
 request_preview VARCHAR(1000), 
 response_preview VARCHAR(1000), 
 db_payload_generation INTEGER DEFAULT '0' NOT NULL, trace_name VARCHAR(4096), session_id VARCHAR(250), input_tokens BIGINT, output_tokens BIGINT, total_tokens BIGINT, cache_read_input_tokens BIGINT, cache_creation_input_tokens BIGINT, cache_creation_input_tokens_above_1hr BIGINT, input_cost FLOAT, output_cost FLOAT, total_cost FLOAT, 
 CONSTRAINT trace_info_pk PRIMARY KEY (request_id), 
 CONSTRAINT fk_trace_info_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE CASCADE
);
INSERT INTO "trace_info" VALUES('tr-246f42cce08eba5e847e98a1ae805def',1,1765453900000,62000,'OK',NULL,'{"questions": 40}','{"right": 38}',1,'evaluate',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "trace_info" VALUES('tr-786f76556448f6aa7e8e7a0e1734b7f6',1,1765453500000,300,'OK','req-1','{"question": "When will my lamp arrive?"}','{"answer": "Your lamp arrives on Friday."}',1,'support_agent','session-1',12,7,19,NULL,NULL,NULL,1.8e-06,4.2e-06,5.99999999999999930524e-06);
INSERT INTO "trace_info" VALUES('tr-1ee39e261b28a2c63bdad304ac104787',1,1765453600000,280,'OK','req-2','{"question": "And if I am not at home?"}','{"answer": "Then a neighbour takes it."}',2,'support_agent','session-1',30,6,36,NULL,NULL,NULL,4.5e-06,3.6e-06,8.1e-06);
INSERT INTO "trace_info" VALUES('tr-48e83ba66ecec5c393ed9b02b5c6f38c',1,1765453700000,150,'ERROR',NULL,'{"order": "A-1042"}',NULL,1,'refund',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "trace_info" VALUES('tr-f3116d2193ce12e358b50160c8485cca',1,1765453800000,500,'OK',NULL,'{"question": "Where is my parcel?"}','{"answer": "With the carrier."}',3,'support_agent',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "trace_info" VALUES('tr-953f7adf65966f74abb5030672342b66',1,1765454000000,40,'OK',NULL,'"in plain text"','"out plain text"',2,'predict',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "trace_info" VALUES('tr-6d03c2603a9d484d682e185ac839a599',1,1765454100000,30,'OK',NULL,'{"text": "a 50%_off \"sale\" für 東京"}','{"ok": true}',2,'größer than 100% ''sure''',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "trace_info" VALUES('tr-774942ad78f5906517269df4cc03cb4c',1,1765454200000,5000,'OK',NULL,'{"pages": [{"text": "short"}, {"text": "line 0 of a long report, line 1 of a long report, line 2 of a long report, line 3 of a long report, line 4 of a long report, line 5 of a long report, line 6 of a long report, line 7 of a long report, line 8 of a long report, line 9 of a long report, line 10 of a long report, line 11 of a long report, line 12 of a long report, line 13 of a long report, line 14 of a long report, line 15 of a long report, line 16 of a long report, line 17 of a long report, line 18 of a long report, line 19 of a long report, line 20 of a long report, line 21 of a long report, line 22 of a long report, line 23 of a long report, line 24 of a long report, line 25 of a long report, line 26 of a long report, line 27 of a long report, line 28 of a long report, line 29 of a long report, line 30 of a long report, line 31 of a long report, line 32 of a long report, line 33 of a long report, line 34 of a long report, line 35 of a long report, line 36 of a long report, line ...','"done"',4,'report',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "trace_info" VALUES('tr-18d51323d61d67641195ce97a8d591ba',1,1765454300005,20,'IN_PROGRESS',NULL,NULL,NULL,1,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "trace_info" VALUES('tr-9a6a6a04def4c8a0937782d31b70e48a',1,1765454350005,20,'IN_PROGRESS',NULL,NULL,NULL,1,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "trace_info" VALUES('tr-b99b4a495555ecc9cb2b523f8f73aa53',2,1765450800000,1500,'OK',NULL,'{"question": "What does the plan cost?"}','{"answer": "Twelve euros a month."}',1,'answer','chat-7',1200,80,1280,1000,NULL,NULL,0.0125,0.0025,0.015);
INSERT INTO "trace_info" VALUES('tr-f8e37698ea95218ba0720cae94fce469',2,1765450900000,400,'OK',NULL,'{"items": 15}','{"items": 15}',5,'pipeline','chat-8',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "trace_info" VALUES('tr-a196323b06b68c0109adb0a7a838c49f',2,1765451000000,60,'OK',NULL,'{"text": "Добрый день 🚀 naïve café, 東京タワー, مرحبا"}','{"text": "ابحرم ,ーワタ京東 ,éfac evïan 🚀 ьнед йырбоД"}',1,'übersetzen 🚀',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE trace_metrics (
 request_id VARCHAR(50) NOT NULL, 
 "key" VARCHAR(250) NOT NULL, 
 value FLOAT, 
 CONSTRAINT trace_metrics_pk PRIMARY KEY (request_id, "key"), 
 CONSTRAINT fk_trace_metrics_request_id FOREIGN KEY(request_id) REFERENCES trace_info (request_id) ON DELETE CASCADE
);
CREATE TABLE "trace_request_metadata" (
 "key" VARCHAR(250) NOT NULL, 
 value VARCHAR(8000), 
 request_id VARCHAR(50) NOT NULL, 
 CONSTRAINT trace_request_metadata_pk PRIMARY KEY ("key", request_id), 
 CONSTRAINT fk_trace_request_metadata_request_id FOREIGN KEY(request_id) REFERENCES trace_info (request_id) ON DELETE CASCADE
);
INSERT INTO "trace_request_metadata" VALUES('dataset','faq','tr-246f42cce08eba5e847e98a1ae805def');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.branch','','tr-246f42cce08eba5e847e98a1ae805def');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.commit','','tr-246f42cce08eba5e847e98a1ae805def');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.repoURL','','tr-246f42cce08eba5e847e98a1ae805def');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.name','application.py','tr-246f42cce08eba5e847e98a1ae805def');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.type','LOCAL','tr-246f42cce08eba5e847e98a1ae805def');
INSERT INTO "trace_request_metadata" VALUES('mlflow.sourceRun','67e090f0967f438398adff4314a58d02','tr-246f42cce08eba5e847e98a1ae805def');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.infoFinalized','true','tr-246f42cce08eba5e847e98a1ae805def');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.sizeBytes','1410','tr-246f42cce08eba5e847e98a1ae805def');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.sizeStats','{"total_size_bytes": 1410, "num_spans": 1, "max": 592, "p25": 592, "p50": 592, "p75": 592}','tr-246f42cce08eba5e847e98a1ae805def');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceInputs','{"questions": 40}','tr-246f42cce08eba5e847e98a1ae805def');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceOutputs','{"right": 38}','tr-246f42cce08eba5e847e98a1ae805def');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace_schema.version','3','tr-246f42cce08eba5e847e98a1ae805def');
INSERT INTO "trace_request_metadata" VALUES('mlflow.user','somebody','tr-246f42cce08eba5e847e98a1ae805def');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.branch','','tr-786f76556448f6aa7e8e7a0e1734b7f6');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.commit','','tr-786f76556448f6aa7e8e7a0e1734b7f6');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.repoURL','','tr-786f76556448f6aa7e8e7a0e1734b7f6');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.name','application.py','tr-786f76556448f6aa7e8e7a0e1734b7f6');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.type','LOCAL','tr-786f76556448f6aa7e8e7a0e1734b7f6');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.infoFinalized','true','tr-786f76556448f6aa7e8e7a0e1734b7f6');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.sizeBytes','3445','tr-786f76556448f6aa7e8e7a0e1734b7f6');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.sizeStats','{"total_size_bytes": 3445, "num_spans": 3, "max": 978, "p25": 677, "p50": 704, "p75": 841}','tr-786f76556448f6aa7e8e7a0e1734b7f6');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.user','user_7','tr-786f76556448f6aa7e8e7a0e1734b7f6');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceInputs','{"question": "When will my lamp arrive?"}','tr-786f76556448f6aa7e8e7a0e1734b7f6');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceOutputs','{"answer": "Your lamp arrives on Friday."}','tr-786f76556448f6aa7e8e7a0e1734b7f6');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace_schema.version','3','tr-786f76556448f6aa7e8e7a0e1734b7f6');
INSERT INTO "trace_request_metadata" VALUES('mlflow.user','somebody','tr-786f76556448f6aa7e8e7a0e1734b7f6');
INSERT INTO "trace_request_metadata" VALUES('tenant','acme','tr-786f76556448f6aa7e8e7a0e1734b7f6');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.branch','','tr-1ee39e261b28a2c63bdad304ac104787');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.commit','','tr-1ee39e261b28a2c63bdad304ac104787');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.repoURL','','tr-1ee39e261b28a2c63bdad304ac104787');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.name','application.py','tr-1ee39e261b28a2c63bdad304ac104787');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.type','LOCAL','tr-1ee39e261b28a2c63bdad304ac104787');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.infoFinalized','true','tr-1ee39e261b28a2c63bdad304ac104787');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.sizeBytes','2843','tr-1ee39e261b28a2c63bdad304ac104787');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.sizeStats','{"total_size_bytes": 2843, "num_spans": 2, "max": 1115, "p25": 764, "p50": 881, "p75": 998}','tr-1ee39e261b28a2c63bdad304ac104787');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.user','user_7','tr-1ee39e261b28a2c63bdad304ac104787');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceInputs','{"question": "And if I am not at home?"}','tr-1ee39e261b28a2c63bdad304ac104787');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceOutputs','{"answer": "Then a neighbour takes it."}','tr-1ee39e261b28a2c63bdad304ac104787');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace_schema.version','3','tr-1ee39e261b28a2c63bdad304ac104787');
INSERT INTO "trace_request_metadata" VALUES('mlflow.user','somebody','tr-1ee39e261b28a2c63bdad304ac104787');
INSERT INTO "trace_request_metadata" VALUES('tenant','acme','tr-1ee39e261b28a2c63bdad304ac104787');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.branch','','tr-48e83ba66ecec5c393ed9b02b5c6f38c');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.commit','','tr-48e83ba66ecec5c393ed9b02b5c6f38c');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.repoURL','','tr-48e83ba66ecec5c393ed9b02b5c6f38c');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.name','application.py','tr-48e83ba66ecec5c393ed9b02b5c6f38c');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.type','LOCAL','tr-48e83ba66ecec5c393ed9b02b5c6f38c');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.infoFinalized','true','tr-48e83ba66ecec5c393ed9b02b5c6f38c');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.sizeBytes','3342','tr-48e83ba66ecec5c393ed9b02b5c6f38c');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.sizeStats','{"total_size_bytes": 3342, "num_spans": 3, "max": 1000, "p25": 801, "p50": 996, "p75": 998}','tr-48e83ba66ecec5c393ed9b02b5c6f38c');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.user','user_8','tr-48e83ba66ecec5c393ed9b02b5c6f38c');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceInputs','{"order": "A-1042"}','tr-48e83ba66ecec5c393ed9b02b5c6f38c');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceOutputs','','tr-48e83ba66ecec5c393ed9b02b5c6f38c');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace_schema.version','3','tr-48e83ba66ecec5c393ed9b02b5c6f38c');
INSERT INTO "trace_request_metadata" VALUES('mlflow.user','somebody','tr-48e83ba66ecec5c393ed9b02b5c6f38c');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.branch','','tr-f3116d2193ce12e358b50160c8485cca');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.commit','','tr-f3116d2193ce12e358b50160c8485cca');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.repoURL','','tr-f3116d2193ce12e358b50160c8485cca');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.name','application.py','tr-f3116d2193ce12e358b50160c8485cca');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.type','LOCAL','tr-f3116d2193ce12e358b50160c8485cca');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.infoFinalized','true','tr-f3116d2193ce12e358b50160c8485cca');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.sizeBytes','3105','tr-f3116d2193ce12e358b50160c8485cca');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.sizeStats','{"total_size_bytes": 3105, "num_spans": 3, "max": 1018, "p25": 624, "p50": 633, "p75": 825}','tr-f3116d2193ce12e358b50160c8485cca');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceInputs','{"question": "Where is my parcel?"}','tr-f3116d2193ce12e358b50160c8485cca');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceOutputs','{"answer": "With the carrier."}','tr-f3116d2193ce12e358b50160c8485cca');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace_schema.version','3','tr-f3116d2193ce12e358b50160c8485cca');
INSERT INTO "trace_request_metadata" VALUES('mlflow.user','somebody','tr-f3116d2193ce12e358b50160c8485cca');
INSERT INTO "trace_request_metadata" VALUES('mlflow.modelId','m-0123456789abcdef0123456789abcdef','tr-953f7adf65966f74abb5030672342b66');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.branch','','tr-953f7adf65966f74abb5030672342b66');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.commit','','tr-953f7adf65966f74abb5030672342b66');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.repoURL','','tr-953f7adf65966f74abb5030672342b66');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.name','application.py','tr-953f7adf65966f74abb5030672342b66');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.type','LOCAL','tr-953f7adf65966f74abb5030672342b66');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.infoFinalized','true','tr-953f7adf65966f74abb5030672342b66');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.sizeBytes','1366','tr-953f7adf65966f74abb5030672342b66');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.sizeStats','{"total_size_bytes": 1366, "num_spans": 1, "max": 586, "p25": 586, "p50": 586, "p75": 586}','tr-953f7adf65966f74abb5030672342b66');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceInputs','"in plain text"','tr-953f7adf65966f74abb5030672342b66');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceOutputs','"out plain text"','tr-953f7adf65966f74abb5030672342b66');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace_schema.version','3','tr-953f7adf65966f74abb5030672342b66');
INSERT INTO "trace_request_metadata" VALUES('mlflow.user','somebody','tr-953f7adf65966f74abb5030672342b66');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.branch','','tr-6d03c2603a9d484d682e185ac839a599');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.commit','','tr-6d03c2603a9d484d682e185ac839a599');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.repoURL','','tr-6d03c2603a9d484d682e185ac839a599');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.name','application.py','tr-6d03c2603a9d484d682e185ac839a599');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.type','LOCAL','tr-6d03c2603a9d484d682e185ac839a599');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.infoFinalized','true','tr-6d03c2603a9d484d682e185ac839a599');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.sizeBytes','1647','tr-6d03c2603a9d484d682e185ac839a599');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.sizeStats','{"total_size_bytes": 1647, "num_spans": 1, "max": 652, "p25": 652, "p50": 652, "p75": 652}','tr-6d03c2603a9d484d682e185ac839a599');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceInputs','{"text": "a 50%_off \"sale\" für 東京"}','tr-6d03c2603a9d484d682e185ac839a599');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceOutputs','{"ok": true}','tr-6d03c2603a9d484d682e185ac839a599');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace_schema.version','3','tr-6d03c2603a9d484d682e185ac839a599');
INSERT INTO "trace_request_metadata" VALUES('mlflow.user','somebody','tr-6d03c2603a9d484d682e185ac839a599');
INSERT INTO "trace_request_metadata" VALUES('tenant/region','eu-west','tr-6d03c2603a9d484d682e185ac839a599');
INSERT INTO "trace_request_metadata" VALUES('überschrift','größer','tr-6d03c2603a9d484d682e185ac839a599');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.branch','','tr-774942ad78f5906517269df4cc03cb4c');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.commit','','tr-774942ad78f5906517269df4cc03cb4c');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.repoURL','','tr-774942ad78f5906517269df4cc03cb4c');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.name','application.py','tr-774942ad78f5906517269df4cc03cb4c');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.type','LOCAL','tr-774942ad78f5906517269df4cc03cb4c');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.infoFinalized','true','tr-774942ad78f5906517269df4cc03cb4c');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.sizeBytes','8889','tr-774942ad78f5906517269df4cc03cb4c');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.sizeStats','{"total_size_bytes": 8889, "num_spans": 7, "max": 3614, "p25": 554, "p50": 554, "p75": 554}','tr-774942ad78f5906517269df4cc03cb4c');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceInputs','{"pages": [{"text": "short"}, {"text": "line 0 of a long report, line 1 of a long report, line 2 of a long report, line 3 of a long report, line 4 of a long report, line 5 of a long report, line 6 of a long report, line 7 of a long report, line 8 ...','tr-774942ad78f5906517269df4cc03cb4c');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceOutputs','"done"','tr-774942ad78f5906517269df4cc03cb4c');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace_schema.version','3','tr-774942ad78f5906517269df4cc03cb4c');
INSERT INTO "trace_request_metadata" VALUES('mlflow.user','somebody','tr-774942ad78f5906517269df4cc03cb4c');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.branch','','tr-b99b4a495555ecc9cb2b523f8f73aa53');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.commit','','tr-b99b4a495555ecc9cb2b523f8f73aa53');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.repoURL','','tr-b99b4a495555ecc9cb2b523f8f73aa53');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.name','application.py','tr-b99b4a495555ecc9cb2b523f8f73aa53');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.type','LOCAL','tr-b99b4a495555ecc9cb2b523f8f73aa53');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.infoFinalized','true','tr-b99b4a495555ecc9cb2b523f8f73aa53');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.sizeBytes','2622','tr-b99b4a495555ecc9cb2b523f8f73aa53');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.sizeStats','{"total_size_bytes": 2622, "num_spans": 2, "max": 949, "p25": 713, "p50": 792, "p75": 870}','tr-b99b4a495555ecc9cb2b523f8f73aa53');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.user','ana','tr-b99b4a495555ecc9cb2b523f8f73aa53');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceInputs','{"question": "What does the plan cost?"}','tr-b99b4a495555ecc9cb2b523f8f73aa53');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceOutputs','{"answer": "Twelve euros a month."}','tr-b99b4a495555ecc9cb2b523f8f73aa53');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace_schema.version','3','tr-b99b4a495555ecc9cb2b523f8f73aa53');
INSERT INTO "trace_request_metadata" VALUES('mlflow.user','somebody','tr-b99b4a495555ecc9cb2b523f8f73aa53');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.branch','','tr-a196323b06b68c0109adb0a7a838c49f');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.commit','','tr-a196323b06b68c0109adb0a7a838c49f');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.repoURL','','tr-a196323b06b68c0109adb0a7a838c49f');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.name','application.py','tr-a196323b06b68c0109adb0a7a838c49f');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.type','LOCAL','tr-a196323b06b68c0109adb0a7a838c49f');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.infoFinalized','true','tr-a196323b06b68c0109adb0a7a838c49f');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.sizeBytes','2390','tr-a196323b06b68c0109adb0a7a838c49f');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.sizeStats','{"total_size_bytes": 2390, "num_spans": 1, "max": 924, "p25": 924, "p50": 924, "p75": 924}','tr-a196323b06b68c0109adb0a7a838c49f');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.user','Zoë','tr-a196323b06b68c0109adb0a7a838c49f');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceInputs','{"text": "Добрый день 🚀 naïve café, 東京タワー, مرحبا"}','tr-a196323b06b68c0109adb0a7a838c49f');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceOutputs','{"text": "ابحرم ,ーワタ京東 ,éfac evïan 🚀 ьнед йырбоД"}','tr-a196323b06b68c0109adb0a7a838c49f');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace_schema.version','3','tr-a196323b06b68c0109adb0a7a838c49f');
INSERT INTO "trace_request_metadata" VALUES('mlflow.user','somebody','tr-a196323b06b68c0109adb0a7a838c49f');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.branch','','tr-f8e37698ea95218ba0720cae94fce469');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.commit','','tr-f8e37698ea95218ba0720cae94fce469');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.repoURL','','tr-f8e37698ea95218ba0720cae94fce469');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.name','application.py','tr-f8e37698ea95218ba0720cae94fce469');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.type','LOCAL','tr-f8e37698ea95218ba0720cae94fce469');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.infoFinalized','true','tr-f8e37698ea95218ba0720cae94fce469');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.sizeBytes','9327','tr-f8e37698ea95218ba0720cae94fce469');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.sizeStats','{"total_size_bytes": 9327, "num_spans": 16, "max": 705, "p25": 518, "p50": 523, "p75": 526}','tr-f8e37698ea95218ba0720cae94fce469');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceInputs','{"items": 15}','tr-f8e37698ea95218ba0720cae94fce469');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceOutputs','{"items": 15}','tr-f8e37698ea95218ba0720cae94fce469');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace_schema.version','3','tr-f8e37698ea95218ba0720cae94fce469');
INSERT INTO "trace_request_metadata" VALUES('mlflow.user','somebody','tr-f8e37698ea95218ba0720cae94fce469');
CREATE TABLE "trace_tags" (
 "key" VARCHAR(250) NOT NULL, 
 value VARCHAR(8000), 
 request_id VARCHAR(50) NOT NULL, 
 CONSTRAINT trace_tag_pk PRIMARY KEY ("key", request_id), 
 CONSTRAINT fk_trace_tags_request_id FOREIGN KEY(request_id) REFERENCES trace_info (request_id) ON DELETE CASCADE
);
INSERT INTO "trace_tags" VALUES('job','nightly','tr-246f42cce08eba5e847e98a1ae805def');
INSERT INTO "trace_tags" VALUES('mlflow.artifactLocation','@FOLDER@/1/traces/tr-246f42cce08eba5e847e98a1ae805def/artifacts','tr-246f42cce08eba5e847e98a1ae805def');
INSERT INTO "trace_tags" VALUES('environment','production','tr-786f76556448f6aa7e8e7a0e1734b7f6');
INSERT INTO "trace_tags" VALUES('model-name','gpt-4o','tr-786f76556448f6aa7e8e7a0e1734b7f6');
INSERT INTO "trace_tags" VALUES('mlflow.artifactLocation','@FOLDER@/1/traces/tr-786f76556448f6aa7e8e7a0e1734b7f6/artifacts','tr-786f76556448f6aa7e8e7a0e1734b7f6');
INSERT INTO "trace_tags" VALUES('environment','production','tr-1ee39e261b28a2c63bdad304ac104787');
INSERT INTO "trace_tags" VALUES('mlflow.artifactLocation','@FOLDER@/1/traces/tr-1ee39e261b28a2c63bdad304ac104787/artifacts','tr-1ee39e261b28a2c63bdad304ac104787');
INSERT INTO "trace_tags" VALUES('environment','staging','tr-48e83ba66ecec5c393ed9b02b5c6f38c');
INSERT INTO "trace_tags" VALUES('mlflow.artifactLocation','@FOLDER@/1/traces/tr-48e83ba66ecec5c393ed9b02b5c6f38c/artifacts','tr-48e83ba66ecec5c393ed9b02b5c6f38c');
INSERT INTO "trace_tags" VALUES('mlflow.trace.spansLocation','TRACKING_STORE','tr-246f42cce08eba5e847e98a1ae805def');
INSERT INTO "trace_tags" VALUES('mlflow.trace.spansLocation','TRACKING_STORE','tr-786f76556448f6aa7e8e7a0e1734b7f6');
INSERT INTO "trace_tags" VALUES('mlflow.trace.spansLocation','TRACKING_STORE','tr-1ee39e261b28a2c63bdad304ac104787');
INSERT INTO "trace_tags" VALUES('mlflow.artifactLocation','@FOLDER@/1/traces/tr-f3116d2193ce12e358b50160c8485cca/artifacts','tr-f3116d2193ce12e358b50160c8485cca');
INSERT INTO "trace_tags" VALUES('mlflow.artifactLocation','@FOLDER@/1/traces/tr-953f7adf65966f74abb5030672342b66/artifacts','tr-953f7adf65966f74abb5030672342b66');
INSERT INTO "trace_tags" VALUES('mlflow.artifactLocation','@FOLDER@/1/traces/tr-6d03c2603a9d484d682e185ac839a599/artifacts','tr-6d03c2603a9d484d682e185ac839a599');
INSERT INTO "trace_tags" VALUES('mlflow.artifactLocation','@FOLDER@/1/traces/tr-774942ad78f5906517269df4cc03cb4c/artifacts','tr-774942ad78f5906517269df4cc03cb4c');
INSERT INTO "trace_tags" VALUES('mlflow.trace.spansLocation','TRACKING_STORE','tr-f3116d2193ce12e358b50160c8485cca');
INSERT INTO "trace_tags" VALUES('mlflow.trace.spansLocation','TRACKING_STORE','tr-953f7adf65966f74abb5030672342b66');
INSERT INTO "trace_tags" VALUES('mlflow.trace.spansLocation','TRACKING_STORE','tr-6d03c2603a9d484d682e185ac839a599');
INSERT INTO "trace_tags" VALUES('mlflow.trace.spansLocation','TRACKING_STORE','tr-774942ad78f5906517269df4cc03cb4c');
INSERT INTO "trace_tags" VALUES('mlflow.artifactLocation','@FOLDER@/1/traces/tr-18d51323d61d67641195ce97a8d591ba/artifacts','tr-18d51323d61d67641195ce97a8d591ba');
INSERT INTO "trace_tags" VALUES('mlflow.artifactLocation','@FOLDER@/1/traces/tr-9a6a6a04def4c8a0937782d31b70e48a/artifacts','tr-9a6a6a04def4c8a0937782d31b70e48a');
INSERT INTO "trace_tags" VALUES('mlflow.trace.spansLocation','TRACKING_STORE','tr-18d51323d61d67641195ce97a8d591ba');
INSERT INTO "trace_tags" VALUES('mlflow.trace.spansLocation','TRACKING_STORE','tr-9a6a6a04def4c8a0937782d31b70e48a');
INSERT INTO "trace_tags" VALUES('environment','staging','tr-f3116d2193ce12e358b50160c8485cca');
INSERT INTO "trace_tags" VALUES('mlflow.trace.spansLocation','TRACKING_STORE','tr-48e83ba66ecec5c393ed9b02b5c6f38c');
INSERT INTO "trace_tags" VALUES('quotes','both '' and "','tr-6d03c2603a9d484d682e185ac839a599');
INSERT INTO "trace_tags" VALUES('note','100%_sure','tr-6d03c2603a9d484d682e185ac839a599');
INSERT INTO "trace_tags" VALUES('back','C:\temp\','tr-6d03c2603a9d484d682e185ac839a599');
INSERT INTO "trace_tags" VALUES('name','a tag called name','tr-6d03c2603a9d484d682e185ac839a599');
INSERT INTO "trace_tags" VALUES('mlflow.linkedPrompts','[{"name": "greeting", "version": "1"}]','tr-953f7adf65966f74abb5030672342b66');
INSERT INTO "trace_tags" VALUES('tier','gold','tr-b99b4a495555ecc9cb2b523f8f73aa53');
INSERT INTO "trace_tags" VALUES('mlflow.artifactLocation','@FOLDER@/2/traces/tr-b99b4a495555ecc9cb2b523f8f73aa53/artifacts','tr-b99b4a495555ecc9cb2b523f8f73aa53');
INSERT INTO "trace_tags" VALUES('mlflow.artifactLocation','@FOLDER@/2/traces/tr-f8e37698ea95218ba0720cae94fce469/artifacts','tr-f8e37698ea95218ba0720cae94fce469');
INSERT INTO "trace_tags" VALUES('mlflow.trace.spansLocation','TRACKING_STORE','tr-f8e37698ea95218ba0720cae94fce469');
INSERT INTO "trace_tags" VALUES('língua','português','tr-a196323b06b68c0109adb0a7a838c49f');
INSERT INTO "trace_tags" VALUES('emoji','🚀','tr-a196323b06b68c0109adb0a7a838c49f');
INSERT INTO "trace_tags" VALUES('mlflow.artifactLocation','@FOLDER@/2/traces/tr-a196323b06b68c0109adb0a7a838c49f/artifacts','tr-a196323b06b68c0109adb0a7a838c49f');
INSERT INTO "trace_tags" VALUES('mlflow.trace.spansLocation','TRACKING_STORE','tr-a196323b06b68c0109adb0a7a838c49f');
INSERT INTO "trace_tags" VALUES('mlflow.trace.spansLocation','TRACKING_STORE','tr-b99b4a495555ecc9cb2b523f8f73aa53');
INSERT INTO "trace_tags" VALUES('tier','silver','tr-f8e37698ea95218ba0720cae94fce469');
INSERT INTO "trace_tags" VALUES('mlflow.linkedPrompts','[{"name": "greeting", "version": "2"}]','tr-b99b4a495555ecc9cb2b523f8f73aa53');
CREATE TABLE webhook_events (
 webhook_id VARCHAR(256) NOT NULL, 
 entity VARCHAR(50) NOT NULL, 
 action VARCHAR(50) NOT NULL, 
 CONSTRAINT webhook_event_pk PRIMARY KEY (webhook_id, entity, action), 
 FOREIGN KEY(webhook_id) REFERENCES webhooks (webhook_id) ON DELETE cascade
);
CREATE TABLE "webhooks" (
 webhook_id VARCHAR(256) NOT NULL, 
 name VARCHAR(256) NOT NULL, 
 description VARCHAR(1000), 
 url VARCHAR(500) NOT NULL, 
 status VARCHAR(20) DEFAULT 'ACTIVE' NOT NULL, 
 secret VARCHAR(1000), 
 creation_timestamp BIGINT, 
 last_updated_timestamp BIGINT, 
 deleted_timestamp BIGINT, 
 workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
 CONSTRAINT webhook_pk PRIMARY KEY (webhook_id)
);
CREATE TABLE workspaces (
 name VARCHAR(63) NOT NULL, 
 description TEXT, 
 default_artifact_root TEXT, trace_archival_location TEXT, trace_archival_retention VARCHAR(32), 
 CONSTRAINT workspaces_pk PRIMARY KEY (name)
);
INSERT INTO "workspaces" VALUES('default','Default workspace for legacy resources',NULL,NULL,NULL);
CREATE INDEX index_metrics_run_uuid ON metrics (run_uuid);
CREATE INDEX index_latest_metrics_run_uuid ON latest_metrics (run_uuid);
CREATE INDEX index_inputs_input_uuid ON inputs (input_uuid);
CREATE INDEX index_inputs_destination_type_destination_id_source_type ON inputs (destination_type, destination_id, source_type);
CREATE INDEX index_params_run_uuid ON params (run_uuid);
CREATE INDEX index_trace_tags_request_id ON trace_tags (request_id);
CREATE INDEX index_trace_request_metadata_request_id ON trace_request_metadata (request_id);
CREATE INDEX index_tags_run_uuid ON tags (run_uuid);
CREATE INDEX index_datasets_experiment_id_dataset_source_type ON datasets (experiment_id, dataset_source_type);
CREATE INDEX index_datasets_dataset_uuid ON datasets (dataset_uuid);
CREATE INDEX index_logged_model_metrics_model_id ON logged_model_metrics (model_id);
CREATE INDEX index_entity_associations_association_id ON entity_associations (association_id);
CREATE INDEX index_entity_associations_reverse_lookup ON entity_associations (destination_type, destination_id, source_type, source_id);
CREATE INDEX idx_webhook_events_entity ON webhook_events (entity);
CREATE INDEX idx_webhook_events_action ON webhook_events (action);
CREATE INDEX idx_webhook_events_entity_action ON webhook_events (entity, action);
CREATE UNIQUE INDEX index_scorers_experiment_id_scorer_name ON scorers (experiment_id, scorer_name);
CREATE INDEX index_scorer_versions_scorer_id ON scorer_versions (scorer_id);
CREATE INDEX index_evaluation_dataset_tags_dataset_id ON evaluation_dataset_tags (dataset_id);
CREATE INDEX index_evaluation_dataset_records_dataset_id ON evaluation_dataset_records (dataset_id);
CREATE INDEX index_endpoint_model_mappings_endpoint_id ON endpoint_model_mappings (endpoint_id);
CREATE INDEX index_endpoint_model_mappings_model_definition_id ON endpoint_model_mappings (model_definition_id);
CREATE INDEX index_endpoint_tags_endpoint_id ON endpoint_tags (endpoint_id);
CREATE INDEX index_trace_metrics_request_id ON trace_metrics (request_id);
CREATE UNIQUE INDEX unique_endpoint_model_linkage_mapping ON endpoint_model_mappings (endpoint_id, model_definition_id, linkage_type);
CREATE INDEX index_span_metrics_trace_id_span_id ON span_metrics (trace_id, span_id);
CREATE INDEX index_evaluation_datasets_created_time ON evaluation_datasets (created_time);
CREATE INDEX index_evaluation_datasets_name ON evaluation_datasets (name);
CREATE INDEX idx_webhooks_status ON webhooks (status);
CREATE INDEX idx_webhooks_name ON webhooks (name);
CREATE TRIGGER prevent_secrets_aad_mutation
BEFORE UPDATE ON secrets
FOR EACH ROW
WHEN OLD.secret_id != NEW.secret_id OR OLD.secret_name != NEW.secret_name
BEGIN
    SELECT RAISE(ABORT, 'secret_id and secret_name are immutable (used as AAD in encryption)');
END;
CREATE INDEX index_model_definitions_secret_id ON model_definitions (secret_id);
CREATE INDEX index_model_definitions_provider ON model_definitions (provider);
CREATE INDEX index_jobs_name_status_creation_time ON jobs (job_name, workspace, status, creation_time);
CREATE INDEX idx_experiments_workspace ON experiments (workspace);
CREATE INDEX idx_registered_models_workspace ON registered_models (workspace);
CREATE INDEX idx_experiments_workspace_creation_time ON experiments (workspace, creation_time);
CREATE INDEX idx_evaluation_datasets_workspace ON evaluation_datasets (workspace);
CREATE INDEX idx_webhooks_workspace ON webhooks (workspace);
CREATE INDEX idx_secrets_workspace ON secrets (workspace);
CREATE INDEX idx_endpoints_workspace ON endpoints (workspace);
CREATE INDEX idx_model_definitions_workspace ON model_definitions (workspace);
CREATE INDEX idx_budget_policies_workspace ON budget_policies (workspace);
CREATE INDEX index_issues_experiment_id ON issues (experiment_id);
CREATE INDEX index_issues_source_run_id ON issues (source_run_id);
CREATE INDEX index_issues_status ON issues (status);
CREATE INDEX index_metrics_run_uuid_key_step ON metrics (run_uuid, "key", step);
CREATE INDEX idx_guardrails_workspace ON guardrails (workspace);
CREATE INDEX idx_guardrails_scorer ON guardrails (scorer_id, scorer_version);
CREATE INDEX idx_guardrail_configs_endpoint_id ON guardrail_configs (endpoint_id);
CREATE INDEX idx_guardrail_configs_guardrail_id ON guardrail_configs (guardrail_id);
CREATE INDEX idx_model_version_tags_workspace_name_version ON model_version_tags (workspace, name, version);
CREATE INDEX idx_registered_model_tags_workspace_name ON registered_model_tags (workspace, name);
CREATE INDEX index_label_schemas_experiment_id ON label_schemas (experiment_id);
CREATE INDEX index_review_queues_experiment_id ON review_queues (experiment_id);
CREATE INDEX index_review_queue_users_user_id ON review_queue_users (user_id);
CREATE INDEX index_review_queue_items_queue_id_status ON review_queue_items (queue_id, status);
CREATE INDEX index_review_queue_items_item_id ON review_queue_items (item_id);
CREATE INDEX index_review_queue_label_schemas_schema_id ON review_queue_label_schemas (schema_id);
CREATE INDEX idx_mcp_server_versions_latest ON mcp_server_versions (workspace, name, status, version_major DESC, version_minor DESC, version_patch DESC);
CREATE INDEX ix_mcp_access_endpoints_server_name ON mcp_access_endpoints (workspace, server_name);
CREATE INDEX ix_mcp_access_endpoints_version ON mcp_access_endpoints (workspace, server_name, server_version);
CREATE INDEX ix_mcp_access_endpoints_alias ON mcp_access_endpoints (workspace, server_name, server_alias);
CREATE INDEX idx_budget_policies_target_value ON budget_policies (target_value);
CREATE INDEX index_trace_info_experiment_id_timestamp_ms ON trace_info (experiment_id, timestamp_ms);
CREATE INDEX index_trace_info_timestamp_ms_request_id ON trace_info (timestamp_ms, request_id);
CREATE INDEX index_assessments_run_id_created_timestamp ON assessments (run_id, created_timestamp);
CREATE INDEX index_assessments_last_updated_timestamp ON assessments (last_updated_timestamp);
CREATE INDEX index_assessments_trace_id_created_timestamp ON assessments (trace_id, created_timestamp);
CREATE INDEX index_assessments_assessment_type ON assessments (assessment_type);
CREATE INDEX index_spans_experiment_id_type_status ON spans (experiment_id, type, status);
CREATE INDEX index_spans_experiment_id_start_time ON spans (experiment_id, start_time_unix_nano);
CREATE INDEX index_spans_experiment_id_status_type ON spans (experiment_id, status, type);
CREATE INDEX index_spans_experiment_id_duration ON spans (experiment_id, duration_ns);
CREATE INDEX index_trace_info_experiment_id_session_id ON trace_info (experiment_id, session_id);
CREATE INDEX idx_trace_rollups_lookup ON sql_trace_metric_daily_rollups (experiment_id, rollup_day, metric_name, grouping_set, trace_status);
CREATE INDEX idx_span_cost_rollups_lookup ON sql_span_cost_daily_rollups (experiment_id, rollup_day, metric_name, grouping_set, model_name, model_provider);
CREATE INDEX idx_assessment_rollups_lookup ON sql_assessment_daily_rollups (experiment_id, rollup_day, metric_name, grouping_set);
CREATE INDEX idx_spans_cost_trace_time_cover ON spans (trace_id, start_time_unix_nano);
CREATE INDEX idx_spans_cost_exp_time_cover ON spans (experiment_id, start_time_unix_nano);
CREATE INDEX idx_assessments_exp_trace_ts ON assessments (experiment_id, trace_timestamp_ms);
CREATE INDEX idx_assessments_exp_trace_ts_name ON assessments (experiment_id, trace_timestamp_ms, name);
CREATE INDEX idx_assessments_exp_name_valid ON assessments (experiment_id, name, valid);
CREATE INDEX index_job_locks_job_id ON job_locks (job_id);
CREATE INDEX index_jobs_status_lease_expires_at ON jobs (status, lease_expires_at);
CREATE INDEX ix_skill_versions_latest_lookup ON skill_versions (workspace, organization, name, status, version);
CREATE INDEX ix_skill_versions_digest ON skill_versions (workspace, organization, name, digest);
CREATE INDEX index_issues_experiment_last_seen ON issues (experiment_id, last_seen_timestamp);
CREATE INDEX index_issues_experiment_updated ON issues (experiment_id, last_updated_timestamp);
CREATE INDEX index_issue_categories_hash ON issue_categories (category_hash);
COMMIT;
