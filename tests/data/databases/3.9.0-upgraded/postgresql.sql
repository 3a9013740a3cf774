CREATE FUNCTION public.prevent_secrets_aad_mutation() RETURNS trigger
 LANGUAGE plpgsql
 AS $$
BEGIN
 IF OLD.secret_id != NEW.secret_id OR OLD.secret_name != NEW.secret_name THEN
  RAISE EXCEPTION 'secret_id and secret_name are immutable (used as AAD in encryption)';
 END IF;
 RETURN NEW;
END;
$$;
CREATE TABLE public.alembic_version (
 version_num character varying(32) NOT NULL
);
CREATE TABLE public.assessments (
 assessment_id character varying(50) NOT NULL,
 trace_id character varying(50) NOT NULL,
 name character varying(250) NOT NULL,
 assessment_type character varying(20) NOT NULL,
 value text NOT NULL,
 error text,
 created_timestamp bigint NOT NULL,
 last_updated_timestamp bigint NOT NULL,
 source_type character varying(50) NOT NULL,
 source_id character varying(250),
 run_id character varying(32),
 span_id character varying(50),
 rationale text,
 overrides character varying(50),
 valid boolean NOT NULL,
 assessment_metadata text,
 experiment_id integer,
 trace_timestamp_ms bigint,
 aggregate_value double precision,
 is_numeric_value boolean DEFAULT false NOT NULL
);
CREATE TABLE public.budget_policies (
 budget_policy_id character varying(36) NOT NULL,
 budget_unit character varying(32) NOT NULL,
 budget_amount double precision NOT NULL,
 duration_unit character varying(32) NOT NULL,
 duration_value integer NOT NULL,
 target_scope character varying(32) NOT NULL,
 budget_action character varying(32) NOT NULL,
 created_by character varying(255),
 created_at bigint NOT NULL,
 last_updated_by character varying(255),
 last_updated_at bigint NOT NULL,
 workspace character varying(63) DEFAULT 'default'::character varying NOT NULL,
 target_value character varying(255)
);
CREATE TABLE public.datasets (
 dataset_uuid character varying(36) NOT NULL,
 experiment_id integer NOT NULL,
 name character varying(500) NOT NULL,
 digest character varying(36) NOT NULL,
 dataset_source_type character varying(36) NOT NULL,
 dataset_source text NOT NULL,
 dataset_schema text,
 dataset_profile text
);
CREATE TABLE public.endpoint_bindings (
 endpoint_id character varying(36) NOT NULL,
 resource_type character varying(50) NOT NULL,
 resource_id character varying(255) NOT NULL,
 created_at bigint NOT NULL,
 created_by character varying(255),
 last_updated_at bigint NOT NULL,
 last_updated_by character varying(255),
 display_name character varying(255)
);
CREATE TABLE public.endpoint_model_mappings (
 mapping_id character varying(36) NOT NULL,
 endpoint_id character varying(36) NOT NULL,
 model_definition_id character varying(36) NOT NULL,
 weight double precision NOT NULL,
 created_by character varying(255),
 created_at bigint NOT NULL,
 linkage_type character varying(64) DEFAULT 'PRIMARY'::character varying NOT NULL,
 fallback_order integer
);
CREATE TABLE public.endpoint_tags (
 key character varying(250) NOT NULL,
 value character varying(5000),
 endpoint_id character varying(36) NOT NULL
);
CREATE TABLE public.endpoints (
 endpoint_id character varying(36) NOT NULL,
 name character varying(255),
 created_by character varying(255),
 created_at bigint NOT NULL,
 last_updated_by character varying(255),
 last_updated_at bigint NOT NULL,
 routing_strategy character varying(64),
 fallback_config_json text,
 experiment_id integer,
 usage_tracking boolean DEFAULT false NOT NULL,
 workspace character varying(63) DEFAULT 'default'::character varying NOT NULL
);
CREATE TABLE public.entity_associations (
 association_id character varying(36) NOT NULL,
 source_type character varying(36) NOT NULL,
 source_id character varying(36) NOT NULL,
 destination_type character varying(36) NOT NULL,
 destination_id character varying(36) NOT NULL,
 created_time bigint
);
CREATE TABLE public.evaluation_dataset_records (
 dataset_record_id character varying(36) NOT NULL,
 dataset_id character varying(36) NOT NULL,
 inputs json NOT NULL,
 expectations json,
 tags json,
 source json,
 source_id character varying(36),
 source_type character varying(255),
 created_time bigint,
 last_update_time bigint,
 created_by character varying(255),
 last_updated_by character varying(255),
 input_hash character varying(64) NOT NULL,
 outputs json
);
CREATE TABLE public.evaluation_dataset_tags (
 dataset_id character varying(36) NOT NULL,
 key character varying(255) NOT NULL,
 value character varying(5000)
);
CREATE TABLE public.evaluation_datasets (
 dataset_id character varying(36) NOT NULL,
 name character varying(255) NOT NULL,
 schema text,
 profile text,
 digest character varying(64),
 created_time bigint,
 last_update_time bigint,
 created_by character varying(255),
 last_updated_by character varying(255),
 workspace character varying(63) DEFAULT 'default'::character varying NOT NULL
);
CREATE TABLE public.experiment_tags (
 key character varying(250) NOT NULL,
 value text,
 experiment_id integer NOT NULL
);
CREATE TABLE public.experiments (
 experiment_id integer NOT NULL,
 name character varying(256) NOT NULL,
 artifact_location character varying(256),
 lifecycle_stage character varying(32),
 creation_time bigint,
 last_update_time bigint,
 workspace character varying(63) DEFAULT 'default'::character varying NOT NULL,
 CONSTRAINT experiments_lifecycle_stage CHECK (((lifecycle_stage)::text = ANY ((ARRAY['active'::character varying, 'deleted'::character varying])::text[])))
);
CREATE SEQUENCE public.experiments_experiment_id_seq
 AS integer
 START WITH 1
 INCREMENT BY 1
 NO MINVALUE
 NO MAXVALUE
 CACHE 1;
ALTER SEQUENCE public.experiments_experiment_id_seq OWNED BY public.experiments.experiment_id;
CREATE TABLE public.guardrail_configs (
 endpoint_id character varying(36) NOT NULL,
 guardrail_id character varying(36) NOT NULL,
 execution_order integer,
 created_by character varying(255),
 created_at bigint NOT NULL,
 workspace character varying(63) DEFAULT 'default'::character varying NOT NULL
);
CREATE TABLE public.guardrails (
 guardrail_id character varying(36) NOT NULL,
 name character varying(255) NOT NULL,
 scorer_id character varying(36) NOT NULL,
 scorer_version integer NOT NULL,
 stage character varying(32) NOT NULL,
 action character varying(32) NOT NULL,
 action_endpoint_id character varying(36),
 created_by character varying(255),
 created_at bigint NOT NULL,
 last_updated_by character varying(255),
 last_updated_at bigint NOT NULL,
 workspace character varying(63) DEFAULT 'default'::character varying NOT NULL
);
CREATE TABLE public.input_tags (
 input_uuid character varying(36) NOT NULL,
 name character varying(255) NOT NULL,
 value character varying(500) NOT NULL
);
CREATE TABLE public.inputs (
 input_uuid character varying(36) NOT NULL,
 source_type character varying(36) NOT NULL,
 source_id character varying(36) NOT NULL,
 destination_type character varying(36) NOT NULL,
 destination_id character varying(36) NOT NULL,
 step bigint DEFAULT '0'::bigint NOT NULL
);
CREATE TABLE public.issues (
 issue_id character varying(36) NOT NULL,
 experiment_id integer NOT NULL,
 name character varying(250) NOT NULL,
 description text NOT NULL,
 status character varying(50) NOT NULL,
 severity character varying(50),
 root_causes text,
 source_run_id character varying(32),
 categories text,
 created_timestamp bigint NOT NULL,
 last_updated_timestamp bigint NOT NULL,
 created_by character varying(255)
);
CREATE TABLE public.job_locks (
 lock_key character varying(255) NOT NULL,
 job_id character varying(36) NOT NULL,
 acquired_at bigint NOT NULL
);
CREATE TABLE public.jobs (
 id character varying(36) NOT NULL,
 creation_time bigint NOT NULL,
 job_name character varying(500) CONSTRAINT jobs_function_fullname_not_null NOT NULL,
 params text NOT NULL,
 timeout double precision,
 status integer NOT NULL,
 result text,
 retry_count integer NOT NULL,
 last_update_time bigint NOT NULL,
 workspace character varying(63) DEFAULT 'default'::character varying NOT NULL,
 status_details json,
 creator character varying(255),
 executor_backend character varying(255),
 lease_expires_at bigint,
 status_message text,
 progress json,
 progress_updated_at bigint,
 token_hash character varying(64),
 scoped_permissions json,
 next_attempt_at bigint
);
CREATE TABLE public.label_schemas (
 schema_id character varying(36) NOT NULL,
 experiment_id integer NOT NULL,
 name character varying(250) NOT NULL,
 type character varying(16) NOT NULL,
 instruction text,
 enable_comment boolean DEFAULT false NOT NULL,
 input_type character varying(32) NOT NULL,
 input_config text NOT NULL,
 created_by character varying(255),
 created_time bigint NOT NULL,
 last_update_time bigint NOT NULL,
 is_default boolean DEFAULT false NOT NULL
);
CREATE TABLE public.latest_metrics (
 key character varying(250) NOT NULL,
 value double precision NOT NULL,
 "timestamp" bigint,
 step bigint NOT NULL,
 is_nan boolean NOT NULL,
 run_uuid character varying(32) NOT NULL
);
CREATE TABLE public.logged_model_metrics (
 model_id character varying(36) NOT NULL,
 metric_name character varying(500) NOT NULL,
 metric_timestamp_ms bigint NOT NULL,
 metric_step bigint NOT NULL,
 metric_value double precision,
 experiment_id integer NOT NULL,
 run_id character varying(32) NOT NULL,
 dataset_uuid character varying(36),
 dataset_name character varying(500),
 dataset_digest character varying(36)
);
CREATE TABLE public.logged_model_params (
 model_id character varying(36) NOT NULL,
 experiment_id integer NOT NULL,
 param_key character varying(255) NOT NULL,
 param_value text NOT NULL
);
CREATE TABLE public.logged_model_tags (
 model_id character varying(36) NOT NULL,
 experiment_id integer NOT NULL,
 tag_key character varying(255) NOT NULL,
 tag_value text NOT NULL
);
CREATE TABLE public.logged_models (
 model_id character varying(36) NOT NULL,
 experiment_id integer NOT NULL,
 name character varying(500) NOT NULL,
 artifact_location character varying(1000) NOT NULL,
 creation_timestamp_ms bigint NOT NULL,
 last_updated_timestamp_ms bigint NOT NULL,
 status integer NOT NULL,
 lifecycle_stage character varying(32),
 model_type character varying(500),
 source_run_id character varying(32),
 status_message character varying(1000),
 CONSTRAINT logged_models_lifecycle_stage_check CHECK (((lifecycle_stage)::text = ANY ((ARRAY['active'::character varying, 'deleted'::character varying])::text[])))
);
CREATE TABLE public.mcp_access_endpoints (
 id character varying(36) NOT NULL,
 workspace character varying(63) DEFAULT 'default'::character varying NOT NULL,
 server_name character varying(256) NOT NULL,
 server_version character varying(128),
 server_alias character varying(256),
 url character varying(2048) NOT NULL,
 transport_type character varying(32) DEFAULT 'streamable-http'::character varying NOT NULL,
 created_by character varying(256),
 last_updated_by character varying(256),
 created_at bigint NOT NULL,
 last_updated_at bigint NOT NULL
);
CREATE TABLE public.mcp_server_aliases (
 workspace character varying(63) DEFAULT 'default'::character varying NOT NULL,
 name character varying(256) NOT NULL,
 alias character varying(256) NOT NULL,
 version character varying(128) NOT NULL
);
CREATE TABLE public.mcp_server_tags (
 workspace character varying(63) DEFAULT 'default'::character varying NOT NULL,
 name character varying(256) NOT NULL,
 key character varying(250) NOT NULL,
 value character varying(5000)
);
CREATE TABLE public.mcp_server_version_tags (
 workspace character varying(63) DEFAULT 'default'::character varying NOT NULL,
 name character varying(256) NOT NULL,
 version character varying(128) NOT NULL,
 key character varying(250) NOT NULL,
 value character varying(5000)
);
CREATE TABLE public.mcp_server_versions (
 workspace character varying(63) DEFAULT 'default'::character varying NOT NULL,
 name character varying(256) NOT NULL,
 version character varying(128) NOT NULL,
 version_major integer NOT NULL,
 version_minor integer NOT NULL,
 version_patch integer NOT NULL,
 version_prerelease_sort_key character varying(512) NOT NULL,
 server_json json NOT NULL,
 status character varying(20) DEFAULT 'draft'::character varying NOT NULL,
 tools json,
 source character varying(512),
 connect_options json,
 created_by character varying(256),
 last_updated_by character varying(256),
 created_at bigint NOT NULL,
 last_updated_at bigint NOT NULL
);
CREATE TABLE public.mcp_servers (
 workspace character varying(63) DEFAULT 'default'::character varying NOT NULL,
 name character varying(256) NOT NULL,
 display_name character varying(256),
 description text,
 icons json,
 created_by character varying(256),
 last_updated_by character varying(256),
 created_at bigint NOT NULL,
 last_updated_at bigint NOT NULL
);
CREATE TABLE public.metrics (
 key character varying(250) NOT NULL,
 value double precision NOT NULL,
 "timestamp" bigint NOT NULL,
 run_uuid character varying(32) NOT NULL,
 step bigint DEFAULT '0'::bigint NOT NULL,
 is_nan boolean DEFAULT false NOT NULL
);
CREATE TABLE public.model_definitions (
 model_definition_id character varying(36) NOT NULL,
 name character varying(255) NOT NULL,
 secret_id character varying(36),
 provider character varying(64) NOT NULL,
 model_name character varying(256) NOT NULL,
 created_by character varying(255),
 created_at bigint NOT NULL,
 last_updated_by character varying(255),
 last_updated_at bigint NOT NULL,
 workspace character varying(63) DEFAULT 'default'::character varying NOT NULL
);
CREATE TABLE public.model_version_tags (
 key character varying(250) NOT NULL,
 value text,
 name character varying(256) NOT NULL,
 version integer NOT NULL,
 workspace character varying(63) DEFAULT 'default'::character varying NOT NULL
);
CREATE TABLE public.model_versions (
 name character varying(256) NOT NULL,
 version integer NOT NULL,
 creation_time bigint,
 last_updated_time bigint,
 description character varying(5000),
 user_id character varying(256),
 current_stage character varying(20),
 source character varying(500),
 run_id character varying(32),
 status character varying(20),
 status_message character varying(500),
 run_link character varying(500),
 storage_location character varying(500),
 workspace character varying(63) DEFAULT 'default'::character varying NOT NULL
);
CREATE TABLE public.online_scoring_configs (
 online_scoring_config_id character varying(36) NOT NULL,
 scorer_id character varying(36) NOT NULL,
 sample_rate double precision NOT NULL,
 experiment_id integer NOT NULL,
 filter_string text
);
CREATE TABLE public.params (
 key character varying(250) NOT NULL,
 value character varying(8000) NOT NULL,
 run_uuid character varying(32) NOT NULL
);
CREATE TABLE public.registered_model_aliases (
 alias character varying(256) NOT NULL,
 version integer NOT NULL,
 name character varying(256) NOT NULL,
 workspace character varying(63) DEFAULT 'default'::character varying NOT NULL
);
CREATE TABLE public.registered_model_tags (
 key character varying(250) NOT NULL,
 value character varying(5000),
 name character varying(256) NOT NULL,
 workspace character varying(63) DEFAULT 'default'::character varying NOT NULL
);
CREATE TABLE public.registered_models (
 name character varying(256) NOT NULL,
 creation_time bigint,
 last_updated_time bigint,
 description character varying(5000),
 workspace character varying(63) DEFAULT 'default'::character varying NOT NULL
);
CREATE TABLE public.review_queue_items (
 queue_id character varying(36) NOT NULL,
 item_type character varying(16) NOT NULL,
 item_id character varying(50) NOT NULL,
 status character varying(16) NOT NULL,
 completed_by character varying(250),
 completed_time_ms bigint,
 creation_time_ms bigint NOT NULL,
 last_update_time_ms bigint NOT NULL
);
CREATE TABLE public.review_queue_label_schemas (
 queue_id character varying(36) NOT NULL,
 schema_id character varying(36) NOT NULL
);
CREATE TABLE public.review_queue_users (
 queue_id character varying(36) NOT NULL,
 user_id character varying(250) NOT NULL
);
CREATE TABLE public.review_queues (
 queue_id character varying(36) NOT NULL,
 experiment_id integer NOT NULL,
 name character varying(250) NOT NULL,
 queue_type character varying(16) NOT NULL,
 created_by character varying(255),
 creation_time_ms bigint NOT NULL,
 last_update_time_ms bigint NOT NULL,
 name_key character varying(250) NOT NULL
);
CREATE TABLE public.runs (
 run_uuid character varying(32) NOT NULL,
 name character varying(250),
 source_type character varying(20),
 source_name character varying(500),
 entry_point_name character varying(50),
 user_id character varying(256),
 status character varying(9),
 start_time bigint,
 end_time bigint,
 source_version character varying(50),
 lifecycle_stage character varying(20),
 artifact_uri character varying(200),
 experiment_id integer,
 deleted_time bigint,
 CONSTRAINT runs_lifecycle_stage CHECK (((lifecycle_stage)::text = ANY ((ARRAY['active'::character varying, 'deleted'::character varying])::text[]))),
 CONSTRAINT runs_status_check CHECK (((status)::text = ANY ((ARRAY['SCHEDULED'::character varying, 'FAILED'::character varying, 'FINISHED'::character varying, 'RUNNING'::character varying, 'KILLED'::character varying])::text[]))),
 CONSTRAINT source_type CHECK (((source_type)::text = ANY ((ARRAY['NOTEBOOK'::character varying, 'JOB'::character varying, 'LOCAL'::character varying, 'UNKNOWN'::character varying, 'PROJECT'::character varying])::text[])))
);
CREATE TABLE public.scheduler_leases (
 lease_key character varying(255) NOT NULL,
 acquired_at bigint NOT NULL,
 ttl_seconds integer NOT NULL
);
CREATE TABLE public.scorer_versions (
 scorer_id character varying(36) NOT NULL,
 scorer_version integer NOT NULL,
 serialized_scorer text NOT NULL,
 creation_time bigint
);
CREATE TABLE public.scorers (
 experiment_id integer NOT NULL,
 scorer_name character varying(256) NOT NULL,
 scorer_id character varying(36) NOT NULL
);
CREATE TABLE public.secrets (
 secret_id character varying(36) NOT NULL,
 secret_name character varying(255) NOT NULL,
 encrypted_value bytea NOT NULL,
 wrapped_dek bytea NOT NULL,
 kek_version integer NOT NULL,
 masked_value character varying(500) NOT NULL,
 provider character varying(64),
 auth_config text,
 description text,
 created_by character varying(255),
 created_at bigint NOT NULL,
 last_updated_by character varying(255),
 last_updated_at bigint NOT NULL,
 workspace character varying(63) DEFAULT 'default'::character varying NOT NULL
);
CREATE TABLE public.span_metrics (
 trace_id character varying(50) NOT NULL,
 span_id character varying(50) NOT NULL,
 key character varying(250) NOT NULL,
 value double precision
);
CREATE TABLE public.spans (
 trace_id character varying(50) NOT NULL,
 experiment_id integer NOT NULL,
 span_id character varying(50) NOT NULL,
 parent_span_id character varying(50),
 name text,
 type character varying(500),
 status character varying(50) NOT NULL,
 start_time_unix_nano bigint NOT NULL,
 end_time_unix_nano bigint,
 duration_ns bigint GENERATED ALWAYS AS ((end_time_unix_nano - start_time_unix_nano)) STORED,
 content text NOT NULL,
 input_cost double precision,
 output_cost double precision,
 total_cost double precision,
 model_name character varying(500),
 model_provider character varying(500)
);
CREATE TABLE public.sql_assessment_daily_rollups (
 id bigint NOT NULL,
 experiment_id integer NOT NULL,
 rollup_day date NOT NULL,
 metric_name character varying(250) NOT NULL,
 grouping_set character varying(50) NOT NULL,
 sample_count bigint NOT NULL,
 sum_value double precision,
 min_value double precision,
 max_value double precision
);
ALTER TABLE public.sql_assessment_daily_rollups ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
 SEQUENCE NAME public.sql_assessment_daily_rollups_id_seq
 START WITH 1
 INCREMENT BY 1
 NO MINVALUE
 NO MAXVALUE
 CACHE 1
);
CREATE TABLE public.sql_span_cost_daily_rollups (
 id bigint NOT NULL,
 experiment_id integer NOT NULL,
 rollup_day date NOT NULL,
 metric_name character varying(250) NOT NULL,
 grouping_set character varying(50) NOT NULL,
 model_name character varying(500),
 model_provider character varying(500),
 sample_count bigint NOT NULL,
 sum_value double precision,
 min_value double precision,
 max_value double precision
);
ALTER TABLE public.sql_span_cost_daily_rollups ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
 SEQUENCE NAME public.sql_span_cost_daily_rollups_id_seq
 START WITH 1
 INCREMENT BY 1
 NO MINVALUE
 NO MAXVALUE
 CACHE 1
);
CREATE TABLE public.sql_trace_metric_daily_rollups (
 id bigint NOT NULL,
 experiment_id integer NOT NULL,
 rollup_day date NOT NULL,
 metric_name character varying(250) NOT NULL,
 grouping_set character varying(50) NOT NULL,
 trace_status character varying(50),
 sample_count bigint NOT NULL,
 sum_value double precision,
 min_value double precision,
 max_value double precision,
 p50_value double precision,
 p90_value double precision,
 p99_value double precision
);
ALTER TABLE public.sql_trace_metric_daily_rollups ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
 SEQUENCE NAME public.sql_trace_metric_daily_rollups_id_seq
 START WITH 1
 INCREMENT BY 1
 NO MINVALUE
 NO MAXVALUE
 CACHE 1
);
CREATE TABLE public.sql_trace_rollup_rebuild_queue (
 experiment_id integer NOT NULL,
 rollup_day date NOT NULL,
 rollup_family character varying(50) NOT NULL
);
CREATE TABLE public.tags (
 key character varying(250) NOT NULL,
 value character varying(8000),
 run_uuid character varying(32) NOT NULL
);
CREATE TABLE public.trace_info (
 request_id character varying(50) NOT NULL,
 experiment_id integer NOT NULL,
 timestamp_ms bigint NOT NULL,
 execution_time_ms bigint,
 status character varying(50) NOT NULL,
 client_request_id character varying(50),
 request_preview character varying(1000),
 response_preview character varying(1000),
 db_payload_generation integer DEFAULT 0 NOT NULL,
 trace_name character varying(4096),
 session_id character varying(250),
 input_tokens bigint,
 output_tokens bigint,
 total_tokens bigint,
 cache_read_input_tokens bigint,
 cache_creation_input_tokens bigint,
 cache_creation_input_tokens_above_1hr bigint,
 input_cost double precision,
 output_cost double precision,
 total_cost double precision
);
CREATE TABLE public.trace_metrics (
 request_id character varying(50) NOT NULL,
 key character varying(250) NOT NULL,
 value double precision
);
CREATE TABLE public.trace_request_metadata (
 key character varying(250) NOT NULL,
 value character varying(8000),
 request_id character varying(50) NOT NULL
);
CREATE TABLE public.trace_tags (
 key character varying(250) NOT NULL,
 value character varying(8000),
 request_id character varying(50) NOT NULL
);
CREATE TABLE public.webhook_events (
 webhook_id character varying(256) NOT NULL,
 entity character varying(50) NOT NULL,
 action character varying(50) NOT NULL
);
CREATE TABLE public.webhooks (
 webhook_id character varying(256) NOT NULL,
 name character varying(256) NOT NULL,
 description character varying(1000),
 url character varying(500) NOT NULL,
 status character varying(20) DEFAULT 'ACTIVE'::character varying NOT NULL,
 secret character varying(1000),
 creation_timestamp bigint,
 last_updated_timestamp bigint,
 deleted_timestamp bigint,
 workspace character varying(63) DEFAULT 'default'::character varying NOT NULL
);
CREATE TABLE public.workspaces (
 name character varying(63) NOT NULL,
 description text,
 default_artifact_root text,
 trace_archival_location text,
 trace_archival_retention character varying(32)
);
ALTER TABLE ONLY public.experiments ALTER COLUMN experiment_id SET DEFAULT nextval('public.experiments_experiment_id_seq'::regclass);
INSERT INTO public.alembic_version VALUES
	('dc11669786a5');
INSERT INTO public.assessments VALUES
	('a-0721e3c9d30342b08fd4e1f6f1cfb8c0', 'tr-786f76556448f6aa7e8e7a0e1734b7f6', 'rating', 'feedback', '"positive"', NULL, 1765454404833, 1765454404833, 'CODE', 'default', NULL, NULL, NULL, NULL, true, NULL, 1, 1765453500000, NULL, false),
	('a-11ae71f61d1342a0852c27b554e24079', 'tr-a196323b06b68c0109adb0a7a838c49f', 'ton', 'feedback', '"h\u00f6flich"', NULL, 1765454405108, 1765454405108, 'HUMAN', 'ana', NULL, NULL, 'Grüßt: „Добрый день“', NULL, true, NULL, 2, 1765451000000, NULL, false),
	('a-1d298e8266cb47b0990a354f33f097f7', 'tr-786f76556448f6aa7e8e7a0e1734b7f6', 'answer', 'expectation', '"on Friday"', NULL, 1765454404838, 1765454404838, 'HUMAN', 'default', NULL, NULL, NULL, NULL, true, NULL, 1, 1765453500000, NULL, false),
	('a-3c9b715185a842638672281ef43c1e12', 'tr-786f76556448f6aa7e8e7a0e1734b7f6', 'days', 'expectation', '3', NULL, 1765454404840, 1765454404840, 'HUMAN', 'default', NULL, NULL, NULL, NULL, true, NULL, 1, 1765453500000, 3, true),
	('a-459a98b998a7488ea83d14231c2710af', 'tr-1ee39e261b28a2c63bdad304ac104787', 'grounded', 'feedback', 'false', NULL, 1765454404844, 1765454404844, 'CODE', 'default', NULL, NULL, NULL, NULL, true, NULL, 1, 1765453600000, 0, false),
	('a-6d22d7d7626144dbae87c6855be1efea', 'tr-b99b4a495555ecc9cb2b523f8f73aa53', 'tone', 'feedback', '"friendly"', NULL, 1765454405078, 1765454405078, 'HUMAN', 'ana', NULL, NULL, 'It greets and thanks.', NULL, true, NULL, 2, 1765450800000, NULL, false),
	('a-8a521ba31c7d4d308c6351cf69e77f6c', 'tr-b99b4a495555ecc9cb2b523f8f73aa53', 'relevance', 'feedback', 'true', NULL, 1765454405081, 1765454405081, 'LLM_JUDGE', 'judge-1', NULL, NULL, 'It names the price that was asked for.', NULL, true, NULL, 2, 1765450800000, 1, false),
	('a-b0577129ce8241e8bcf2e7464f934aeb', 'tr-48e83ba66ecec5c393ed9b02b5c6f38c', 'grounded', 'feedback', 'true', NULL, 1765454404846, 1765454404846, 'CODE', 'default', NULL, NULL, NULL, NULL, true, NULL, 1, 1765453700000, 1, false),
	('a-b30ccccc18b3472abec5d5d17856324c', 'tr-1ee39e261b28a2c63bdad304ac104787', 'rating', 'feedback', '"negative"', NULL, 1765454404841, 1765454404841, 'CODE', 'default', NULL, NULL, NULL, NULL, true, NULL, 1, 1765453600000, NULL, false),
	('a-b88248729b55460d829321dd62d499a8', 'tr-786f76556448f6aa7e8e7a0e1734b7f6', 'score', 'feedback', '5', NULL, 1765454404836, 1765454404836, 'CODE', 'default', NULL, NULL, NULL, NULL, true, NULL, 1, 1765453500000, 5, true),
	('a-be285755e4f5458aa1f02ea2718145b3', 'tr-b99b4a495555ecc9cb2b523f8f73aa53', 'facts', 'expectation', '["12 euros", "monthly"]', NULL, 1765454405075, 1765454405075, 'HUMAN', 'default', NULL, NULL, NULL, NULL, true, NULL, 2, 1765450800000, NULL, false),
	('a-cde9755fb8cd4a01a78fbdfe6b7afb46', 'tr-1ee39e261b28a2c63bdad304ac104787', 'score', 'feedback', '2.5', NULL, 1765454404842, 1765454404842, 'CODE', 'default', NULL, NULL, NULL, NULL, true, NULL, 1, 1765453600000, 2.5, true),
	('a-e8a858ab0ec94557a4f4c2015700ff59', 'tr-b99b4a495555ecc9cb2b523f8f73aa53', 'resolved', 'feedback', '4', NULL, 1765454405085, 1765454405085, 'CODE', 'nightly.py', NULL, NULL, NULL, NULL, true, '{"mlflow.trace.session": "chat-7"}', 2, 1765450800000, 4, true),
	('a-f1c3b5922551435d85f0acb36771b18d', 'tr-b99b4a495555ecc9cb2b523f8f73aa53', 'safety', 'feedback', 'null', '{"error_code": "RATE_LIMIT", "error_message": "the judge was busy", "stack_trace": null}', 1765454405083, 1765454405083, 'LLM_JUDGE', 'judge-1', NULL, NULL, NULL, NULL, true, NULL, 2, 1765450800000, NULL, false);
INSERT INTO public.entity_associations VALUES
	('d46315200bc94f9cb73ba88ce6f4dc98', 'trace', 'tr-953f7adf65966f74abb5030672342b66', 'prompt_version', 'greeting/1', 1765454404899),
	('53ef223b5bf042d8b51ade9762065d91', 'trace', 'tr-b99b4a495555ecc9cb2b523f8f73aa53', 'prompt_version', 'greeting/2', 1765454405105);
INSERT INTO public.experiments VALUES
	(0, 'Default', '@FOLDER@/0', 'active', 1765454404287, 1765454404287, 'default'),
	(1, 'shop', '@FOLDER@/1', 'active', 1765454404292, 1765454404292, 'default'),
	(2, 'assistant', '@FOLDER@/2', 'active', 1765454404904, 1765454404904, 'default');
INSERT INTO public.model_version_tags VALUES
	('mlflow.prompt.is_prompt', 'true', 'greeting', 1, 'default'),
	('_mlflow_prompt_type', 'text', 'greeting', 1, 'default'),
	('mlflow.prompt.text', 'Greet {{who}}.', 'greeting', 1, 'default'),
	('mlflow.prompt.is_prompt', 'true', 'greeting', 2, 'default'),
	('_mlflow_prompt_type', 'text', 'greeting', 2, 'default'),
	('mlflow.prompt.text', 'Greet {{who}}.', 'greeting', 2, 'default');
INSERT INTO public.model_versions VALUES
	('greeting', 1, 1765454404877, 1765454404877, NULL, NULL, 'None', 'dummy-source', NULL, 'READY', NULL, NULL, 'dummy-source', 'default'),
	('greeting', 2, 1765454405090, 1765454405090, NULL, NULL, 'None', 'dummy-source', NULL, 'READY', NULL, NULL, 'dummy-source', 'default');
INSERT INTO public.registered_model_tags VALUES
	('mlflow.prompt.is_prompt', 'true', 'greeting', 'default'),
	('_mlflow_experiment_ids', ',1,2,', 'greeting', 'default');
INSERT INTO public.registered_models VALUES
	('greeting', 1765454404871, 1765454405090, NULL, 'default');
INSERT INTO public.runs VALUES
	('67e090f0967f438398adff4314a58d02', 'invincible-fowl-585', 'UNKNOWN', '', '', 'somebody', 'FINISHED', 1765454404405, 1765454404545, '', 'active', '@FOLDER@/1/67e090f0967f438398adff4314a58d02/artifacts', 1, NULL);
INSERT INTO public.spans VALUES
	('tr-246f42cce08eba5e847e98a1ae805def', 1, '990dbbd2883e901b', NULL, 'evaluate', 'EVALUATOR', 'OK', 1765453900000000000, 1765453962000000000, DEFAULT, '{"trace_id": "JG9CzOCOul6EfpihroBd7w==", "span_id": "mQ270og+kBs=", "parent_span_id": null, "name": "evaluate", "start_time_unix_nano": 1765453900000000000, "end_time_unix_nano": 1765453962000000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765453900000000000", "mlflow.traceRequestId": "\"tr-246f42cce08eba5e847e98a1ae805def\"", "mlflow.spanType": "\"EVALUATOR\"", "mlflow.spanInputs": "{\"questions\": 40}", "mlflow.spanOutputs": "{\"right\": 38}"}}', NULL, NULL, NULL, NULL, NULL),
	('tr-786f76556448f6aa7e8e7a0e1734b7f6', 1, '38e525d1ad0199f6', '6b65998ceacbbb86', 'search_articles', 'RETRIEVER', 'OK', 1765453500010000000, 1765453500050000000, DEFAULT, '{"trace_id": "eG92VWRI9qp+jnoOFzS39g==", "span_id": "OOUl0a0BmfY=", "parent_span_id": "a2WZjOrLu4Y=", "name": "search_articles", "start_time_unix_nano": 1765453500010000000, "end_time_unix_nano": 1765453500050000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765453500010000000", "mlflow.traceRequestId": "\"tr-786f76556448f6aa7e8e7a0e1734b7f6\"", "mlflow.spanType": "\"RETRIEVER\"", "mlflow.spanInputs": "{\"query\": \"lamp arrival\"}", "mlflow.spanOutputs": "[{\"page_content\": \"Parcels leave on Wednesdays.\", \"metadata\": {\"doc_uri\": \"shipping.md\"}}]"}}', NULL, NULL, NULL, NULL, NULL),
	('tr-786f76556448f6aa7e8e7a0e1734b7f6', 1, '54eb97d470da0b6d', '6b65998ceacbbb86', 'chat_completion', 'CHAT_MODEL', 'OK', 1765453500060000000, 1765453500260000000, DEFAULT, '{"trace_id": "eG92VWRI9qp+jnoOFzS39g==", "span_id": "VOuX1HDaC20=", "parent_span_id": "a2WZjOrLu4Y=", "name": "chat_completion", "start_time_unix_nano": 1765453500060000000, "end_time_unix_nano": 1765453500260000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765453500060000000", "mlflow.traceRequestId": "\"tr-786f76556448f6aa7e8e7a0e1734b7f6\"", "mlflow.spanType": "\"CHAT_MODEL\"", "mlflow.spanInputs": "{\"model\": \"gpt-4o-mini\", \"messages\": [{\"role\": \"user\", \"content\": \"When will my lamp arrive?\"}]}", "mlflow.chat.tokenUsage": "{\"input_tokens\": 12, \"output_tokens\": 7, \"total_tokens\": 19}", "mlflow.llm.model": "\"gpt-4o-mini\"", "mlflow.message.format": "\"openai\"", "mlflow.spanOutputs": "{\"choices\": [{\"index\": 0, \"message\": {\"role\": \"assistant\", \"content\": \"Your lamp arrives on Friday.\"}}]}"}}', NULL, NULL, NULL, NULL, NULL),
	('tr-786f76556448f6aa7e8e7a0e1734b7f6', 1, '6b65998ceacbbb86', NULL, 'support_agent', 'AGENT', 'OK', 1765453500000000000, 1765453500300000000, DEFAULT, '{"trace_id": "eG92VWRI9qp+jnoOFzS39g==", "span_id": "a2WZjOrLu4Y=", "parent_span_id": null, "name": "support_agent", "start_time_unix_nano": 1765453500000000000, "end_time_unix_nano": 1765453500300000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765453500000000000", "mlflow.traceRequestId": "\"tr-786f76556448f6aa7e8e7a0e1734b7f6\"", "mlflow.spanType": "\"AGENT\"", "mlflow.spanInputs": "{\"question\": \"When will my lamp arrive?\"}", "mlflow.spanOutputs": "{\"answer\": \"Your lamp arrives on Friday.\"}"}}', NULL, NULL, NULL, NULL, NULL),
	('tr-1ee39e261b28a2c63bdad304ac104787', 1, '282f632afe61cd87', '69536f9952c48de3', 'chat_completion', 'CHAT_MODEL', 'OK', 1765453600020000000, 1765453600220000000, DEFAULT, '{"trace_id": "HuOeJhsoosY72tMErBBHhw==", "span_id": "KC9jKv5hzYc=", "parent_span_id": "aVNvmVLEjeM=", "name": "chat_completion", "start_time_unix_nano": 1765453600020000000, "end_time_unix_nano": 1765453600220000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765453600020000000", "mlflow.traceRequestId": "\"tr-1ee39e261b28a2c63bdad304ac104787\"", "mlflow.spanType": "\"CHAT_MODEL\"", "mlflow.spanInputs": "{\"model\": \"gpt-4o-mini\", \"messages\": [{\"role\": \"user\", \"content\": \"When will my lamp arrive?\"}, {\"role\": \"assistant\", \"content\": \"Your lamp arrives on Friday.\"}, {\"role\": \"user\", \"content\": \"And if I am not at home?\"}]}", "mlflow.chat.tokenUsage": "{\"input_tokens\": 30, \"output_tokens\": 6, \"total_tokens\": 36}", "mlflow.llm.model": "\"gpt-4o-mini\"", "mlflow.message.format": "\"openai\"", "mlflow.spanOutputs": "{\"choices\": [{\"index\": 0, \"message\": {\"role\": \"assistant\", \"content\": \"Then a neighbour takes it.\"}}]}"}}', NULL, NULL, NULL, NULL, NULL),
	('tr-1ee39e261b28a2c63bdad304ac104787', 1, '69536f9952c48de3', NULL, 'support_agent', 'AGENT', 'OK', 1765453600000000000, 1765453600280000000, DEFAULT, '{"trace_id": "HuOeJhsoosY72tMErBBHhw==", "span_id": "aVNvmVLEjeM=", "parent_span_id": null, "name": "support_agent", "start_time_unix_nano": 1765453600000000000, "end_time_unix_nano": 1765453600280000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765453600000000000", "mlflow.traceRequestId": "\"tr-1ee39e261b28a2c63bdad304ac104787\"", "mlflow.spanType": "\"AGENT\"", "mlflow.spanInputs": "{\"question\": \"And if I am not at home?\"}", "mlflow.spanOutputs": "{\"answer\": \"Then a neighbour takes it.\"}"}}', NULL, NULL, NULL, NULL, NULL),
	('tr-48e83ba66ecec5c393ed9b02b5c6f38c', 1, '8197b92358159b16', '0acda6f5e2f153a9', 'look_up_order', 'TOOL', 'OK', 1765453700005000000, 1765453700025000000, DEFAULT, '{"trace_id": "SOg7pm7OxcOT7ZsCtcbzjA==", "span_id": "gZe5I1gVmxY=", "parent_span_id": "Cs2m9eLxU6k=", "name": "look_up_order", "start_time_unix_nano": 1765453700005000000, "end_time_unix_nano": 1765453700025000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765453700005000000", "mlflow.traceRequestId": "\"tr-48e83ba66ecec5c393ed9b02b5c6f38c\"", "mlflow.spanType": "\"TOOL\"", "mlflow.spanInputs": "{\"order\": \"A-1042\"}", "mlflow.spanOutputs": "{\"total\": 30}"}}', NULL, NULL, NULL, NULL, NULL),
	('tr-48e83ba66ecec5c393ed9b02b5c6f38c', 1, 'ef9d6bfac1f1211b', '0acda6f5e2f153a9', 'charge_card', 'TOOL', 'ERROR', 1765453700030000000, 1765453700130000000, DEFAULT, '{"trace_id": "SOg7pm7OxcOT7ZsCtcbzjA==", "span_id": "751r+sHxIRs=", "parent_span_id": "Cs2m9eLxU6k=", "name": "charge_card", "start_time_unix_nano": 1765453700030000000, "end_time_unix_nano": 1765453700130000000, "events": [{"name": "exception", "time_unix_nano": 1765454404628257, "attributes": {"exception.message": "card 4711 was declined", "exception.type": "PaymentError", "exception.stacktrace": "Traceback (most recent call last):\n  File \"/app/tests/mlflow_versions/application.py\", line 79, in _end\n raise PaymentError(plan.error)\ntests.mlflow_versions.application.PaymentError: card 4711 was declined"}}], "status": {"code": "STATUS_CODE_ERROR", "message": "PaymentError: card 4711 was declined"}, "attributes": {"mlflow.spanStartTimeNs": "1765453700030000000", "mlflow.traceRequestId": "\"tr-48e83ba66ecec5c393ed9b02b5c6f38c\"", "mlflow.spanType": "\"TOOL\"", "mlflow.spanInputs": "{\"amount\": 30}"}}', NULL, NULL, NULL, NULL, NULL),
	('tr-48e83ba66ecec5c393ed9b02b5c6f38c', 1, '0acda6f5e2f153a9', NULL, 'refund', 'CHAIN', 'ERROR', 1765453700000000000, 1765453700150000000, DEFAULT, '{"trace_id": "SOg7pm7OxcOT7ZsCtcbzjA==", "span_id": "Cs2m9eLxU6k=", "parent_span_id": null, "name": "refund", "start_time_unix_nano": 1765453700000000000, "end_time_unix_nano": 1765453700150000000, "events": [{"name": "exception", "time_unix_nano": 1765454404633600, "attributes": {"exception.message": "the refund was not made", "exception.type": "PaymentError", "exception.stacktrace": "Traceback (most recent call last):\n  File \"/app/tests/mlflow_versions/application.py\", line 79, in _end\n raise PaymentError(plan.error)\ntests.mlflow_versions.application.PaymentError: the refund was not made"}}], "status": {"code": "STATUS_CODE_ERROR", "message": "PaymentError: the refund was not made"}, "attributes": {"mlflow.spanStartTimeNs": "1765453700000000000", "mlflow.traceRequestId": "\"tr-48e83ba66ecec5c393ed9b02b5c6f38c\"", "mlflow.spanType": "\"CHAIN\"", "mlflow.spanInputs": "{\"order\": \"A-1042\"}"}}', NULL, NULL, NULL, NULL, NULL),
	('tr-f3116d2193ce12e358b50160c8485cca', 1, '119c2ebd18f29d12', 'fd977c82e7bc4f56', 'track_parcel', 'TOOL', 'ERROR', 1765453800010000000, 1765453800100000000, DEFAULT, '{"trace_id": "8xFtIZPOEuNYtQFgyEhcyg==", "span_id": "EZwuvRjynRI=", "parent_span_id": "/Zd8gue8T1Y=", "name": "track_parcel", "start_time_unix_nano": 1765453800010000000, "end_time_unix_nano": 1765453800100000000, "events": [{"name": "exception", "time_unix_nano": 1765454404655490, "attributes": {"exception.message": "the carrier did not answer", "exception.type": "PaymentError", "exception.stacktrace": "Traceback (most recent call last):\n  File \"/app/tests/mlflow_versions/application.py\", line 79, in _end\n raise PaymentError(plan.error)\ntests.mlflow_versions.application.PaymentError: the carrier did not answer"}}], "status": {"code": "STATUS_CODE_ERROR", "message": "PaymentError: the carrier did not answer"}, "attributes": {"mlflow.spanStartTimeNs": "1765453800010000000", "mlflow.traceRequestId": "\"tr-f3116d2193ce12e358b50160c8485cca\"", "mlflow.spanType": "\"TOOL\"", "mlflow.spanInputs": "{\"parcel\": \"P-1\"}"}}', NULL, NULL, NULL, NULL, NULL),
	('tr-f3116d2193ce12e358b50160c8485cca', 1, 'fd977c82e7bc4f56', NULL, 'support_agent', 'AGENT', 'OK', 1765453800000000000, 1765453800500000000, DEFAULT, '{"trace_id": "8xFtIZPOEuNYtQFgyEhcyg==", "span_id": "/Zd8gue8T1Y=", "parent_span_id": null, "name": "support_agent", "start_time_unix_nano": 1765453800000000000, "end_time_unix_nano": 1765453800500000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765453800000000000", "mlflow.traceRequestId": "\"tr-f3116d2193ce12e358b50160c8485cca\"", "mlflow.spanType": "\"AGENT\"", "mlflow.spanInputs": "{\"question\": \"Where is my parcel?\"}", "mlflow.spanOutputs": "{\"answer\": \"With the carrier.\"}"}}', NULL, NULL, NULL, NULL, NULL),
	('tr-953f7adf65966f74abb5030672342b66', 1, '9dd1da7d5ec9d41b', NULL, 'predict', 'LLM', 'OK', 1765454000000000000, 1765454000040000000, DEFAULT, '{"trace_id": "lT9632WWb3SrtQMGcjQrZg==", "span_id": "ndHafV7J1Bs=", "parent_span_id": null, "name": "predict", "start_time_unix_nano": 1765454000000000000, "end_time_unix_nano": 1765454000040000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765454000000000000", "mlflow.traceRequestId": "\"tr-953f7adf65966f74abb5030672342b66\"", "mlflow.spanType": "\"LLM\"", "mlflow.spanInputs": "\"in plain text\"", "mlflow.spanOutputs": "\"out plain text\""}}', NULL, NULL, NULL, NULL, NULL),
	('tr-6d03c2603a9d484d682e185ac839a599', 1, 'e451e20a4064723e', NULL, 'größer than 100% ''sure''', 'TOOL', 'OK', 1765454100000000000, 1765454100030000000, DEFAULT, '{"trace_id": "bQPCYDqdSE1oLhhayDmlmQ==", "span_id": "5FHiCkBkcj4=", "parent_span_id": null, "name": "gr\u00f6\u00dfer than 100% ''sure''", "start_time_unix_nano": 1765454100000000000, "end_time_unix_nano": 1765454100030000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765454100000000000", "mlflow.traceRequestId": "\"tr-6d03c2603a9d484d682e185ac839a599\"", "mlflow.spanType": "\"TOOL\"", "mlflow.spanInputs": "{\"text\": \"a 50%_off \\\"sale\\\" f\u00fcr \u6771\u4eac\"}", "mlflow.spanOutputs": "{\"ok\": true}"}}', NULL, NULL, NULL, NULL, NULL),
	('tr-774942ad78f5906517269df4cc03cb4c', 1, '3f695b79fdc20b55', '6b3a619476389556', 'step_000', 'PARSER', 'OK', 1765454200000000000, 1765454200009000000, DEFAULT, '{"trace_id": "d0lCrXj1kGUXJp30zAPLTA==", "span_id": "P2lbef3CC1U=", "parent_span_id": "azphlHY4lVY=", "name": "step_000", "start_time_unix_nano": 1765454200000000000, "end_time_unix_nano": 1765454200009000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765454200000000000", "mlflow.traceRequestId": "\"tr-774942ad78f5906517269df4cc03cb4c\"", "mlflow.spanType": "\"PARSER\"", "mlflow.spanInputs": "{\"number\": 0}"}}', NULL, NULL, NULL, NULL, NULL),
	('tr-774942ad78f5906517269df4cc03cb4c', 1, '3ade92c69d5f9be1', '6b3a619476389556', 'step_002', 'PARSER', 'OK', 1765454200020000000, 1765454200029000000, DEFAULT, '{"trace_id": "d0lCrXj1kGUXJp30zAPLTA==", "span_id": "Ot6Sxp1fm+E=", "parent_span_id": "azphlHY4lVY=", "name": "step_002", "start_time_unix_nano": 1765454200020000000, "end_time_unix_nano": 1765454200029000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765454200020000000", "mlflow.traceRequestId": "\"tr-774942ad78f5906517269df4cc03cb4c\"", "mlflow.spanType": "\"PARSER\"", "mlflow.spanInputs": "{\"number\": 2}"}}', NULL, NULL, NULL, NULL, NULL),
	('tr-774942ad78f5906517269df4cc03cb4c', 1, '9777fdc8939a89b2', '6b3a619476389556', 'step_004', 'PARSER', 'OK', 1765454200040000000, 1765454200049000000, DEFAULT, '{"trace_id": "d0lCrXj1kGUXJp30zAPLTA==", "span_id": "l3f9yJOaibI=", "parent_span_id": "azphlHY4lVY=", "name": "step_004", "start_time_unix_nano": 1765454200040000000, "end_time_unix_nano": 1765454200049000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765454200040000000", "mlflow.traceRequestId": "\"tr-774942ad78f5906517269df4cc03cb4c\"", "mlflow.spanType": "\"PARSER\"", "mlflow.spanInputs": "{\"number\": 4}"}}', NULL, NULL, NULL, NULL, NULL),
	('tr-774942ad78f5906517269df4cc03cb4c', 1, '6b3a619476389556', NULL, 'report', 'CHAIN', 'OK', 1765454200000000000, 1765454205000000000, DEFAULT, '{"trace_id": "d0lCrXj1kGUXJp30zAPLTA==", "span_id": "azphlHY4lVY=", "parent_span_id": null, "name": "report", "start_time_unix_nano": 1765454200000000000, "end_time_unix_nano": 1765454205000000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765454200000000000", "mlflow.traceRequestId": "\"tr-774942ad78f5906517269df4cc03cb4c\"", "mlflow.spanType": "\"CHAIN\"", "mlflow.spanInputs": "{\"pages\": [{\"text\": \"short\"}, {\"text\": \"line 0 of a long report, line 1 of a long report, line 2 of a long report, line 3 of a long report, line 4 of a long report, line 5 of a long report, line 6 of a long report, line 7 of a long report, line 8 of a long report, line 9 of a long report, line 10 of a long report, line 11 of a long report, line 12 of a long report, line 13 of a long report, line 14 of a long report, line 15 of a long report, line 16 of a long report, line 17 of a long report, line 18 of a long report, line 19 of a long report, line 20 of a long report, line 21 of a long report, line 22 of a long report, line 23 of a long report, line 24 of a long report, line 25 of a long report, line 26 of a long report, line 27 of a long report, line 28 of a long report, line 29 of a long report, line 30 of a long report, line 31 of a long report, line 32 of a long report, line 33 of a long report, line 34 of a long report, line 35 of a long report, line 36 of a long report, line 37 of a long report, line 38 of a long report, line 39 of a long report, line 40 of a long report, line 41 of a long report, line 42 of a long report, line 43 of a long report, line 44 of a long report, line 45 of a long report, line 46 of a long report, line 47 of a long report, line 48 of a long report, line 49 of a long report, line 50 of a long report, line 51 of a long report, line 52 of a long report, line 53 of a long report, line 54 of a long report, line 55 of a long report, line 56 of a long report, line 57 of a long report, line 58 of a long report, line 59 of a long report, line 60 of a long report, line 61 of a long report, line 62 of a long report, line 63 of a long report, line 64 of a long report, line 65 of a long report, line 66 of a long report, line 67 of a long report, line 68 of a long report, line 69 of a long report, line 70 of a long report, line 71 of a long report, line 72 of a long report, line 73 of a long report, line 74 of a long report, line 75 of a long report, line 76 of a long report, line 77 of a long report, line 78 of a long report, line 79 of a long report, line 80 of a long report, line 81 of a long report, line 82 of a long report, line 83 of a long report, line 84 of a long report, line 85 of a long report, line 86 of a long report, line 87 of a long report, line 88 of a long report, line 89 of a long report, line 90 of a long report, line 91 of a long report, line 92 of a long report, line 93 of a long report, line 94 of a long report, line 95 of a long report, line 96 of a long report, line 97 of a long report, line 98 of a long report, line 99 of a long report, line 100 of a long report, line 101 of a long report, line 102 of a long report, line 103 of a long report, line 104 of a long report, line 105 of a long report, line 106 of a long report, line 107 of a long report, line 108 of a long report, line 109 of a long report, line 110 of a long report, line 111 of a long report, line 112 of a long report, line 113 of a long report, line 114 of a long report, line \"}]}", "mlflow.spanOutputs": "\"done\""}}', NULL, NULL, NULL, NULL, NULL),
	('tr-18d51323d61d67641195ce97a8d591ba', 1, 'e8a69ce9c6974d15', 'fd0481db7f66cd75', 'list_documents', 'TOOL', 'OK', 1765454300005000000, 1765454300025000000, DEFAULT, '{"trace_id": "GNUTI9YdZ2QRlc6XqNWRug==", "span_id": "6Kac6caXTRU=", "parent_span_id": "/QSB239mzXU=", "name": "list_documents", "start_time_unix_nano": 1765454300005000000, "end_time_unix_nano": 1765454300025000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765454300005000000", "mlflow.traceRequestId": "\"tr-18d51323d61d67641195ce97a8d591ba\"", "mlflow.spanType": "\"TOOL\"", "mlflow.spanInputs": "{}", "mlflow.spanOutputs": "[\"a.md\"]"}}', NULL, NULL, NULL, NULL, NULL),
	('tr-b99b4a495555ecc9cb2b523f8f73aa53', 2, 'cf9322be0e0cacc2', '83be58f3dbdd50ce', 'complete', 'LLM', 'OK', 1765450800010000000, 1765450801410000000, DEFAULT, '{"trace_id": "uZtKSVVV7MnLK1I/j3OqUw==", "span_id": "z5Mivg4MrMI=", "parent_span_id": "g75Y89vdUM4=", "name": "complete", "start_time_unix_nano": 1765450800010000000, "end_time_unix_nano": 1765450801410000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450800010000000", "mlflow.traceRequestId": "\"tr-b99b4a495555ecc9cb2b523f8f73aa53\"", "mlflow.spanType": "\"LLM\"", "mlflow.spanInputs": "{\"prompt\": \"What does the plan cost?\"}", "mlflow.chat.tokenUsage": "{\"input_tokens\": 1200, \"output_tokens\": 80, \"total_tokens\": 1280, \"cache_read_input_tokens\": 1000}", "mlflow.llm.cost": "{\"input_cost\": 0.0125, \"output_cost\": 0.0025, \"total_cost\": 0.015}", "mlflow.llm.model": "\"house-model-2\"", "mlflow.llm.provider": "\"house\"", "mlflow.spanOutputs": "{\"text\": \"Twelve euros a month.\"}"}}', NULL, NULL, NULL, NULL, NULL),
	('tr-f3116d2193ce12e358b50160c8485cca', 1, 'a8dce8d9b09323ee', 'fd977c82e7bc4f56', 'track_parcel_again', 'TOOL', 'OK', 1765453800110000000, 1765453800200000000, DEFAULT, '{"trace_id": "8xFtIZPOEuNYtQFgyEhcyg==", "span_id": "qNzo2bCTI+4=", "parent_span_id": "/Zd8gue8T1Y=", "name": "track_parcel_again", "start_time_unix_nano": 1765453800110000000, "end_time_unix_nano": 1765453800200000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765453800110000000", "mlflow.traceRequestId": "\"tr-f3116d2193ce12e358b50160c8485cca\"", "mlflow.spanType": "\"TOOL\"", "mlflow.spanInputs": "{\"parcel\": \"P-1\"}", "mlflow.spanOutputs": "{\"at\": \"carrier\"}"}}', NULL, NULL, NULL, NULL, NULL),
	('tr-774942ad78f5906517269df4cc03cb4c', 1, 'cc1db616a71d6c24', '6b3a619476389556', 'step_001', 'PARSER', 'OK', 1765454200010000000, 1765454200019000000, DEFAULT, '{"trace_id": "d0lCrXj1kGUXJp30zAPLTA==", "span_id": "zB22FqcdbCQ=", "parent_span_id": "azphlHY4lVY=", "name": "step_001", "start_time_unix_nano": 1765454200010000000, "end_time_unix_nano": 1765454200019000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765454200010000000", "mlflow.traceRequestId": "\"tr-774942ad78f5906517269df4cc03cb4c\"", "mlflow.spanType": "\"PARSER\"", "mlflow.spanInputs": "{\"number\": 1}"}}', NULL, NULL, NULL, NULL, NULL),
	('tr-774942ad78f5906517269df4cc03cb4c', 1, '2b8a5e97c41b2a3f', '6b3a619476389556', 'step_003', 'PARSER', 'OK', 1765454200030000000, 1765454200039000000, DEFAULT, '{"trace_id": "d0lCrXj1kGUXJp30zAPLTA==", "span_id": "K4pel8QbKj8=", "parent_span_id": "azphlHY4lVY=", "name": "step_003", "start_time_unix_nano": 1765454200030000000, "end_time_unix_nano": 1765454200039000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765454200030000000", "mlflow.traceRequestId": "\"tr-774942ad78f5906517269df4cc03cb4c\"", "mlflow.spanType": "\"PARSER\"", "mlflow.spanInputs": "{\"number\": 3}"}}', NULL, NULL, NULL, NULL, NULL),
	('tr-774942ad78f5906517269df4cc03cb4c', 1, 'bf5cc91db6c5a62f', '6b3a619476389556', 'step_005', 'PARSER', 'OK', 1765454200050000000, 1765454200059000000, DEFAULT, '{"trace_id": "d0lCrXj1kGUXJp30zAPLTA==", "span_id": "v1zJHbbFpi8=", "parent_span_id": "azphlHY4lVY=", "name": "step_005", "start_time_unix_nano": 1765454200050000000, "end_time_unix_nano": 1765454200059000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765454200050000000", "mlflow.traceRequestId": "\"tr-774942ad78f5906517269df4cc03cb4c\"", "mlflow.spanType": "\"PARSER\"", "mlflow.spanInputs": "{\"number\": 5}"}}', NULL, NULL, NULL, NULL, NULL),
	('tr-9a6a6a04def4c8a0937782d31b70e48a', 1, '7a3ef07e3e7c4f80', '1f631c3a17beab06', 'list_documents', 'TOOL', 'OK', 1765454350005000000, 1765454350025000000, DEFAULT, '{"trace_id": "mmpqBN70yKCTd4LTG3Dkig==", "span_id": "ej7wfj58T4A=", "parent_span_id": "H2McOhe+qwY=", "name": "list_documents", "start_time_unix_nano": 1765454350005000000, "end_time_unix_nano": 1765454350025000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765454350005000000", "mlflow.traceRequestId": "\"tr-9a6a6a04def4c8a0937782d31b70e48a\"", "mlflow.spanType": "\"TOOL\"", "mlflow.spanInputs": "{}", "mlflow.spanOutputs": "[\"a.md\"]"}}', NULL, NULL, NULL, NULL, NULL),
	('tr-b99b4a495555ecc9cb2b523f8f73aa53', 2, '83be58f3dbdd50ce', NULL, 'answer', 'AGENT', 'OK', 1765450800000000000, 1765450801500000000, DEFAULT, '{"trace_id": "uZtKSVVV7MnLK1I/j3OqUw==", "span_id": "g75Y89vdUM4=", "parent_span_id": null, "name": "answer", "start_time_unix_nano": 1765450800000000000, "end_time_unix_nano": 1765450801500000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450800000000000", "mlflow.traceRequestId": "\"tr-b99b4a495555ecc9cb2b523f8f73aa53\"", "mlflow.spanType": "\"AGENT\"", "mlflow.spanInputs": "{\"question\": \"What does the plan cost?\"}", "mlflow.spanOutputs": "{\"answer\": \"Twelve euros a month.\"}"}}', NULL, NULL, NULL, NULL, NULL),
	('tr-f8e37698ea95218ba0720cae94fce469', 2, '084896938a1baff1', '597e6e1411f50921', 'of_type_llm', 'LLM', 'OK', 1765450900000000000, 1765450900015000000, DEFAULT, '{"trace_id": "+ON2mOqVIYugcgyulPzkaQ==", "span_id": "CEiWk4obr/E=", "parent_span_id": "WX5uFBH1CSE=", "name": "of_type_llm", "start_time_unix_nano": 1765450900000000000, "end_time_unix_nano": 1765450900015000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450900000000000", "mlflow.traceRequestId": "\"tr-f8e37698ea95218ba0720cae94fce469\"", "mlflow.spanType": "\"LLM\""}}', NULL, NULL, NULL, NULL, NULL),
	('tr-f8e37698ea95218ba0720cae94fce469', 2, 'f6bd2141ded05a96', '597e6e1411f50921', 'of_type_agent', 'AGENT', 'OK', 1765450900040000000, 1765450900055000000, DEFAULT, '{"trace_id": "+ON2mOqVIYugcgyulPzkaQ==", "span_id": "9r0hQd7QWpY=", "parent_span_id": "WX5uFBH1CSE=", "name": "of_type_agent", "start_time_unix_nano": 1765450900040000000, "end_time_unix_nano": 1765450900055000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450900040000000", "mlflow.traceRequestId": "\"tr-f8e37698ea95218ba0720cae94fce469\"", "mlflow.spanType": "\"AGENT\""}}', NULL, NULL, NULL, NULL, NULL),
	('tr-f8e37698ea95218ba0720cae94fce469', 2, '68f56102ddcbb89c', '597e6e1411f50921', 'of_type_chat_model', 'CHAT_MODEL', 'OK', 1765450900080000000, 1765450900095000000, DEFAULT, '{"trace_id": "+ON2mOqVIYugcgyulPzkaQ==", "span_id": "aPVhAt3LuJw=", "parent_span_id": "WX5uFBH1CSE=", "name": "of_type_chat_model", "start_time_unix_nano": 1765450900080000000, "end_time_unix_nano": 1765450900095000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450900080000000", "mlflow.traceRequestId": "\"tr-f8e37698ea95218ba0720cae94fce469\"", "mlflow.spanType": "\"CHAT_MODEL\""}}', NULL, NULL, NULL, NULL, NULL),
	('tr-f8e37698ea95218ba0720cae94fce469', 2, '9588c72139e2a8f9', '597e6e1411f50921', 'of_type_parser', 'PARSER', 'OK', 1765450900120000000, 1765450900135000000, DEFAULT, '{"trace_id": "+ON2mOqVIYugcgyulPzkaQ==", "span_id": "lYjHITniqPk=", "parent_span_id": "WX5uFBH1CSE=", "name": "of_type_parser", "start_time_unix_nano": 1765450900120000000, "end_time_unix_nano": 1765450900135000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450900120000000", "mlflow.traceRequestId": "\"tr-f8e37698ea95218ba0720cae94fce469\"", "mlflow.spanType": "\"PARSER\""}}', NULL, NULL, NULL, NULL, NULL),
	('tr-f8e37698ea95218ba0720cae94fce469', 2, 'd62646ec462a8f87', '597e6e1411f50921', 'of_type_reranker', 'RERANKER', 'OK', 1765450900160000000, 1765450900175000000, DEFAULT, '{"trace_id": "+ON2mOqVIYugcgyulPzkaQ==", "span_id": "1iZG7EYqj4c=", "parent_span_id": "WX5uFBH1CSE=", "name": "of_type_reranker", "start_time_unix_nano": 1765450900160000000, "end_time_unix_nano": 1765450900175000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450900160000000", "mlflow.traceRequestId": "\"tr-f8e37698ea95218ba0720cae94fce469\"", "mlflow.spanType": "\"RERANKER\""}}', NULL, NULL, NULL, NULL, NULL),
	('tr-f8e37698ea95218ba0720cae94fce469', 2, 'b536bee75a7e9ae8', '597e6e1411f50921', 'of_type_workflow', 'WORKFLOW', 'OK', 1765450900200000000, 1765450900215000000, DEFAULT, '{"trace_id": "+ON2mOqVIYugcgyulPzkaQ==", "span_id": "tTa+51p+mug=", "parent_span_id": "WX5uFBH1CSE=", "name": "of_type_workflow", "start_time_unix_nano": 1765450900200000000, "end_time_unix_nano": 1765450900215000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450900200000000", "mlflow.traceRequestId": "\"tr-f8e37698ea95218ba0720cae94fce469\"", "mlflow.spanType": "\"WORKFLOW\""}}', NULL, NULL, NULL, NULL, NULL),
	('tr-f8e37698ea95218ba0720cae94fce469', 2, '453eadf1626c9795', '597e6e1411f50921', 'of_type_chain', 'CHAIN', 'OK', 1765450900020000000, 1765450900035000000, DEFAULT, '{"trace_id": "+ON2mOqVIYugcgyulPzkaQ==", "span_id": "RT6t8WJsl5U=", "parent_span_id": "WX5uFBH1CSE=", "name": "of_type_chain", "start_time_unix_nano": 1765450900020000000, "end_time_unix_nano": 1765450900035000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450900020000000", "mlflow.traceRequestId": "\"tr-f8e37698ea95218ba0720cae94fce469\"", "mlflow.spanType": "\"CHAIN\""}}', NULL, NULL, NULL, NULL, NULL),
	('tr-f8e37698ea95218ba0720cae94fce469', 2, '650154d68cc2be7e', '597e6e1411f50921', 'of_type_tool', 'TOOL', 'OK', 1765450900060000000, 1765450900075000000, DEFAULT, '{"trace_id": "+ON2mOqVIYugcgyulPzkaQ==", "span_id": "ZQFU1ozCvn4=", "parent_span_id": "WX5uFBH1CSE=", "name": "of_type_tool", "start_time_unix_nano": 1765450900060000000, "end_time_unix_nano": 1765450900075000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450900060000000", "mlflow.traceRequestId": "\"tr-f8e37698ea95218ba0720cae94fce469\"", "mlflow.spanType": "\"TOOL\""}}', NULL, NULL, NULL, NULL, NULL),
	('tr-f8e37698ea95218ba0720cae94fce469', 2, 'bd5017fc76fa11a8', '597e6e1411f50921', 'of_type_retriever', 'RETRIEVER', 'OK', 1765450900100000000, 1765450900115000000, DEFAULT, '{"trace_id": "+ON2mOqVIYugcgyulPzkaQ==", "span_id": "vVAX/Hb6Eag=", "parent_span_id": "WX5uFBH1CSE=", "name": "of_type_retriever", "start_time_unix_nano": 1765450900100000000, "end_time_unix_nano": 1765450900115000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450900100000000", "mlflow.traceRequestId": "\"tr-f8e37698ea95218ba0720cae94fce469\"", "mlflow.spanType": "\"RETRIEVER\""}}', NULL, NULL, NULL, NULL, NULL),
	('tr-f8e37698ea95218ba0720cae94fce469', 2, '09f854c0f1f246f1', '597e6e1411f50921', 'of_type_embedding', 'EMBEDDING', 'OK', 1765450900140000000, 1765450900155000000, DEFAULT, '{"trace_id": "+ON2mOqVIYugcgyulPzkaQ==", "span_id": "CfhUwPHyRvE=", "parent_span_id": "WX5uFBH1CSE=", "name": "of_type_embedding", "start_time_unix_nano": 1765450900140000000, "end_time_unix_nano": 1765450900155000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450900140000000", "mlflow.traceRequestId": "\"tr-f8e37698ea95218ba0720cae94fce469\"", "mlflow.spanType": "\"EMBEDDING\""}}', NULL, NULL, NULL, NULL, NULL),
	('tr-f8e37698ea95218ba0720cae94fce469', 2, 'bbe9352968c11e30', '597e6e1411f50921', 'of_type_memory', 'MEMORY', 'OK', 1765450900180000000, 1765450900195000000, DEFAULT, '{"trace_id": "+ON2mOqVIYugcgyulPzkaQ==", "span_id": "u+k1KWjBHjA=", "parent_span_id": "WX5uFBH1CSE=", "name": "of_type_memory", "start_time_unix_nano": 1765450900180000000, "end_time_unix_nano": 1765450900195000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450900180000000", "mlflow.traceRequestId": "\"tr-f8e37698ea95218ba0720cae94fce469\"", "mlflow.spanType": "\"MEMORY\""}}', NULL, NULL, NULL, NULL, NULL),
	('tr-f8e37698ea95218ba0720cae94fce469', 2, '23f80d271a1af85d', '597e6e1411f50921', 'of_type_task', 'TASK', 'OK', 1765450900220000000, 1765450900235000000, DEFAULT, '{"trace_id": "+ON2mOqVIYugcgyulPzkaQ==", "span_id": "I/gNJxoa+F0=", "parent_span_id": "WX5uFBH1CSE=", "name": "of_type_task", "start_time_unix_nano": 1765450900220000000, "end_time_unix_nano": 1765450900235000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450900220000000", "mlflow.traceRequestId": "\"tr-f8e37698ea95218ba0720cae94fce469\"", "mlflow.spanType": "\"TASK\""}}', NULL, NULL, NULL, NULL, NULL),
	('tr-f8e37698ea95218ba0720cae94fce469', 2, 'b4dc040969fe26a7', '597e6e1411f50921', 'of_type_evaluator', 'EVALUATOR', 'OK', 1765450900260000000, 1765450900275000000, DEFAULT, '{"trace_id": "+ON2mOqVIYugcgyulPzkaQ==", "span_id": "tNwECWn+Jqc=", "parent_span_id": "WX5uFBH1CSE=", "name": "of_type_evaluator", "start_time_unix_nano": 1765450900260000000, "end_time_unix_nano": 1765450900275000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450900260000000", "mlflow.traceRequestId": "\"tr-f8e37698ea95218ba0720cae94fce469\"", "mlflow.spanType": "\"EVALUATOR\""}}', NULL, NULL, NULL, NULL, NULL),
	('tr-f8e37698ea95218ba0720cae94fce469', 2, '597e6e1411f50921', NULL, 'pipeline', 'WORKFLOW', 'OK', 1765450900000000000, 1765450900400000000, DEFAULT, '{"trace_id": "+ON2mOqVIYugcgyulPzkaQ==", "span_id": "WX5uFBH1CSE=", "parent_span_id": null, "name": "pipeline", "start_time_unix_nano": 1765450900000000000, "end_time_unix_nano": 1765450900400000000, "events": [{"name": "retry", "time_unix_nano": 1765450900000000000, "attributes": {"attempt": 2, "reason": "the queue was full"}}], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450900000000000", "mlflow.traceRequestId": "\"tr-f8e37698ea95218ba0720cae94fce469\"", "mlflow.spanType": "\"WORKFLOW\"", "mlflow.spanInputs": "{\"items\": 15}", "mlflow.spanOutputs": "{\"items\": 15}"}}', NULL, NULL, NULL, NULL, NULL),
	('tr-a196323b06b68c0109adb0a7a838c49f', 2, 'df5fc1a9031291c3', NULL, 'übersetzen 🚀', 'CHAIN', 'OK', 1765451000000000000, 1765451000060000000, DEFAULT, '{"trace_id": "oZYyOwa2jAEJrbCnqDjEnw==", "span_id": "31/BqQMSkcM=", "parent_span_id": null, "name": "\u00fcbersetzen \ud83d\ude80", "start_time_unix_nano": 1765451000000000000, "end_time_unix_nano": 1765451000060000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765451000000000000", "mlflow.traceRequestId": "\"tr-a196323b06b68c0109adb0a7a838c49f\"", "mlflow.spanType": "\"CHAIN\"", "mlflow.spanInputs": "{\"text\": \"\u0414\u043e\u0431\u0440\u044b\u0439 \u0434\u0435\u043d\u044c \ud83d\ude80 na\u00efve caf\u00e9, \u6771\u4eac\u30bf\u30ef\u30fc, \u0645\u0631\u062d\u0628\u0627\"}", "mlflow.spanOutputs": "{\"text\": \"\u0627\u0628\u062d\u0631\u0645 ,\u30fc\u30ef\u30bf\u4eac\u6771 ,\u00e9fac ev\u00efan \ud83d\ude80 \u044c\u043d\u0435\u0434 \u0439\u044b\u0440\u0431\u043e\u0414\"}"}}', NULL, NULL, NULL, NULL, NULL),
	('tr-f8e37698ea95218ba0720cae94fce469', 2, '765db34f57794db7', '597e6e1411f50921', 'of_type_guardrail', 'GUARDRAIL', 'OK', 1765450900240000000, 1765450900255000000, DEFAULT, '{"trace_id": "+ON2mOqVIYugcgyulPzkaQ==", "span_id": "dl2zT1d5Tbc=", "parent_span_id": "WX5uFBH1CSE=", "name": "of_type_guardrail", "start_time_unix_nano": 1765450900240000000, "end_time_unix_nano": 1765450900255000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450900240000000", "mlflow.traceRequestId": "\"tr-f8e37698ea95218ba0720cae94fce469\"", "mlflow.spanType": "\"GUARDRAIL\""}}', NULL, NULL, NULL, NULL, NULL),
	('tr-f8e37698ea95218ba0720cae94fce469', 2, 'bfb622c8d126c88b', '597e6e1411f50921', 'of_type_unknown', 'UNKNOWN', 'OK', 1765450900280000000, 1765450900295000000, DEFAULT, '{"trace_id": "+ON2mOqVIYugcgyulPzkaQ==", "span_id": "v7YiyNEmyIs=", "parent_span_id": "WX5uFBH1CSE=", "name": "of_type_unknown", "start_time_unix_nano": 1765450900280000000, "end_time_unix_nano": 1765450900295000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450900280000000", "mlflow.traceRequestId": "\"tr-f8e37698ea95218ba0720cae94fce469\"", "mlflow.spanType": "\"UNKNOWN\""}}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.tags VALUES
	('mlflow.user', 'somebody', '67e090f0967f438398adff4314a58d02'),
	('mlflow.source.name', 'application.py', '67e090f0967f438398adff4314a58d02'),
	('mlflow.source.type', 'LOCAL', '67e090f0967f438398adff4314a58d02'),
	('mlflow.runName', 'invincible-fowl-585', '67e090f0967f438398adff4314a58d02');
INSERT INTO public.trace_info VALUES
	('tr-18d51323d61d67641195ce97a8d591ba', 1, 1765454300005, 20, 'IN_PROGRESS', NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('tr-1ee39e261b28a2c63bdad304ac104787', 1, 1765453600000, 280, 'OK', 'req-2', '{"question": "And if I am not at home?"}', '{"answer": "Then a neighbour takes it."}', 0, 'support_agent', 'session-1', 30, 6, 36, NULL, NULL, NULL, NULL, NULL, NULL),
	('tr-246f42cce08eba5e847e98a1ae805def', 1, 1765453900000, 62000, 'OK', NULL, '{"questions": 40}', '{"right": 38}', 0, 'evaluate', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('tr-48e83ba66ecec5c393ed9b02b5c6f38c', 1, 1765453700000, 150, 'ERROR', NULL, '{"order": "A-1042"}', '', 0, 'refund', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('tr-6d03c2603a9d484d682e185ac839a599', 1, 1765454100000, 30, 'OK', NULL, '{"text": "a 50%_off \"sale\" für 東京"}', '{"ok": true}', 0, 'größer than 100% ''sure''', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('tr-786f76556448f6aa7e8e7a0e1734b7f6', 1, 1765453500000, 300, 'OK', 'req-1', '{"question": "When will my lamp arrive?"}', '{"answer": "Your lamp arrives on Friday."}', 0, 'support_agent', 'session-1', 12, 7, 19, NULL, NULL, NULL, NULL, NULL, NULL),
	('tr-953f7adf65966f74abb5030672342b66', 1, 1765454000000, 40, 'OK', NULL, '"in plain text"', '"out plain text"', 0, 'predict', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('tr-a196323b06b68c0109adb0a7a838c49f', 2, 1765451000000, 60, 'OK', NULL, '{"text": "Добрый день 🚀 naïve café, 東京タワー, مرحبا"}', '{"text": "ابحرم ,ーワタ京東 ,éfac evïan 🚀 ьнед йырбоД"}', 0, 'übersetzen 🚀', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('tr-b99b4a495555ecc9cb2b523f8f73aa53', 2, 1765450800000, 1500, 'OK', NULL, '{"question": "What does the plan cost?"}', '{"answer": "Twelve euros a month."}', 0, 'answer', 'chat-7', 1200, 80, 1280, NULL, NULL, NULL, NULL, NULL, NULL),
	('tr-f3116d2193ce12e358b50160c8485cca', 1, 1765453800000, 500, 'OK', NULL, '{"question": "Where is my parcel?"}', '{"answer": "With the carrier."}', 0, 'support_agent', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('tr-9a6a6a04def4c8a0937782d31b70e48a', 1, 1765454350005, 20, 'IN_PROGRESS', NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('tr-774942ad78f5906517269df4cc03cb4c', 1, 1765454200000, 5000, 'OK', NULL, '{"pages": [{"text": "short"}, {"text": "line 0 of a long report, line 1 of a long report, line 2 of a long report, line 3 of a long report, line 4 of a long report, line 5 of a long report, line 6 of a long report, line 7 of a long report, line 8 of a long report, line 9 of a long report, line 10 of a long report, line 11 of a long report, line 12 of a long report, line 13 of a long report, line 14 of a long report, line 15 of a long report, line 16 of a long report, line 17 of a long report, line 18 of a long report, line 19 of a long report, line 20 of a long report, line 21 of a long report, line 22 of a long report, line 23 of a long report, line 24 of a long report, line 25 of a long report, line 26 of a long report, line 27 of a long report, line 28 of a long report, line 29 of a long report, line 30 of a long report, line 31 of a long report, line 32 of a long report, line 33 of a long report, line 34 of a long report, line 35 of a long report, line 36 of a long report, line ...', '"done"', 0, 'report', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('tr-f8e37698ea95218ba0720cae94fce469', 2, 1765450900000, 400, 'OK', NULL, '{"items": 15}', '{"items": 15}', 0, 'pipeline', 'chat-8', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.trace_request_metadata VALUES
	('mlflow.user', 'somebody', 'tr-246f42cce08eba5e847e98a1ae805def'),
	('mlflow.source.name', 'application.py', 'tr-246f42cce08eba5e847e98a1ae805def'),
	('mlflow.source.type', 'LOCAL', 'tr-246f42cce08eba5e847e98a1ae805def'),
	('mlflow.source.git.commit', '', 'tr-246f42cce08eba5e847e98a1ae805def'),
	('mlflow.source.git.repoURL', '', 'tr-246f42cce08eba5e847e98a1ae805def'),
	('mlflow.source.git.branch', '', 'tr-246f42cce08eba5e847e98a1ae805def'),
	('mlflow.trace_schema.version', '3', 'tr-246f42cce08eba5e847e98a1ae805def'),
	('mlflow.sourceRun', '67e090f0967f438398adff4314a58d02', 'tr-246f42cce08eba5e847e98a1ae805def'),
	('dataset', 'faq', 'tr-246f42cce08eba5e847e98a1ae805def'),
	('mlflow.traceInputs', '{"questions": 40}', 'tr-246f42cce08eba5e847e98a1ae805def'),
	('mlflow.traceOutputs', '{"right": 38}', 'tr-246f42cce08eba5e847e98a1ae805def'),
	('mlflow.trace.sizeStats', '{"total_size_bytes": 1338, "num_spans": 1, "max": 520, "p25": 520, "p50": 520, "p75": 520}', 'tr-246f42cce08eba5e847e98a1ae805def'),
	('mlflow.trace.sizeBytes', '1338', 'tr-246f42cce08eba5e847e98a1ae805def'),
	('mlflow.user', 'somebody', 'tr-786f76556448f6aa7e8e7a0e1734b7f6'),
	('mlflow.source.name', 'application.py', 'tr-786f76556448f6aa7e8e7a0e1734b7f6'),
	('mlflow.source.type', 'LOCAL', 'tr-786f76556448f6aa7e8e7a0e1734b7f6'),
	('mlflow.source.git.commit', '', 'tr-786f76556448f6aa7e8e7a0e1734b7f6'),
	('mlflow.source.git.repoURL', '', 'tr-786f76556448f6aa7e8e7a0e1734b7f6'),
	('mlflow.source.git.branch', '', 'tr-786f76556448f6aa7e8e7a0e1734b7f6'),
	('mlflow.trace_schema.version', '3', 'tr-786f76556448f6aa7e8e7a0e1734b7f6'),
	('mlflow.trace.user', 'user_7', 'tr-786f76556448f6aa7e8e7a0e1734b7f6'),
	('tenant', 'acme', 'tr-786f76556448f6aa7e8e7a0e1734b7f6'),
	('mlflow.traceInputs', '{"question": "When will my lamp arrive?"}', 'tr-786f76556448f6aa7e8e7a0e1734b7f6'),
	('mlflow.traceOutputs', '{"answer": "Your lamp arrives on Friday."}', 'tr-786f76556448f6aa7e8e7a0e1734b7f6'),
	('mlflow.trace.sizeStats', '{"total_size_bytes": 3229, "num_spans": 3, "max": 906, "p25": 605, "p50": 632, "p75": 769}', 'tr-786f76556448f6aa7e8e7a0e1734b7f6'),
	('mlflow.trace.sizeBytes', '3229', 'tr-786f76556448f6aa7e8e7a0e1734b7f6'),
	('mlflow.user', 'somebody', 'tr-1ee39e261b28a2c63bdad304ac104787'),
	('mlflow.source.name', 'application.py', 'tr-1ee39e261b28a2c63bdad304ac104787'),
	('mlflow.source.type', 'LOCAL', 'tr-1ee39e261b28a2c63bdad304ac104787'),
	('mlflow.source.git.commit', '', 'tr-1ee39e261b28a2c63bdad304ac104787'),
	('mlflow.source.git.repoURL', '', 'tr-1ee39e261b28a2c63bdad304ac104787'),
	('mlflow.source.git.branch', '', 'tr-1ee39e261b28a2c63bdad304ac104787'),
	('mlflow.trace_schema.version', '3', 'tr-1ee39e261b28a2c63bdad304ac104787'),
	('mlflow.trace.user', 'user_7', 'tr-1ee39e261b28a2c63bdad304ac104787'),
	('tenant', 'acme', 'tr-1ee39e261b28a2c63bdad304ac104787'),
	('mlflow.traceInputs', '{"question": "And if I am not at home?"}', 'tr-1ee39e261b28a2c63bdad304ac104787'),
	('mlflow.traceOutputs', '{"answer": "Then a neighbour takes it."}', 'tr-1ee39e261b28a2c63bdad304ac104787'),
	('mlflow.trace.sizeStats', '{"total_size_bytes": 2699, "num_spans": 2, "max": 1043, "p25": 692, "p50": 809, "p75": 926}', 'tr-1ee39e261b28a2c63bdad304ac104787'),
	('mlflow.trace.sizeBytes', '2699', 'tr-1ee39e261b28a2c63bdad304ac104787'),
	('mlflow.user', 'somebody', 'tr-48e83ba66ecec5c393ed9b02b5c6f38c'),
	('mlflow.source.name', 'application.py', 'tr-48e83ba66ecec5c393ed9b02b5c6f38c'),
	('mlflow.source.type', 'LOCAL', 'tr-48e83ba66ecec5c393ed9b02b5c6f38c'),
	('mlflow.source.git.commit', '', 'tr-48e83ba66ecec5c393ed9b02b5c6f38c'),
	('mlflow.source.git.repoURL', '', 'tr-48e83ba66ecec5c393ed9b02b5c6f38c'),
	('mlflow.source.git.branch', '', 'tr-48e83ba66ecec5c393ed9b02b5c6f38c'),
	('mlflow.trace_schema.version', '3', 'tr-48e83ba66ecec5c393ed9b02b5c6f38c'),
	('mlflow.trace.user', 'user_8', 'tr-48e83ba66ecec5c393ed9b02b5c6f38c'),
	('mlflow.traceInputs', '{"order": "A-1042"}', 'tr-48e83ba66ecec5c393ed9b02b5c6f38c'),
	('mlflow.traceOutputs', '', 'tr-48e83ba66ecec5c393ed9b02b5c6f38c'),
	('mlflow.trace.sizeStats', '{"total_size_bytes": 3144, "num_spans": 3, "max": 925, "p25": 727, "p50": 921, "p75": 923}', 'tr-48e83ba66ecec5c393ed9b02b5c6f38c');
INSERT INTO public.trace_request_metadata VALUES
	('mlflow.trace.sizeBytes', '3144', 'tr-48e83ba66ecec5c393ed9b02b5c6f38c'),
	('mlflow.user', 'somebody', 'tr-f3116d2193ce12e358b50160c8485cca'),
	('mlflow.source.name', 'application.py', 'tr-f3116d2193ce12e358b50160c8485cca'),
	('mlflow.source.type', 'LOCAL', 'tr-f3116d2193ce12e358b50160c8485cca'),
	('mlflow.source.git.commit', '', 'tr-f3116d2193ce12e358b50160c8485cca'),
	('mlflow.source.git.repoURL', '', 'tr-f3116d2193ce12e358b50160c8485cca'),
	('mlflow.source.git.branch', '', 'tr-f3116d2193ce12e358b50160c8485cca'),
	('mlflow.trace_schema.version', '3', 'tr-f3116d2193ce12e358b50160c8485cca'),
	('mlflow.traceInputs', '{"question": "Where is my parcel?"}', 'tr-f3116d2193ce12e358b50160c8485cca'),
	('mlflow.traceOutputs', '{"answer": "With the carrier."}', 'tr-f3116d2193ce12e358b50160c8485cca'),
	('mlflow.trace.sizeStats', '{"total_size_bytes": 2886, "num_spans": 3, "max": 943, "p25": 552, "p50": 561, "p75": 752}', 'tr-f3116d2193ce12e358b50160c8485cca'),
	('mlflow.trace.sizeBytes', '2886', 'tr-f3116d2193ce12e358b50160c8485cca'),
	('mlflow.user', 'somebody', 'tr-953f7adf65966f74abb5030672342b66'),
	('mlflow.source.name', 'application.py', 'tr-953f7adf65966f74abb5030672342b66'),
	('mlflow.source.type', 'LOCAL', 'tr-953f7adf65966f74abb5030672342b66'),
	('mlflow.source.git.commit', '', 'tr-953f7adf65966f74abb5030672342b66'),
	('mlflow.source.git.repoURL', '', 'tr-953f7adf65966f74abb5030672342b66'),
	('mlflow.source.git.branch', '', 'tr-953f7adf65966f74abb5030672342b66'),
	('mlflow.trace_schema.version', '3', 'tr-953f7adf65966f74abb5030672342b66'),
	('mlflow.modelId', 'm-0123456789abcdef0123456789abcdef', 'tr-953f7adf65966f74abb5030672342b66'),
	('mlflow.traceInputs', '"in plain text"', 'tr-953f7adf65966f74abb5030672342b66'),
	('mlflow.traceOutputs', '"out plain text"', 'tr-953f7adf65966f74abb5030672342b66'),
	('mlflow.trace.sizeStats', '{"total_size_bytes": 1294, "num_spans": 1, "max": 514, "p25": 514, "p50": 514, "p75": 514}', 'tr-953f7adf65966f74abb5030672342b66'),
	('mlflow.trace.sizeBytes', '1294', 'tr-953f7adf65966f74abb5030672342b66'),
	('mlflow.user', 'somebody', 'tr-6d03c2603a9d484d682e185ac839a599'),
	('mlflow.source.name', 'application.py', 'tr-6d03c2603a9d484d682e185ac839a599'),
	('mlflow.source.type', 'LOCAL', 'tr-6d03c2603a9d484d682e185ac839a599'),
	('mlflow.source.git.commit', '', 'tr-6d03c2603a9d484d682e185ac839a599'),
	('mlflow.source.git.repoURL', '', 'tr-6d03c2603a9d484d682e185ac839a599'),
	('mlflow.source.git.branch', '', 'tr-6d03c2603a9d484d682e185ac839a599'),
	('mlflow.trace_schema.version', '3', 'tr-6d03c2603a9d484d682e185ac839a599'),
	('überschrift', 'größer', 'tr-6d03c2603a9d484d682e185ac839a599'),
	('tenant/region', 'eu-west', 'tr-6d03c2603a9d484d682e185ac839a599'),
	('mlflow.traceInputs', '{"text": "a 50%_off \"sale\" für 東京"}', 'tr-6d03c2603a9d484d682e185ac839a599'),
	('mlflow.traceOutputs', '{"ok": true}', 'tr-6d03c2603a9d484d682e185ac839a599'),
	('mlflow.trace.sizeStats', '{"total_size_bytes": 1575, "num_spans": 1, "max": 580, "p25": 580, "p50": 580, "p75": 580}', 'tr-6d03c2603a9d484d682e185ac839a599'),
	('mlflow.trace.sizeBytes', '1575', 'tr-6d03c2603a9d484d682e185ac839a599'),
	('mlflow.user', 'somebody', 'tr-774942ad78f5906517269df4cc03cb4c'),
	('mlflow.source.name', 'application.py', 'tr-774942ad78f5906517269df4cc03cb4c'),
	('mlflow.source.type', 'LOCAL', 'tr-774942ad78f5906517269df4cc03cb4c'),
	('mlflow.source.git.commit', '', 'tr-774942ad78f5906517269df4cc03cb4c'),
	('mlflow.source.git.repoURL', '', 'tr-774942ad78f5906517269df4cc03cb4c'),
	('mlflow.source.git.branch', '', 'tr-774942ad78f5906517269df4cc03cb4c'),
	('mlflow.trace_schema.version', '3', 'tr-774942ad78f5906517269df4cc03cb4c'),
	('mlflow.traceInputs', '{"pages": [{"text": "short"}, {"text": "line 0 of a long report, line 1 of a long report, line 2 of a long report, line 3 of a long report, line 4 of a long report, line 5 of a long report, line 6 of a long report, line 7 of a long report, line 8 ...', 'tr-774942ad78f5906517269df4cc03cb4c'),
	('mlflow.traceOutputs', '"done"', 'tr-774942ad78f5906517269df4cc03cb4c'),
	('mlflow.trace.sizeStats', '{"total_size_bytes": 8385, "num_spans": 7, "max": 3542, "p25": 482, "p50": 482, "p75": 482}', 'tr-774942ad78f5906517269df4cc03cb4c'),
	('mlflow.trace.sizeBytes', '8385', 'tr-774942ad78f5906517269df4cc03cb4c'),
	('mlflow.user', 'somebody', 'tr-f8e37698ea95218ba0720cae94fce469'),
	('mlflow.source.name', 'application.py', 'tr-f8e37698ea95218ba0720cae94fce469');
INSERT INTO public.trace_request_metadata VALUES
	('mlflow.source.type', 'LOCAL', 'tr-f8e37698ea95218ba0720cae94fce469'),
	('mlflow.source.git.commit', '', 'tr-f8e37698ea95218ba0720cae94fce469'),
	('mlflow.source.git.repoURL', '', 'tr-f8e37698ea95218ba0720cae94fce469'),
	('mlflow.source.git.branch', '', 'tr-f8e37698ea95218ba0720cae94fce469'),
	('mlflow.trace_schema.version', '3', 'tr-f8e37698ea95218ba0720cae94fce469'),
	('mlflow.traceInputs', '{"items": 15}', 'tr-f8e37698ea95218ba0720cae94fce469'),
	('mlflow.traceOutputs', '{"items": 15}', 'tr-f8e37698ea95218ba0720cae94fce469'),
	('mlflow.trace.sizeStats', '{"total_size_bytes": 8175, "num_spans": 16, "max": 633, "p25": 446, "p50": 451, "p75": 454}', 'tr-f8e37698ea95218ba0720cae94fce469'),
	('mlflow.trace.sizeBytes', '8175', 'tr-f8e37698ea95218ba0720cae94fce469'),
	('mlflow.user', 'somebody', 'tr-a196323b06b68c0109adb0a7a838c49f'),
	('mlflow.source.name', 'application.py', 'tr-a196323b06b68c0109adb0a7a838c49f'),
	('mlflow.source.type', 'LOCAL', 'tr-a196323b06b68c0109adb0a7a838c49f'),
	('mlflow.source.git.commit', '', 'tr-a196323b06b68c0109adb0a7a838c49f'),
	('mlflow.source.git.repoURL', '', 'tr-a196323b06b68c0109adb0a7a838c49f'),
	('mlflow.source.git.branch', '', 'tr-a196323b06b68c0109adb0a7a838c49f'),
	('mlflow.trace_schema.version', '3', 'tr-a196323b06b68c0109adb0a7a838c49f'),
	('mlflow.trace.user', 'Zoë', 'tr-a196323b06b68c0109adb0a7a838c49f'),
	('mlflow.traceInputs', '{"text": "Добрый день 🚀 naïve café, 東京タワー, مرحبا"}', 'tr-a196323b06b68c0109adb0a7a838c49f'),
	('mlflow.traceOutputs', '{"text": "ابحرم ,ーワタ京東 ,éfac evïan 🚀 ьнед йырбоД"}', 'tr-a196323b06b68c0109adb0a7a838c49f'),
	('mlflow.trace.sizeStats', '{"total_size_bytes": 2318, "num_spans": 1, "max": 852, "p25": 852, "p50": 852, "p75": 852}', 'tr-a196323b06b68c0109adb0a7a838c49f'),
	('mlflow.trace.sizeBytes', '2318', 'tr-a196323b06b68c0109adb0a7a838c49f'),
	('mlflow.user', 'somebody', 'tr-b99b4a495555ecc9cb2b523f8f73aa53'),
	('mlflow.source.name', 'application.py', 'tr-b99b4a495555ecc9cb2b523f8f73aa53'),
	('mlflow.source.type', 'LOCAL', 'tr-b99b4a495555ecc9cb2b523f8f73aa53'),
	('mlflow.source.git.commit', '', 'tr-b99b4a495555ecc9cb2b523f8f73aa53'),
	('mlflow.source.git.repoURL', '', 'tr-b99b4a495555ecc9cb2b523f8f73aa53'),
	('mlflow.source.git.branch', '', 'tr-b99b4a495555ecc9cb2b523f8f73aa53'),
	('mlflow.trace_schema.version', '3', 'tr-b99b4a495555ecc9cb2b523f8f73aa53'),
	('mlflow.trace.user', 'ana', 'tr-b99b4a495555ecc9cb2b523f8f73aa53'),
	('mlflow.traceInputs', '{"question": "What does the plan cost?"}', 'tr-b99b4a495555ecc9cb2b523f8f73aa53'),
	('mlflow.traceOutputs', '{"answer": "Twelve euros a month."}', 'tr-b99b4a495555ecc9cb2b523f8f73aa53'),
	('mlflow.trace.sizeStats', '{"total_size_bytes": 2443, "num_spans": 2, "max": 877, "p25": 641, "p50": 720, "p75": 798}', 'tr-b99b4a495555ecc9cb2b523f8f73aa53'),
	('mlflow.trace.sizeBytes', '2443', 'tr-b99b4a495555ecc9cb2b523f8f73aa53');
INSERT INTO public.trace_tags VALUES
	('mlflow.artifactLocation', '@FOLDER@/1/traces/tr-246f42cce08eba5e847e98a1ae805def/artifacts', 'tr-246f42cce08eba5e847e98a1ae805def'),
	('mlflow.trace.spansLocation', 'TRACKING_STORE', 'tr-246f42cce08eba5e847e98a1ae805def'),
	('job', 'nightly', 'tr-246f42cce08eba5e847e98a1ae805def'),
	('mlflow.artifactLocation', '@FOLDER@/1/traces/tr-786f76556448f6aa7e8e7a0e1734b7f6/artifacts', 'tr-786f76556448f6aa7e8e7a0e1734b7f6'),
	('mlflow.trace.spansLocation', 'TRACKING_STORE', 'tr-786f76556448f6aa7e8e7a0e1734b7f6'),
	('environment', 'production', 'tr-786f76556448f6aa7e8e7a0e1734b7f6'),
	('model-name', 'gpt-4o', 'tr-786f76556448f6aa7e8e7a0e1734b7f6'),
	('mlflow.artifactLocation', '@FOLDER@/1/traces/tr-1ee39e261b28a2c63bdad304ac104787/artifacts', 'tr-1ee39e261b28a2c63bdad304ac104787'),
	('mlflow.trace.spansLocation', 'TRACKING_STORE', 'tr-1ee39e261b28a2c63bdad304ac104787'),
	('environment', 'production', 'tr-1ee39e261b28a2c63bdad304ac104787'),
	('mlflow.artifactLocation', '@FOLDER@/1/traces/tr-48e83ba66ecec5c393ed9b02b5c6f38c/artifacts', 'tr-48e83ba66ecec5c393ed9b02b5c6f38c'),
	('mlflow.trace.spansLocation', 'TRACKING_STORE', 'tr-48e83ba66ecec5c393ed9b02b5c6f38c'),
	('environment', 'staging', 'tr-48e83ba66ecec5c393ed9b02b5c6f38c'),
	('mlflow.artifactLocation', '@FOLDER@/1/traces/tr-f3116d2193ce12e358b50160c8485cca/artifacts', 'tr-f3116d2193ce12e358b50160c8485cca'),
	('mlflow.trace.spansLocation', 'TRACKING_STORE', 'tr-f3116d2193ce12e358b50160c8485cca'),
	('environment', 'staging', 'tr-f3116d2193ce12e358b50160c8485cca'),
	('mlflow.artifactLocation', '@FOLDER@/1/traces/tr-953f7adf65966f74abb5030672342b66/artifacts', 'tr-953f7adf65966f74abb5030672342b66'),
	('mlflow.trace.spansLocation', 'TRACKING_STORE', 'tr-953f7adf65966f74abb5030672342b66'),
	('mlflow.artifactLocation', '@FOLDER@/1/traces/tr-6d03c2603a9d484d682e185ac839a599/artifacts', 'tr-6d03c2603a9d484d682e185ac839a599'),
	('mlflow.trace.spansLocation', 'TRACKING_STORE', 'tr-6d03c2603a9d484d682e185ac839a599'),
	('quotes', 'both '' and "', 'tr-6d03c2603a9d484d682e185ac839a599'),
	('note', '100%_sure', 'tr-6d03c2603a9d484d682e185ac839a599'),
	('back', 'C:\temp\', 'tr-6d03c2603a9d484d682e185ac839a599'),
	('name', 'a tag called name', 'tr-6d03c2603a9d484d682e185ac839a599'),
	('mlflow.artifactLocation', '@FOLDER@/1/traces/tr-774942ad78f5906517269df4cc03cb4c/artifacts', 'tr-774942ad78f5906517269df4cc03cb4c'),
	('mlflow.trace.spansLocation', 'TRACKING_STORE', 'tr-774942ad78f5906517269df4cc03cb4c'),
	('mlflow.artifactLocation', '@FOLDER@/1/traces/tr-18d51323d61d67641195ce97a8d591ba/artifacts', 'tr-18d51323d61d67641195ce97a8d591ba'),
	('mlflow.trace.spansLocation', 'TRACKING_STORE', 'tr-18d51323d61d67641195ce97a8d591ba'),
	('mlflow.artifactLocation', '@FOLDER@/1/traces/tr-9a6a6a04def4c8a0937782d31b70e48a/artifacts', 'tr-9a6a6a04def4c8a0937782d31b70e48a'),
	('mlflow.trace.spansLocation', 'TRACKING_STORE', 'tr-9a6a6a04def4c8a0937782d31b70e48a'),
	('mlflow.linkedPrompts', '[{"name": "greeting", "version": "1"}]', 'tr-953f7adf65966f74abb5030672342b66'),
	('mlflow.artifactLocation', '@FOLDER@/2/traces/tr-b99b4a495555ecc9cb2b523f8f73aa53/artifacts', 'tr-b99b4a495555ecc9cb2b523f8f73aa53'),
	('mlflow.trace.spansLocation', 'TRACKING_STORE', 'tr-b99b4a495555ecc9cb2b523f8f73aa53'),
	('tier', 'gold', 'tr-b99b4a495555ecc9cb2b523f8f73aa53'),
	('mlflow.artifactLocation', '@FOLDER@/2/traces/tr-f8e37698ea95218ba0720cae94fce469/artifacts', 'tr-f8e37698ea95218ba0720cae94fce469'),
	('mlflow.trace.spansLocation', 'TRACKING_STORE', 'tr-f8e37698ea95218ba0720cae94fce469'),
	('tier', 'silver', 'tr-f8e37698ea95218ba0720cae94fce469'),
	('mlflow.artifactLocation', '@FOLDER@/2/traces/tr-a196323b06b68c0109adb0a7a838c49f/artifacts', 'tr-a196323b06b68c0109adb0a7a838c49f'),
	('mlflow.trace.spansLocation', 'TRACKING_STORE', 'tr-a196323b06b68c0109adb0a7a838c49f'),
	('língua', 'português', 'tr-a196323b06b68c0109adb0a7a838c49f'),
	('emoji', '🚀', 'tr-a196323b06b68c0109adb0a7a838c49f'),
	('mlflow.linkedPrompts', '[{"name": "greeting", "version": "2"}]', 'tr-b99b4a495555ecc9cb2b523f8f73aa53');
INSERT INTO public.workspaces VALUES
	('default', 'Default workspace for legacy resources', NULL, NULL, NULL);
SELECT pg_catalog.setval('public.experiments_experiment_id_seq', 2, true);
SELECT pg_catalog.setval('public.sql_assessment_daily_rollups_id_seq', 1, false);
SELECT pg_catalog.setval('public.sql_span_cost_daily_rollups_id_seq', 1, false);
SELECT pg_catalog.setval('public.sql_trace_metric_daily_rollups_id_seq', 1, false);
ALTER TABLE ONLY public.alembic_version
 ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.assessments
 ADD CONSTRAINT assessments_pk PRIMARY KEY (assessment_id);
ALTER TABLE ONLY public.budget_policies
 ADD CONSTRAINT budget_policies_pk PRIMARY KEY (budget_policy_id);
ALTER TABLE ONLY public.datasets
 ADD CONSTRAINT dataset_pk PRIMARY KEY (experiment_id, name, digest);
ALTER TABLE ONLY public.endpoint_bindings
 ADD CONSTRAINT endpoint_bindings_pk PRIMARY KEY (endpoint_id, resource_type, resource_id);
ALTER TABLE ONLY public.endpoint_model_mappings
 ADD CONSTRAINT endpoint_model_mappings_pk PRIMARY KEY (mapping_id);
ALTER TABLE ONLY public.endpoint_tags
 ADD CONSTRAINT endpoint_tag_pk PRIMARY KEY (key, endpoint_id);
ALTER TABLE ONLY public.endpoints
 ADD CONSTRAINT endpoints_pk PRIMARY KEY (endpoint_id);
ALTER TABLE ONLY public.entity_associations
 ADD CONSTRAINT entity_associations_pk PRIMARY KEY (source_type, source_id, destination_type, destination_id);
ALTER TABLE ONLY public.evaluation_dataset_records
 ADD CONSTRAINT evaluation_dataset_records_pk PRIMARY KEY (dataset_record_id);
ALTER TABLE ONLY public.evaluation_dataset_tags
 ADD CONSTRAINT evaluation_dataset_tags_pk PRIMARY KEY (dataset_id, key);
ALTER TABLE ONLY public.evaluation_datasets
 ADD CONSTRAINT evaluation_datasets_pk PRIMARY KEY (dataset_id);
ALTER TABLE ONLY public.experiments
 ADD CONSTRAINT experiment_pk PRIMARY KEY (experiment_id);
ALTER TABLE ONLY public.experiment_tags
 ADD CONSTRAINT experiment_tag_pk PRIMARY KEY (key, experiment_id);
ALTER TABLE ONLY public.guardrail_configs
 ADD CONSTRAINT guardrail_configs_pk PRIMARY KEY (endpoint_id, guardrail_id);
ALTER TABLE ONLY public.guardrails
 ADD CONSTRAINT guardrails_pk PRIMARY KEY (guardrail_id);
ALTER TABLE ONLY public.input_tags
 ADD CONSTRAINT input_tags_pk PRIMARY KEY (input_uuid, name);
ALTER TABLE ONLY public.inputs
 ADD CONSTRAINT inputs_pk PRIMARY KEY (source_type, source_id, destination_type, destination_id);
ALTER TABLE ONLY public.issues
 ADD CONSTRAINT issues_pk PRIMARY KEY (issue_id);
ALTER TABLE ONLY public.job_locks
 ADD CONSTRAINT job_locks_pk PRIMARY KEY (lock_key);
ALTER TABLE ONLY public.jobs
 ADD CONSTRAINT jobs_pk PRIMARY KEY (id);
ALTER TABLE ONLY public.label_schemas
 ADD CONSTRAINT label_schemas_pk PRIMARY KEY (schema_id);
ALTER TABLE ONLY public.latest_metrics
 ADD CONSTRAINT latest_metric_pk PRIMARY KEY (key, run_uuid);
ALTER TABLE ONLY public.logged_model_metrics
 ADD CONSTRAINT logged_model_metrics_pk PRIMARY KEY (model_id, metric_name, metric_timestamp_ms, metric_step, run_id);
ALTER TABLE ONLY public.logged_model_params
 ADD CONSTRAINT logged_model_params_pk PRIMARY KEY (model_id, param_key);
ALTER TABLE ONLY public.logged_model_tags
 ADD CONSTRAINT logged_model_tags_pk PRIMARY KEY (model_id, tag_key);
ALTER TABLE ONLY public.logged_models
 ADD CONSTRAINT logged_models_pk PRIMARY KEY (model_id);
ALTER TABLE ONLY public.mcp_access_endpoints
 ADD CONSTRAINT mcp_access_endpoints_pk PRIMARY KEY (id);
ALTER TABLE ONLY public.mcp_server_aliases
 ADD CONSTRAINT mcp_server_aliases_pk PRIMARY KEY (workspace, name, alias);
ALTER TABLE ONLY public.mcp_server_tags
 ADD CONSTRAINT mcp_server_tags_pk PRIMARY KEY (workspace, name, key);
ALTER TABLE ONLY public.mcp_server_version_tags
 ADD CONSTRAINT mcp_server_version_tags_pk PRIMARY KEY (workspace, name, version, key);
ALTER TABLE ONLY public.mcp_server_versions
 ADD CONSTRAINT mcp_server_versions_pk PRIMARY KEY (workspace, name, version);
ALTER TABLE ONLY public.mcp_servers
 ADD CONSTRAINT mcp_servers_pk PRIMARY KEY (workspace, name);
ALTER TABLE ONLY public.metrics
 ADD CONSTRAINT metric_pk PRIMARY KEY (key, "timestamp", step, run_uuid, value, is_nan);
ALTER TABLE ONLY public.model_definitions
 ADD CONSTRAINT model_definitions_pk PRIMARY KEY (model_definition_id);
ALTER TABLE ONLY public.model_versions
 ADD CONSTRAINT model_version_pk PRIMARY KEY (workspace, name, version);
ALTER TABLE ONLY public.model_version_tags
 ADD CONSTRAINT model_version_tag_pk PRIMARY KEY (workspace, key, name, version);
ALTER TABLE ONLY public.online_scoring_configs
 ADD CONSTRAINT online_scoring_config_pk PRIMARY KEY (online_scoring_config_id);
ALTER TABLE ONLY public.params
 ADD CONSTRAINT param_pk PRIMARY KEY (key, run_uuid);
ALTER TABLE ONLY public.registered_model_aliases
 ADD CONSTRAINT registered_model_alias_pk PRIMARY KEY (workspace, name, alias);
ALTER TABLE ONLY public.registered_models
 ADD CONSTRAINT registered_model_pk PRIMARY KEY (workspace, name);
ALTER TABLE ONLY public.registered_model_tags
 ADD CONSTRAINT registered_model_tag_pk PRIMARY KEY (workspace, key, name);
ALTER TABLE ONLY public.review_queue_items
 ADD CONSTRAINT review_queue_items_pk PRIMARY KEY (queue_id, item_id);
ALTER TABLE ONLY public.review_queue_label_schemas
 ADD CONSTRAINT review_queue_label_schemas_pk PRIMARY KEY (queue_id, schema_id);
ALTER TABLE ONLY public.review_queue_users
 ADD CONSTRAINT review_queue_users_pk PRIMARY KEY (queue_id, user_id);
ALTER TABLE ONLY public.review_queues
 ADD CONSTRAINT review_queues_pk PRIMARY KEY (queue_id);
ALTER TABLE ONLY public.runs
 ADD CONSTRAINT run_pk PRIMARY KEY (run_uuid);
ALTER TABLE ONLY public.scheduler_leases
 ADD CONSTRAINT scheduler_leases_pk PRIMARY KEY (lease_key);
ALTER TABLE ONLY public.scorers
 ADD CONSTRAINT scorer_pk PRIMARY KEY (scorer_id);
ALTER TABLE ONLY public.scorer_versions
 ADD CONSTRAINT scorer_version_pk PRIMARY KEY (scorer_id, scorer_version);
ALTER TABLE ONLY public.secrets
 ADD CONSTRAINT secrets_pk PRIMARY KEY (secret_id);
ALTER TABLE ONLY public.span_metrics
 ADD CONSTRAINT span_metrics_pk PRIMARY KEY (trace_id, span_id, key);
ALTER TABLE ONLY public.spans
 ADD CONSTRAINT spans_pk PRIMARY KEY (trace_id, span_id);
ALTER TABLE ONLY public.sql_assessment_daily_rollups
 ADD CONSTRAINT sql_assessment_daily_rollups_pk PRIMARY KEY (id);
ALTER TABLE ONLY public.sql_span_cost_daily_rollups
 ADD CONSTRAINT sql_span_cost_daily_rollups_pk PRIMARY KEY (id);
ALTER TABLE ONLY public.sql_trace_metric_daily_rollups
 ADD CONSTRAINT sql_trace_metric_daily_rollups_pk PRIMARY KEY (id);
ALTER TABLE ONLY public.sql_trace_rollup_rebuild_queue
 ADD CONSTRAINT sql_trace_rollup_rebuild_queue_pk PRIMARY KEY (experiment_id, rollup_day, rollup_family);
ALTER TABLE ONLY public.tags
 ADD CONSTRAINT tag_pk PRIMARY KEY (key, run_uuid);
ALTER TABLE ONLY public.trace_info
 ADD CONSTRAINT trace_info_pk PRIMARY KEY (request_id);
ALTER TABLE ONLY public.trace_metrics
 ADD CONSTRAINT trace_metrics_pk PRIMARY KEY (request_id, key);
ALTER TABLE ONLY public.trace_request_metadata
 ADD CONSTRAINT trace_request_metadata_pk PRIMARY KEY (key, request_id);
ALTER TABLE ONLY public.trace_tags
 ADD CONSTRAINT trace_tag_pk PRIMARY KEY (key, request_id);
ALTER TABLE ONLY public.evaluation_dataset_records
 ADD CONSTRAINT unique_dataset_input UNIQUE (dataset_id, input_hash);
ALTER TABLE ONLY public.endpoints
 ADD CONSTRAINT uq_endpoints_workspace_name UNIQUE (workspace, name);
ALTER TABLE ONLY public.experiments
 ADD CONSTRAINT uq_experiments_workspace_name UNIQUE (workspace, name);
ALTER TABLE ONLY public.label_schemas
 ADD CONSTRAINT uq_label_schemas_exp_name UNIQUE (experiment_id, name);
ALTER TABLE ONLY public.model_definitions
 ADD CONSTRAINT uq_model_definitions_workspace_name UNIQUE (workspace, name);
ALTER TABLE ONLY public.review_queues
 ADD CONSTRAINT uq_review_queues_experiment_name_key UNIQUE (experiment_id, name_key);
ALTER TABLE ONLY public.secrets
 ADD CONSTRAINT uq_secrets_workspace_secret_name UNIQUE (workspace, secret_name);
ALTER TABLE ONLY public.webhook_events
 ADD CONSTRAINT webhook_event_pk PRIMARY KEY (webhook_id, entity, action);
ALTER TABLE ONLY public.webhooks
 ADD CONSTRAINT webhook_pk PRIMARY KEY (webhook_id);
ALTER TABLE ONLY public.workspaces
 ADD CONSTRAINT workspaces_pk PRIMARY KEY (name);
CREATE INDEX idx_assessment_rollups_lookup ON public.sql_assessment_daily_rollups USING btree (experiment_id, rollup_day, metric_name, grouping_set);
CREATE INDEX idx_assessments_exp_name_valid ON public.assessments USING btree (experiment_id, name, valid);
CREATE INDEX idx_assessments_exp_trace_ts ON public.assessments USING btree (experiment_id, trace_timestamp_ms);
CREATE INDEX idx_assessments_exp_trace_ts_name ON public.assessments USING btree (experiment_id, trace_timestamp_ms, name);
CREATE INDEX idx_budget_policies_target_value ON public.budget_policies USING btree (target_value);
CREATE INDEX idx_budget_policies_workspace ON public.budget_policies USING btree (workspace);
CREATE INDEX idx_endpoints_workspace ON public.endpoints USING btree (workspace);
CREATE INDEX idx_evaluation_datasets_workspace ON public.evaluation_datasets USING btree (workspace);
CREATE INDEX idx_experiments_workspace ON public.experiments USING btree (workspace);
CREATE INDEX idx_experiments_workspace_creation_time ON public.experiments USING btree (workspace, creation_time);
CREATE INDEX idx_guardrail_configs_endpoint_id ON public.guardrail_configs USING btree (endpoint_id);
CREATE INDEX idx_guardrail_configs_guardrail_id ON public.guardrail_configs USING btree (guardrail_id);
CREATE INDEX idx_guardrails_scorer ON public.guardrails USING btree (scorer_id, scorer_version);
CREATE INDEX idx_guardrails_workspace ON public.guardrails USING btree (workspace);
CREATE INDEX idx_mcp_server_versions_latest ON public.mcp_server_versions USING btree (workspace, name, status, version_major DESC, version_minor DESC, version_patch DESC);
CREATE INDEX idx_model_definitions_workspace ON public.model_definitions USING btree (workspace);
CREATE INDEX idx_model_version_tags_workspace_name_version ON public.model_version_tags USING btree (workspace, name, version);
CREATE INDEX idx_registered_model_tags_workspace_name ON public.registered_model_tags USING btree (workspace, name);
CREATE INDEX idx_registered_models_workspace ON public.registered_models USING btree (workspace);
CREATE INDEX idx_secrets_workspace ON public.secrets USING btree (workspace);
CREATE INDEX idx_span_cost_rollups_lookup ON public.sql_span_cost_daily_rollups USING btree (experiment_id, rollup_day, metric_name, grouping_set, model_name, model_provider);
CREATE INDEX idx_spans_cost_exp_time_cover ON public.spans USING btree (experiment_id, start_time_unix_nano) INCLUDE (input_cost, output_cost, total_cost, model_name, model_provider) WHERE ((input_cost IS NOT NULL) OR (output_cost IS NOT NULL) OR (total_cost IS NOT NULL));
CREATE INDEX idx_spans_cost_trace_time_cover ON public.spans USING btree (trace_id, start_time_unix_nano) INCLUDE (input_cost, output_cost, total_cost, model_name, model_provider) WHERE ((input_cost IS NOT NULL) OR (output_cost IS NOT NULL) OR (total_cost IS NOT NULL));
CREATE INDEX idx_trace_rollups_lookup ON public.sql_trace_metric_daily_rollups USING btree (experiment_id, rollup_day, metric_name, grouping_set, trace_status);
CREATE INDEX idx_webhook_events_action ON public.webhook_events USING btree (action);
CREATE INDEX idx_webhook_events_entity ON public.webhook_events USING btree (entity);
CREATE INDEX idx_webhook_events_entity_action ON public.webhook_events USING btree (entity, action);
CREATE INDEX idx_webhooks_name ON public.webhooks USING btree (name);
CREATE INDEX idx_webhooks_status ON public.webhooks USING btree (status);
CREATE INDEX idx_webhooks_workspace ON public.webhooks USING btree (workspace);
CREATE INDEX index_assessments_assessment_type ON public.assessments USING btree (assessment_type);
CREATE INDEX index_assessments_last_updated_timestamp ON public.assessments USING btree (last_updated_timestamp);
CREATE INDEX index_assessments_run_id_created_timestamp ON public.assessments USING btree (run_id, created_timestamp);
CREATE INDEX index_assessments_trace_id_created_timestamp ON public.assessments USING btree (trace_id, created_timestamp);
CREATE INDEX index_datasets_dataset_uuid ON public.datasets USING btree (dataset_uuid);
CREATE INDEX index_datasets_experiment_id_dataset_source_type ON public.datasets USING btree (experiment_id, dataset_source_type);
CREATE INDEX index_endpoint_model_mappings_endpoint_id ON public.endpoint_model_mappings USING btree (endpoint_id);
CREATE INDEX index_endpoint_model_mappings_model_definition_id ON public.endpoint_model_mappings USING btree (model_definition_id);
CREATE INDEX index_endpoint_tags_endpoint_id ON public.endpoint_tags USING btree (endpoint_id);
CREATE INDEX index_entity_associations_association_id ON public.entity_associations USING btree (association_id);
CREATE INDEX index_entity_associations_reverse_lookup ON public.entity_associations USING btree (destination_type, destination_id, source_type, source_id);
CREATE INDEX index_evaluation_dataset_records_dataset_id ON public.evaluation_dataset_records USING btree (dataset_id);
CREATE INDEX index_evaluation_dataset_tags_dataset_id ON public.evaluation_dataset_tags USING btree (dataset_id);
CREATE INDEX index_evaluation_datasets_created_time ON public.evaluation_datasets USING btree (created_time);
CREATE INDEX index_evaluation_datasets_name ON public.evaluation_datasets USING btree (name);
CREATE INDEX index_inputs_destination_type_destination_id_source_type ON public.inputs USING btree (destination_type, destination_id, source_type);
CREATE INDEX index_inputs_input_uuid ON public.inputs USING btree (input_uuid);
CREATE INDEX index_issues_experiment_id ON public.issues USING btree (experiment_id);
CREATE INDEX index_issues_source_run_id ON public.issues USING btree (source_run_id);
CREATE INDEX index_issues_status ON public.issues USING btree (status);
CREATE INDEX index_job_locks_job_id ON public.job_locks USING btree (job_id);
CREATE INDEX index_jobs_name_status_creation_time ON public.jobs USING btree (job_name, workspace, status, creation_time);
CREATE INDEX index_jobs_status_lease_expires_at ON public.jobs USING btree (status, lease_expires_at);
CREATE INDEX index_label_schemas_experiment_id ON public.label_schemas USING btree (experiment_id);
CREATE INDEX index_latest_metrics_run_uuid ON public.latest_metrics USING btree (run_uuid);
CREATE INDEX index_logged_model_metrics_model_id ON public.logged_model_metrics USING btree (model_id);
CREATE INDEX index_metrics_run_uuid ON public.metrics USING btree (run_uuid);
CREATE INDEX index_metrics_run_uuid_key_step ON public.metrics USING btree (run_uuid, key, step);
CREATE INDEX index_model_definitions_provider ON public.model_definitions USING btree (provider);
CREATE INDEX index_model_definitions_secret_id ON public.model_definitions USING btree (secret_id);
CREATE INDEX index_params_run_uuid ON public.params USING btree (run_uuid);
CREATE INDEX index_review_queue_items_item_id ON public.review_queue_items USING btree (item_id);
CREATE INDEX index_review_queue_items_queue_id_status ON public.review_queue_items USING btree (queue_id, status);
CREATE INDEX index_review_queue_label_schemas_schema_id ON public.review_queue_label_schemas USING btree (schema_id);
CREATE INDEX index_review_queue_users_user_id ON public.review_queue_users USING btree (user_id);
CREATE INDEX index_review_queues_experiment_id ON public.review_queues USING btree (experiment_id);
CREATE INDEX index_scorer_versions_scorer_id ON public.scorer_versions USING btree (scorer_id);
CREATE UNIQUE INDEX index_scorers_experiment_id_scorer_name ON public.scorers USING btree (experiment_id, scorer_name);
CREATE INDEX index_span_metrics_trace_id_span_id ON public.span_metrics USING btree (trace_id, span_id);
CREATE INDEX index_spans_experiment_id_duration ON public.spans USING btree (experiment_id, duration_ns);
CREATE INDEX index_spans_experiment_id_start_time ON public.spans USING btree (experiment_id, start_time_unix_nano);
CREATE INDEX index_spans_experiment_id_status_type ON public.spans USING btree (experiment_id, status, type);
CREATE INDEX index_spans_experiment_id_type_status ON public.spans USING btree (experiment_id, type, status);
CREATE INDEX index_tags_run_uuid ON public.tags USING btree (run_uuid);
CREATE INDEX index_trace_info_experiment_id_session_id ON public.trace_info USING btree (experiment_id, session_id);
CREATE INDEX index_trace_info_experiment_id_timestamp_ms ON public.trace_info USING btree (experiment_id, timestamp_ms);
CREATE INDEX index_trace_info_timestamp_ms_request_id ON public.trace_info USING btree (timestamp_ms, request_id);
CREATE INDEX index_trace_metrics_request_id ON public.trace_metrics USING btree (request_id);
CREATE INDEX index_trace_request_metadata_request_id ON public.trace_request_metadata USING btree (request_id);
CREATE INDEX index_trace_tags_request_id ON public.trace_tags USING btree (request_id);
CREATE INDEX ix_mcp_access_endpoints_alias ON public.mcp_access_endpoints USING btree (workspace, server_name, server_alias);
CREATE INDEX ix_mcp_access_endpoints_server_name ON public.mcp_access_endpoints USING btree (workspace, server_name);
CREATE INDEX ix_mcp_access_endpoints_version ON public.mcp_access_endpoints USING btree (workspace, server_name, server_version);
CREATE UNIQUE INDEX unique_endpoint_model_linkage_mapping ON public.endpoint_model_mappings USING btree (endpoint_id, model_definition_id, linkage_type);
CREATE TRIGGER prevent_secrets_aad_mutation BEFORE UPDATE ON public.secrets FOR EACH ROW EXECUTE FUNCTION public.prevent_secrets_aad_mutation();
ALTER TABLE ONLY public.experiment_tags
 ADD CONSTRAINT experiment_tags_experiment_id_fkey FOREIGN KEY (experiment_id) REFERENCES public.experiments(experiment_id);
ALTER TABLE ONLY public.assessments
 ADD CONSTRAINT fk_assessments_trace_id FOREIGN KEY (trace_id) REFERENCES public.trace_info(request_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.datasets
 ADD CONSTRAINT fk_datasets_experiment_id_experiments FOREIGN KEY (experiment_id) REFERENCES public.experiments(experiment_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.endpoint_bindings
 ADD CONSTRAINT fk_endpoint_bindings_endpoint_id FOREIGN KEY (endpoint_id) REFERENCES public.endpoints(endpoint_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.endpoint_model_mappings
 ADD CONSTRAINT fk_endpoint_model_mappings_endpoint_id FOREIGN KEY (endpoint_id) REFERENCES public.endpoints(endpoint_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.endpoint_model_mappings
 ADD CONSTRAINT fk_endpoint_model_mappings_model_definition_id FOREIGN KEY (model_definition_id) REFERENCES public.model_definitions(model_definition_id);
ALTER TABLE ONLY public.endpoint_tags
 ADD CONSTRAINT fk_endpoint_tags_endpoint_id FOREIGN KEY (endpoint_id) REFERENCES public.endpoints(endpoint_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.endpoints
 ADD CONSTRAINT fk_endpoints_experiment_id FOREIGN KEY (experiment_id) REFERENCES public.experiments(experiment_id) ON DELETE SET NULL;
ALTER TABLE ONLY public.evaluation_dataset_records
 ADD CONSTRAINT fk_evaluation_dataset_records_dataset_id FOREIGN KEY (dataset_id) REFERENCES public.evaluation_datasets(dataset_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.evaluation_dataset_tags
 ADD CONSTRAINT fk_evaluation_dataset_tags_dataset_id FOREIGN KEY (dataset_id) REFERENCES public.evaluation_datasets(dataset_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.guardrail_configs
 ADD CONSTRAINT fk_guardrail_configs_endpoint_id FOREIGN KEY (endpoint_id) REFERENCES public.endpoints(endpoint_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.guardrail_configs
 ADD CONSTRAINT fk_guardrail_configs_guardrail_id FOREIGN KEY (guardrail_id) REFERENCES public.guardrails(guardrail_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.guardrails
 ADD CONSTRAINT fk_guardrails_action_endpoint_id FOREIGN KEY (action_endpoint_id) REFERENCES public.endpoints(endpoint_id) ON DELETE SET NULL;
ALTER TABLE ONLY public.guardrails
 ADD CONSTRAINT fk_guardrails_scorer_version FOREIGN KEY (scorer_id, scorer_version) REFERENCES public.scorer_versions(scorer_id, scorer_version);
ALTER TABLE ONLY public.issues
 ADD CONSTRAINT fk_issues_experiment_id FOREIGN KEY (experiment_id) REFERENCES public.experiments(experiment_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.issues
 ADD CONSTRAINT fk_issues_source_run_id FOREIGN KEY (source_run_id) REFERENCES public.runs(run_uuid) ON DELETE SET NULL;
ALTER TABLE ONLY public.job_locks
 ADD CONSTRAINT fk_job_locks_job_id FOREIGN KEY (job_id) REFERENCES public.jobs(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.label_schemas
 ADD CONSTRAINT fk_label_schemas_experiment_id FOREIGN KEY (experiment_id) REFERENCES public.experiments(experiment_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.logged_model_metrics
 ADD CONSTRAINT fk_logged_model_metrics_experiment_id FOREIGN KEY (experiment_id) REFERENCES public.experiments(experiment_id);
ALTER TABLE ONLY public.logged_model_metrics
 ADD CONSTRAINT fk_logged_model_metrics_model_id FOREIGN KEY (model_id) REFERENCES public.logged_models(model_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.logged_model_metrics
 ADD CONSTRAINT fk_logged_model_metrics_run_id FOREIGN KEY (run_id) REFERENCES public.runs(run_uuid) ON DELETE CASCADE;
ALTER TABLE ONLY public.logged_model_params
 ADD CONSTRAINT fk_logged_model_params_experiment_id FOREIGN KEY (experiment_id) REFERENCES public.experiments(experiment_id);
ALTER TABLE ONLY public.logged_model_params
 ADD CONSTRAINT fk_logged_model_params_model_id FOREIGN KEY (model_id) REFERENCES public.logged_models(model_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.logged_model_tags
 ADD CONSTRAINT fk_logged_model_tags_experiment_id FOREIGN KEY (experiment_id) REFERENCES public.experiments(experiment_id);
ALTER TABLE ONLY public.logged_model_tags
 ADD CONSTRAINT fk_logged_model_tags_model_id FOREIGN KEY (model_id) REFERENCES public.logged_models(model_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.logged_models
 ADD CONSTRAINT fk_logged_models_experiment_id FOREIGN KEY (experiment_id) REFERENCES public.experiments(experiment_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.model_definitions
 ADD CONSTRAINT fk_model_definitions_secret_id FOREIGN KEY (secret_id) REFERENCES public.secrets(secret_id) ON DELETE SET NULL;
ALTER TABLE ONLY public.model_version_tags
 ADD CONSTRAINT fk_model_version_tags_model_versions FOREIGN KEY (workspace, name, version) REFERENCES public.model_versions(workspace, name, version) ON UPDATE CASCADE;
ALTER TABLE ONLY public.model_versions
 ADD CONSTRAINT fk_model_versions_registered_models FOREIGN KEY (workspace, name) REFERENCES public.registered_models(workspace, name) ON UPDATE CASCADE;
ALTER TABLE ONLY public.online_scoring_configs
 ADD CONSTRAINT fk_online_scoring_configs_experiment_id FOREIGN KEY (experiment_id) REFERENCES public.experiments(experiment_id);
ALTER TABLE ONLY public.online_scoring_configs
 ADD CONSTRAINT fk_online_scoring_configs_scorer_id FOREIGN KEY (scorer_id) REFERENCES public.scorers(scorer_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.registered_model_aliases
 ADD CONSTRAINT fk_registered_model_aliases_registered_models FOREIGN KEY (workspace, name) REFERENCES public.registered_models(workspace, name) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.registered_model_tags
 ADD CONSTRAINT fk_registered_model_tags_registered_models FOREIGN KEY (workspace, name) REFERENCES public.registered_models(workspace, name) ON UPDATE CASCADE;
ALTER TABLE ONLY public.review_queue_items
 ADD CONSTRAINT fk_review_queue_items_queue_id FOREIGN KEY (queue_id) REFERENCES public.review_queues(queue_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.review_queue_label_schemas
 ADD CONSTRAINT fk_review_queue_label_schemas_queue_id FOREIGN KEY (queue_id) REFERENCES public.review_queues(queue_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.review_queue_users
 ADD CONSTRAINT fk_review_queue_users_queue_id FOREIGN KEY (queue_id) REFERENCES public.review_queues(queue_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.review_queues
 ADD CONSTRAINT fk_review_queues_experiment_id FOREIGN KEY (experiment_id) REFERENCES public.experiments(experiment_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.scorer_versions
 ADD CONSTRAINT fk_scorer_versions_scorer_id FOREIGN KEY (scorer_id) REFERENCES public.scorers(scorer_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.scorers
 ADD CONSTRAINT fk_scorers_experiment_id FOREIGN KEY (experiment_id) REFERENCES public.experiments(experiment_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.span_metrics
 ADD CONSTRAINT fk_span_metrics_span FOREIGN KEY (trace_id, span_id) REFERENCES public.spans(trace_id, span_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.spans
 ADD CONSTRAINT fk_spans_experiment_id FOREIGN KEY (experiment_id) REFERENCES public.experiments(experiment_id);
ALTER TABLE ONLY public.spans
 ADD CONSTRAINT fk_spans_trace_id FOREIGN KEY (trace_id) REFERENCES public.trace_info(request_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.trace_info
 ADD CONSTRAINT fk_trace_info_experiment_id FOREIGN KEY (experiment_id) REFERENCES public.experiments(experiment_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.trace_metrics
 ADD CONSTRAINT fk_trace_metrics_request_id FOREIGN KEY (request_id) REFERENCES public.trace_info(request_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.trace_request_metadata
 ADD CONSTRAINT fk_trace_request_metadata_request_id FOREIGN KEY (request_id) REFERENCES public.trace_info(request_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.trace_tags
 ADD CONSTRAINT fk_trace_tags_request_id FOREIGN KEY (request_id) REFERENCES public.trace_info(request_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.latest_metrics
 ADD CONSTRAINT latest_metrics_run_uuid_fkey FOREIGN KEY (run_uuid) REFERENCES public.runs(run_uuid);
ALTER TABLE ONLY public.mcp_access_endpoints
 ADD CONSTRAINT mcp_access_endpoints_server_fkey FOREIGN KEY (workspace, server_name) REFERENCES public.mcp_servers(workspace, name) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.mcp_server_aliases
 ADD CONSTRAINT mcp_server_aliases_server_fkey FOREIGN KEY (workspace, name) REFERENCES public.mcp_servers(workspace, name) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.mcp_server_tags
 ADD CONSTRAINT mcp_server_tags_server_fkey FOREIGN KEY (workspace, name) REFERENCES public.mcp_servers(workspace, name) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.mcp_server_version_tags
 ADD CONSTRAINT mcp_server_version_tags_version_fkey FOREIGN KEY (workspace, name, version) REFERENCES public.mcp_server_versions(workspace, name, version) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.mcp_server_versions
 ADD CONSTRAINT mcp_server_versions_server_fkey FOREIGN KEY (workspace, name) REFERENCES public.mcp_servers(workspace, name) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.metrics
 ADD CONSTRAINT metrics_run_uuid_fkey FOREIGN KEY (run_uuid) REFERENCES public.runs(run_uuid);
ALTER TABLE ONLY public.params
 ADD CONSTRAINT params_run_uuid_fkey FOREIGN KEY (run_uuid) REFERENCES public.runs(run_uuid);
ALTER TABLE ONLY public.runs
 ADD CONSTRAINT runs_experiment_id_fkey FOREIGN KEY (experiment_id) REFERENCES public.experiments(experiment_id);
ALTER TABLE ONLY public.tags
 ADD CONSTRAINT tags_run_uuid_fkey FOREIGN KEY (run_uuid) REFERENCES public.runs(run_uuid);
ALTER TABLE ONLY public.webhook_events
 ADD CONSTRAINT webhook_events_webhook_id_fkey FOREIGN KEY (webhook_id) REFERENCES public.webhooks(webhook_id) ON DELETE CASCADE;
