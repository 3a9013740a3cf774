BEGIN TRANSACTION;
CREATE TABLE alembic_version (
 version_num VARCHAR(32) NOT NULL, 
 CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('bf29a5ff90ea');
CREATE TABLE assessments (
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
 CONSTRAINT assessments_pk PRIMARY KEY (assessment_id), 
 CONSTRAINT fk_assessments_trace_id FOREIGN KEY(trace_id) REFERENCES trace_info (request_id) ON DELETE CASCADE
);
INSERT INTO "assessments" VALUES('a-937782d31b70448aa8a69ce9c6974d15','tr-926cc5044e1d4773495bc08eedb6253f','rating','feedback','"positive"',NULL,1765454404579,1765454404579,'CODE','default',NULL,NULL,NULL,NULL,1,NULL);
INSERT INTO "assessments" VALUES('a-1f631c3a17be4b069a6a6a04def4c8a0','tr-926cc5044e1d4773495bc08eedb6253f','score','feedback','5',NULL,1765454404582,1765454404582,'CODE','default',NULL,NULL,NULL,NULL,1,NULL);
INSERT INTO "assessments" VALUES('a-8fd4e1f6f1cf48c0ba3ef07e3e7c4f80','tr-926cc5044e1d4773495bc08eedb6253f','answer','expectation','"on Friday"',NULL,1765454404583,1765454404583,'HUMAN','default',NULL,NULL,NULL,NULL,1,NULL);
INSERT INTO "assessments" VALUES('a-829321dd62d449a88721e3c9d30322b0','tr-926cc5044e1d4773495bc08eedb6253f','days','expectation','3',NULL,1765454404585,1765454404585,'HUMAN','default',NULL,NULL,NULL,NULL,1,NULL);
INSERT INTO "assessments" VALUES('a-190a354f33f047f7b88248729b55c60d','tr-786f76556448f6aa7e8e7a0e1734b7f6','rating','feedback','"negative"',NULL,1765454404586,1765454404586,'CODE','default',NULL,NULL,NULL,NULL,1,NULL);
INSERT INTO "assessments" VALUES('a-8672281ef43c4e129d298e8266cb97b0','tr-786f76556448f6aa7e8e7a0e1734b7f6','score','feedback','2.5',NULL,1765454404588,1765454404588,'CODE','default',NULL,NULL,NULL,NULL,1,NULL);
INSERT INTO "assessments" VALUES('a-7ec5d5d17856424cbc9b715185a8f263','tr-786f76556448f6aa7e8e7a0e1734b7f6','grounded','feedback','false',NULL,1765454404589,1765454404589,'CODE','default',NULL,NULL,NULL,NULL,1,NULL);
INSERT INTO "assessments" VALUES('a-a78fbdfe6b7a4b46b30ccccc18b3772a','tr-3bdad304ac10478754eb97d470da0b6d','grounded','feedback','true',NULL,1765454404591,1765454404591,'CODE','default',NULL,NULL,NULL,NULL,1,NULL);
INSERT INTO "assessments" VALUES('a-b536bee75a7e4ae8bbe9352968c11e30','tr-e83d14231c2710afcde9755fb8cd1a01','facts','expectation','["12 euros", "monthly"]',NULL,1765454404749,1765454404749,'HUMAN','default',NULL,NULL,NULL,NULL,1,NULL);
INSERT INTO "assessments" VALUES('a-765db34f57794db7a3f80d271a1af85d','tr-e83d14231c2710afcde9755fb8cd1a01','tone','feedback','"friendly"',NULL,1765454404751,1765454404751,'HUMAN','ana',NULL,NULL,'It greets and thanks.',NULL,1,NULL);
INSERT INTO "assessments" VALUES('a-bfb622c8d126488bb4dc040969fe26a7','tr-e83d14231c2710afcde9755fb8cd1a01','relevance','feedback','true',NULL,1765454404753,1765454404753,'LLM_JUDGE','judge-1',NULL,NULL,'It names the price that was asked for.',NULL,1,NULL);
INSERT INTO "assessments" VALUES('a-a196323b06b64c0189adb0a7a838c49f','tr-e83d14231c2710afcde9755fb8cd1a01','safety','feedback','null','{"error_code": "RATE_LIMIT", "error_message": "the judge was busy", "stack_trace": null}',1765454404754,1765454404754,'LLM_JUDGE','judge-1',NULL,NULL,NULL,NULL,1,NULL);
INSERT INTO "assessments" VALUES('a-a1f02ea2718145b39f5fc1a9031291c3','tr-e83d14231c2710afcde9755fb8cd1a01','resolved','feedback','4',NULL,1765454404756,1765454404756,'CODE','nightly.py',NULL,NULL,NULL,NULL,1,'{"mlflow.trace.session": "chat-7"}');
INSERT INTO "assessments" VALUES('a-ae87c6855be14feabe285755e4f5d58a','tr-09f854c0f1f246f19588c72139e2a8f9','ton','feedback','"h\u00f6flich"',NULL,1765454404769,1765454404769,'HUMAN','ana',NULL,NULL,'Grüßt: „Добрый день“',NULL,1,NULL);
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
CREATE TABLE entity_associations (
 association_id VARCHAR(36) NOT NULL, 
 source_type VARCHAR(36) NOT NULL, 
 source_id VARCHAR(36) NOT NULL, 
 destination_type VARCHAR(36) NOT NULL, 
 destination_id VARCHAR(36) NOT NULL, 
 created_time BIGINT, 
 CONSTRAINT entity_associations_pk PRIMARY KEY (source_type, source_id, destination_type, destination_id)
);
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
CREATE TABLE evaluation_datasets (
 dataset_id VARCHAR(36) NOT NULL, 
 name VARCHAR(255) NOT NULL, 
 schema TEXT, 
 profile TEXT, 
 digest VARCHAR(64), 
 created_time BIGINT, 
 last_update_time BIGINT, 
 created_by VARCHAR(255), 
 last_updated_by VARCHAR(255), 
 CONSTRAINT evaluation_datasets_pk PRIMARY KEY (dataset_id)
);
CREATE TABLE experiment_tags (
 "key" VARCHAR(250) NOT NULL, 
 value VARCHAR(5000), 
 experiment_id INTEGER NOT NULL, 
 CONSTRAINT experiment_tag_pk PRIMARY KEY ("key", experiment_id), 
 FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id)
);
CREATE TABLE experiments (
 experiment_id INTEGER NOT NULL, 
 name VARCHAR(256) NOT NULL, 
 artifact_location VARCHAR(256), 
 lifecycle_stage VARCHAR(32), creation_time BIGINT, last_update_time BIGINT, 
 CONSTRAINT experiment_pk PRIMARY KEY (experiment_id), 
 CONSTRAINT experiments_lifecycle_stage CHECK (lifecycle_stage IN ('active', 'deleted')), 
 UNIQUE (name)
);
INSERT INTO "experiments" VALUES(0,'Default','@FOLDER@/0','active',1765454404007,1765454404007);
INSERT INTO "experiments" VALUES(1,'shop','@FOLDER@/1','active',1765454404012,1765454404012);
INSERT INTO "experiments" VALUES(2,'assistant','@FOLDER@/2','active',1765454404649,1765454404649);
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
CREATE TABLE jobs (
 id VARCHAR(36) NOT NULL, 
 creation_time BIGINT NOT NULL, 
 function_fullname VARCHAR(500) NOT NULL, 
 params TEXT NOT NULL, 
 timeout FLOAT, 
 status INTEGER NOT NULL, 
 result TEXT, 
 retry_count INTEGER NOT NULL, 
 last_update_time BIGINT NOT NULL, 
 CONSTRAINT jobs_pk PRIMARY KEY (id)
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
CREATE TABLE "model_version_tags" (
 "key" VARCHAR(250) NOT NULL, 
 value TEXT, 
 name VARCHAR(256) NOT NULL, 
 version INTEGER NOT NULL, 
 CONSTRAINT model_version_tag_pk PRIMARY KEY ("key", name, version), 
 FOREIGN KEY(name, version) REFERENCES model_versions (name, version) ON UPDATE CASCADE
);
INSERT INTO "model_version_tags" VALUES('mlflow.prompt.is_prompt','true','greeting',1);
INSERT INTO "model_version_tags" VALUES('_mlflow_prompt_type','text','greeting',1);
INSERT INTO "model_version_tags" VALUES('mlflow.prompt.text','Greet {{who}}.','greeting',1);
INSERT INTO "model_version_tags" VALUES('mlflow.prompt.is_prompt','true','greeting',2);
INSERT INTO "model_version_tags" VALUES('_mlflow_prompt_type','text','greeting',2);
INSERT INTO "model_version_tags" VALUES('mlflow.prompt.text','Greet {{who}}.','greeting',2);
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
 run_link VARCHAR(500), storage_location VARCHAR(500), 
 CONSTRAINT model_version_pk PRIMARY KEY (name, version), 
 FOREIGN KEY(name) REFERENCES registered_models (name) ON UPDATE CASCADE
);
INSERT INTO "model_versions" VALUES('greeting',1,1765454404635,1765454404635,NULL,NULL,'None','dummy-source',NULL,'READY',NULL,NULL,'dummy-source');
INSERT INTO "model_versions" VALUES('greeting',2,1765454404761,1765454404761,NULL,NULL,'None','dummy-source',NULL,'READY',NULL,NULL,'dummy-source');
CREATE TABLE "params" (
 "key" VARCHAR(250) NOT NULL, 
 value VARCHAR(8000) NOT NULL, 
 run_uuid VARCHAR(32) NOT NULL, 
 CONSTRAINT param_pk PRIMARY KEY ("key", run_uuid), 
 FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid)
);
CREATE TABLE registered_model_aliases (
 alias VARCHAR(256) NOT NULL, 
 version INTEGER NOT NULL, 
 name VARCHAR(256) NOT NULL, 
 CONSTRAINT registered_model_alias_pk PRIMARY KEY (name, alias), 
 CONSTRAINT registered_model_alias_name_fkey FOREIGN KEY(name) REFERENCES registered_models (name) ON DELETE cascade ON UPDATE cascade
);
CREATE TABLE registered_model_tags (
 "key" VARCHAR(250) NOT NULL, 
 value VARCHAR(5000), 
 name VARCHAR(256) NOT NULL, 
 CONSTRAINT registered_model_tag_pk PRIMARY KEY ("key", name), 
 FOREIGN KEY(name) REFERENCES registered_models (name) ON UPDATE cascade
);
INSERT INTO "registered_model_tags" VALUES('mlflow.prompt.is_prompt','true','greeting');
CREATE TABLE registered_models (
 name VARCHAR(256) NOT NULL, 
 creation_time BIGINT, 
 last_updated_time BIGINT, 
 description VARCHAR(5000), 
 CONSTRAINT registered_model_pk PRIMARY KEY (name), 
 UNIQUE (name)
);
INSERT INTO "registered_models" VALUES('greeting',1765454404630,1765454404761,NULL);
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
 CONSTRAINT runs_lifecycle_stage CHECK (lifecycle_stage IN ('active', 'deleted')), 
 CONSTRAINT source_type CHECK (source_type IN ('NOTEBOOK', 'JOB', 'LOCAL', 'UNKNOWN', 'PROJECT')), 
 FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id), 
 CHECK (status IN ('SCHEDULED', 'FAILED', 'FINISHED', 'RUNNING', 'KILLED'))
);
INSERT INTO "runs" VALUES('e2450a557b4f42899adc99d277918350','invincible-kit-991','UNKNOWN','','','somebody','FINISHED',1765454404137,1765454404266,'','active','@FOLDER@/1/e2450a557b4f42899adc99d277918350/artifacts',1,NULL);
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
CREATE TABLE spans (
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
 CONSTRAINT spans_pk PRIMARY KEY (trace_id, span_id), 
 CONSTRAINT fk_spans_trace_id FOREIGN KEY(trace_id) REFERENCES trace_info (request_id) ON DELETE CASCADE, 
 CONSTRAINT fk_spans_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id)
);
INSERT INTO "spans" VALUES('tr-967fa383d8adff4314a58d02acdef459',1,'fd631cc267e090f0',NULL,'evaluate','EVALUATOR','OK',1765453900000000000,1765453962000000000,'{"trace_id": "ln+jg9it/0MUpY0CrN70WQ==", "span_id": "/WMcwmfgkPA=", "parent_span_id": null, "name": "evaluate", "start_time_unix_nano": 1765453900000000000, "end_time_unix_nano": 1765453962000000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765453900000000000", "mlflow.traceRequestId": "\"tr-967fa383d8adff4314a58d02acdef459\"", "mlflow.spanType": "\"EVALUATOR\"", "mlflow.spanInputs": "{\"questions\": 40}", "mlflow.spanOutputs": "{\"right\": 38}"}}');
INSERT INTO "spans" VALUES('tr-926cc5044e1d4773495bc08eedb6253f',1,'246f42cce08eba5e','847e98a1ae805def','search_articles','RETRIEVER','OK',1765453500010000000,1765453500050000000,'{"trace_id": "kmzFBE4dR3NJW8CO7bYlPw==", "span_id": "JG9CzOCOul4=", "parent_span_id": "hH6Yoa6AXe8=", "name": "search_articles", "start_time_unix_nano": 1765453500010000000, "end_time_unix_nano": 1765453500050000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765453500010000000", "mlflow.traceRequestId": "\"tr-926cc5044e1d4773495bc08eedb6253f\"", "mlflow.spanType": "\"RETRIEVER\"", "mlflow.spanInputs": "{\"query\": \"lamp arrival\"}", "mlflow.spanOutputs": "[{\"page_content\": \"Parcels leave on Wednesdays.\", \"metadata\": {\"doc_uri\": \"shipping.md\"}}]"}}');
INSERT INTO "spans" VALUES('tr-926cc5044e1d4773495bc08eedb6253f',1,'990dbbd2883e901b','847e98a1ae805def','chat_completion','CHAT_MODEL','OK',1765453500060000000,1765453500260000000,'{"trace_id": "kmzFBE4dR3NJW8CO7bYlPw==", "span_id": "mQ270og+kBs=", "parent_span_id": "hH6Yoa6AXe8=", "name": "chat_completion", "start_time_unix_nano": 1765453500060000000, "end_time_unix_nano": 1765453500260000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765453500060000000", "mlflow.traceRequestId": "\"tr-926cc5044e1d4773495bc08eedb6253f\"", "mlflow.spanType": "\"CHAT_MODEL\"", "mlflow.spanInputs": "{\"model\": \"gpt-4o-mini\", \"messages\": [{\"role\": \"user\", \"content\": \"When will my lamp arrive?\"}]}", "mlflow.chat.tokenUsage": "{\"input_tokens\": 12, \"output_tokens\": 7, \"total_tokens\": 19}", "mlflow.llm.model": "\"gpt-4o-mini\"", "mlflow.message.format": "\"openai\"", "mlflow.spanOutputs": "{\"choices\": [{\"index\": 0, \"message\": {\"role\": \"assistant\", \"content\": \"Your lamp arrives on Friday.\"}}]}"}}');
INSERT INTO "spans" VALUES('tr-926cc5044e1d4773495bc08eedb6253f',1,'847e98a1ae805def',NULL,'support_agent','AGENT','OK',1765453500000000000,1765453500300000000,'{"trace_id": "kmzFBE4dR3NJW8CO7bYlPw==", "span_id": "hH6Yoa6AXe8=", "parent_span_id": null, "name": "support_agent", "start_time_unix_nano": 1765453500000000000, "end_time_unix_nano": 1765453500300000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765453500000000000", "mlflow.traceRequestId": "\"tr-926cc5044e1d4773495bc08eedb6253f\"", "mlflow.spanType": "\"AGENT\"", "mlflow.spanInputs": "{\"question\": \"When will my lamp arrive?\"}", "mlflow.spanOutputs": "{\"answer\": \"Your lamp arrives on Friday.\"}"}}');
INSERT INTO "spans" VALUES('tr-786f76556448f6aa7e8e7a0e1734b7f6',1,'38e525d1ad0199f6','6b65998ceacbbb86','chat_completion','CHAT_MODEL','OK',1765453600020000000,1765453600220000000,'{"trace_id": "eG92VWRI9qp+jnoOFzS39g==", "span_id": "OOUl0a0BmfY=", "parent_span_id": "a2WZjOrLu4Y=", "name": "chat_completion", "start_time_unix_nano": 1765453600020000000, "end_time_unix_nano": 1765453600220000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765453600020000000", "mlflow.traceRequestId": "\"tr-786f76556448f6aa7e8e7a0e1734b7f6\"", "mlflow.spanType": "\"CHAT_MODEL\"", "mlflow.spanInputs": "{\"model\": \"gpt-4o-mini\", \"messages\": [{\"role\": \"user\", \"content\": \"When will my lamp arrive?\"}, {\"role\": \"assistant\", \"content\": \"Your lamp arrives on Friday.\"}, {\"role\": \"user\", \"content\": \"And if I am not at home?\"}]}", "mlflow.chat.tokenUsage": "{\"input_tokens\": 30, \"output_tokens\": 6, \"total_tokens\": 36}", "mlflow.llm.model": "\"gpt-4o-mini\"", "mlflow.message.format": "\"openai\"", "mlflow.spanOutputs": "{\"choices\": [{\"index\": 0, \"message\": {\"role\": \"assistant\", \"content\": \"Then a neighbour takes it.\"}}]}"}}');
INSERT INTO "spans" VALUES('tr-786f76556448f6aa7e8e7a0e1734b7f6',1,'6b65998ceacbbb86',NULL,'support_agent','AGENT','OK',1765453600000000000,1765453600280000000,'{"trace_id": "eG92VWRI9qp+jnoOFzS39g==", "span_id": "a2WZjOrLu4Y=", "parent_span_id": null, "name": "support_agent", "start_time_unix_nano": 1765453600000000000, "end_time_unix_nano": 1765453600280000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765453600000000000", "mlflow.traceRequestId": "\"tr-786f76556448f6aa7e8e7a0e1734b7f6\"", "mlflow.spanType": "\"AGENT\"", "mlflow.spanInputs": "{\"question\": \"And if I am not at home?\"}", "mlflow.spanOutputs": "{\"answer\": \"Then a neighbour takes it.\"}"}}');
INSERT INTO "spans" VALUES('tr-3bdad304ac10478754eb97d470da0b6d',1,'69536f9952c48de3','1ee39e261b28a2c6','look_up_order','TOOL','OK',1765453700005000000,1765453700025000000,'{"trace_id": "O9rTBKwQR4dU65fUcNoLbQ==", "span_id": "aVNvmVLEjeM=", "parent_span_id": "HuOeJhsoosY=", "name": "look_up_order", "start_time_unix_nano": 1765453700005000000, "end_time_unix_nano": 1765453700025000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765453700005000000", "mlflow.traceRequestId": "\"tr-3bdad304ac10478754eb97d470da0b6d\"", "mlflow.spanType": "\"TOOL\"", "mlflow.spanInputs": "{\"order\": \"A-1042\"}", "mlflow.spanOutputs": "{\"total\": 30}"}}');
INSERT INTO "spans" VALUES('tr-3bdad304ac10478754eb97d470da0b6d',1,'282f632afe61cd87','1ee39e261b28a2c6','charge_card','TOOL','ERROR',1765453700030000000,1765453700130000000,'{"trace_id": "O9rTBKwQR4dU65fUcNoLbQ==", "span_id": "KC9jKv5hzYc=", "parent_span_id": "HuOeJhsoosY=", "name": "charge_card", "start_time_unix_nano": 1765453700030000000, "end_time_unix_nano": 1765453700130000000, "events": [{"name": "exception", "time_unix_nano": 1765454404323072, "attributes": {"exception.message": "card 4711 was declined", "exception.type": "PaymentError", "exception.stacktrace": "Traceback (most recent call last):\n  File \"/app/tests/mlflow_versions/application.py\", line 79, in _end\n    raise PaymentError(plan.error)\ntests.mlflow_versions.application.PaymentError: card 4711 was declined"}}], "status": {"code": "STATUS_CODE_ERROR", "message": "PaymentError: card 4711 was declined"}, "attributes": {"mlflow.spanStartTimeNs": "1765453700030000000", "mlflow.traceRequestId": "\"tr-3bdad304ac10478754eb97d470da0b6d\"", "mlflow.spanType": "\"TOOL\"", "mlflow.spanInputs": "{\"amount\": 30}"}}');
INSERT INTO "spans" VALUES('tr-3bdad304ac10478754eb97d470da0b6d',1,'1ee39e261b28a2c6',NULL,'refund','CHAIN','ERROR',1765453700000000000,1765453700150000000,'{"trace_id": "O9rTBKwQR4dU65fUcNoLbQ==", "span_id": "HuOeJhsoosY=", "parent_span_id": null, "name": "refund", "start_time_unix_nano": 1765453700000000000, "end_time_unix_nano": 1765453700150000000, "events": [{"name": "exception", "time_unix_nano": 1765454404326106, "attributes": {"exception.message": "the refund was not made", "exception.type": "PaymentError", "exception.stacktrace": "Traceback (most recent call last):\n  File \"/app/tests/mlflow_versions/application.py\", line 79, in _end\n    raise PaymentError(plan.error)\ntests.mlflow_versions.application.PaymentError: the refund was not made"}}], "status": {"code": "STATUS_CODE_ERROR", "message": "PaymentError: the refund was not made"}, "attributes": {"mlflow.spanStartTimeNs": "1765453700000000000", "mlflow.traceRequestId": "\"tr-3bdad304ac10478754eb97d470da0b6d\"", "mlflow.spanType": "\"CHAIN\"", "mlflow.spanInputs": "{\"order\": \"A-1042\"}"}}');
INSERT INTO "spans" VALUES('tr-48e83ba66ecec5c393ed9b02b5c6f38c',1,'8197b92358159b16','0acda6f5e2f153a9','track_parcel','TOOL','ERROR',1765453800010000000,1765453800100000000,'{"trace_id": "SOg7pm7OxcOT7ZsCtcbzjA==", "span_id": "gZe5I1gVmxY=", "parent_span_id": "Cs2m9eLxU6k=", "name": "track_parcel", "start_time_unix_nano": 1765453800010000000, "end_time_unix_nano": 1765453800100000000, "events": [{"name": "exception", "time_unix_nano": 1765454404339446, "attributes": {"exception.message": "the carrier did not answer", "exception.type": "PaymentError", "exception.stacktrace": "Traceback (most recent call last):\n  File \"/app/tests/mlflow_versions/application.py\", line 79, in _end\n    raise PaymentError(plan.error)\ntests.mlflow_versions.application.PaymentError: the carrier did not answer"}}], "status": {"code": "STATUS_CODE_ERROR", "message": "PaymentError: the carrier did not answer"}, "attributes": {"mlflow.spanStartTimeNs": "1765453800010000000", "mlflow.traceRequestId": "\"tr-48e83ba66ecec5c393ed9b02b5c6f38c\"", "mlflow.spanType": "\"TOOL\"", "mlflow.spanInputs": "{\"parcel\": \"P-1\"}"}}');
INSERT INTO "spans" VALUES('tr-48e83ba66ecec5c393ed9b02b5c6f38c',1,'ef9d6bfac1f1211b','0acda6f5e2f153a9','track_parcel_again','TOOL','OK',1765453800110000000,1765453800200000000,'{"trace_id": "SOg7pm7OxcOT7ZsCtcbzjA==", "span_id": "751r+sHxIRs=", "parent_span_id": "Cs2m9eLxU6k=", "name": "track_parcel_again", "start_time_unix_nano": 1765453800110000000, "end_time_unix_nano": 1765453800200000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765453800110000000", "mlflow.traceRequestId": "\"tr-48e83ba66ecec5c393ed9b02b5c6f38c\"", "mlflow.spanType": "\"TOOL\"", "mlflow.spanInputs": "{\"parcel\": \"P-1\"}", "mlflow.spanOutputs": "{\"at\": \"carrier\"}"}}');
INSERT INTO "spans" VALUES('tr-48e83ba66ecec5c393ed9b02b5c6f38c',1,'0acda6f5e2f153a9',NULL,'support_agent','AGENT','OK',1765453800000000000,1765453800500000000,'{"trace_id": "SOg7pm7OxcOT7ZsCtcbzjA==", "span_id": "Cs2m9eLxU6k=", "parent_span_id": null, "name": "support_agent", "start_time_unix_nano": 1765453800000000000, "end_time_unix_nano": 1765453800500000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765453800000000000", "mlflow.traceRequestId": "\"tr-48e83ba66ecec5c393ed9b02b5c6f38c\"", "mlflow.spanType": "\"AGENT\"", "mlflow.spanInputs": "{\"question\": \"Where is my parcel?\"}", "mlflow.spanOutputs": "{\"answer\": \"With the carrier.\"}"}}');
INSERT INTO "spans" VALUES('tr-f3116d2193ce12e358b50160c8485cca',1,'fd977c82e7bc4f56',NULL,'predict','LLM','OK',1765454000000000000,1765454000040000000,'{"trace_id": "8xFtIZPOEuNYtQFgyEhcyg==", "span_id": "/Zd8gue8T1Y=", "parent_span_id": null, "name": "predict", "start_time_unix_nano": 1765454000000000000, "end_time_unix_nano": 1765454000040000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765454000000000000", "mlflow.traceRequestId": "\"tr-f3116d2193ce12e358b50160c8485cca\"", "mlflow.spanType": "\"LLM\"", "mlflow.spanInputs": "\"in plain text\"", "mlflow.spanOutputs": "\"out plain text\""}}');
INSERT INTO "spans" VALUES('tr-a8dce8d9b09323ee119c2ebd18f29d12',1,'abb5030672342b66',NULL,'größer than 100% ''sure''','TOOL','OK',1765454100000000000,1765454100030000000,'{"trace_id": "qNzo2bCTI+4RnC69GPKdEg==", "span_id": "q7UDBnI0K2Y=", "parent_span_id": null, "name": "gr\u00f6\u00dfer than 100% ''sure''", "start_time_unix_nano": 1765454100000000000, "end_time_unix_nano": 1765454100030000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765454100000000000", "mlflow.traceRequestId": "\"tr-a8dce8d9b09323ee119c2ebd18f29d12\"", "mlflow.spanType": "\"TOOL\"", "mlflow.spanInputs": "{\"text\": \"a 50%_off \\\"sale\\\" f\u00fcr \u6771\u4eac\"}", "mlflow.spanOutputs": "{\"ok\": true}"}}');
INSERT INTO "spans" VALUES('tr-9dd1da7d5ec9d41b953f7adf65966f74',1,'6d03c2603a9d484d','682e185ac839a599','step_000','PARSER','OK',1765454200000000000,1765454200009000000,'{"trace_id": "ndHafV7J1BuVP3rfZZZvdA==", "span_id": "bQPCYDqdSE0=", "parent_span_id": "aC4YWsg5pZk=", "name": "step_000", "start_time_unix_nano": 1765454200000000000, "end_time_unix_nano": 1765454200009000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765454200000000000", "mlflow.traceRequestId": "\"tr-9dd1da7d5ec9d41b953f7adf65966f74\"", "mlflow.spanType": "\"PARSER\"", "mlflow.spanInputs": "{\"number\": 0}"}}');
INSERT INTO "spans" VALUES('tr-9dd1da7d5ec9d41b953f7adf65966f74',1,'e451e20a4064723e','682e185ac839a599','step_001','PARSER','OK',1765454200010000000,1765454200019000000,'{"trace_id": "ndHafV7J1BuVP3rfZZZvdA==", "span_id": "5FHiCkBkcj4=", "parent_span_id": "aC4YWsg5pZk=", "name": "step_001", "start_time_unix_nano": 1765454200010000000, "end_time_unix_nano": 1765454200019000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765454200010000000", "mlflow.traceRequestId": "\"tr-9dd1da7d5ec9d41b953f7adf65966f74\"", "mlflow.spanType": "\"PARSER\"", "mlflow.spanInputs": "{\"number\": 1}"}}');
INSERT INTO "spans" VALUES('tr-9dd1da7d5ec9d41b953f7adf65966f74',1,'17269df4cc03cb4c','682e185ac839a599','step_002','PARSER','OK',1765454200020000000,1765454200029000000,'{"trace_id": "ndHafV7J1BuVP3rfZZZvdA==", "span_id": "Fyad9MwDy0w=", "parent_span_id": "aC4YWsg5pZk=", "name": "step_002", "start_time_unix_nano": 1765454200020000000, "end_time_unix_nano": 1765454200029000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765454200020000000", "mlflow.traceRequestId": "\"tr-9dd1da7d5ec9d41b953f7adf65966f74\"", "mlflow.spanType": "\"PARSER\"", "mlflow.spanInputs": "{\"number\": 2}"}}');
INSERT INTO "spans" VALUES('tr-9dd1da7d5ec9d41b953f7adf65966f74',1,'774942ad78f59065','682e185ac839a599','step_003','PARSER','OK',1765454200030000000,1765454200039000000,'{"trace_id": "ndHafV7J1BuVP3rfZZZvdA==", "span_id": "d0lCrXj1kGU=", "parent_span_id": "aC4YWsg5pZk=", "name": "step_003", "start_time_unix_nano": 1765454200030000000, "end_time_unix_nano": 1765454200039000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765454200030000000", "mlflow.traceRequestId": "\"tr-9dd1da7d5ec9d41b953f7adf65966f74\"", "mlflow.spanType": "\"PARSER\"", "mlflow.spanInputs": "{\"number\": 3}"}}');
INSERT INTO "spans" VALUES('tr-9dd1da7d5ec9d41b953f7adf65966f74',1,'6b3a619476389556','682e185ac839a599','step_004','PARSER','OK',1765454200040000000,1765454200049000000,'{"trace_id": "ndHafV7J1BuVP3rfZZZvdA==", "span_id": "azphlHY4lVY=", "parent_span_id": "aC4YWsg5pZk=", "name": "step_004", "start_time_unix_nano": 1765454200040000000, "end_time_unix_nano": 1765454200049000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765454200040000000", "mlflow.traceRequestId": "\"tr-9dd1da7d5ec9d41b953f7adf65966f74\"", "mlflow.spanType": "\"PARSER\"", "mlflow.spanInputs": "{\"number\": 4}"}}');
INSERT INTO "spans" VALUES('tr-9dd1da7d5ec9d41b953f7adf65966f74',1,'3f695b79fdc20b55','682e185ac839a599','step_005','PARSER','OK',1765454200050000000,1765454200059000000,'{"trace_id": "ndHafV7J1BuVP3rfZZZvdA==", "span_id": "P2lbef3CC1U=", "parent_span_id": "aC4YWsg5pZk=", "name": "step_005", "start_time_unix_nano": 1765454200050000000, "end_time_unix_nano": 1765454200059000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765454200050000000", "mlflow.traceRequestId": "\"tr-9dd1da7d5ec9d41b953f7adf65966f74\"", "mlflow.spanType": "\"PARSER\"", "mlflow.spanInputs": "{\"number\": 5}"}}');
INSERT INTO "spans" VALUES('tr-9dd1da7d5ec9d41b953f7adf65966f74',1,'682e185ac839a599',NULL,'report','CHAIN','OK',1765454200000000000,1765454205000000000,'{"trace_id": "ndHafV7J1BuVP3rfZZZvdA==", "span_id": "aC4YWsg5pZk=", "parent_span_id": null, "name": "report", "start_time_unix_nano": 1765454200000000000, "end_time_unix_nano": 1765454205000000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765454200000000000", "mlflow.traceRequestId": "\"tr-9dd1da7d5ec9d41b953f7adf65966f74\"", "mlflow.spanType": "\"CHAIN\"", "mlflow.spanInputs": "{\"pages\": [{\"text\": \"short\"}, {\"text\": \"line 0 of a long report, line 1 of a long report, line 2 of a long report, line 3 of a long report, line 4 of a long report, line 5 of a long report, line 6 of a long report, line 7 of a long report, line 8 of a long report, line 9 of a long report, line 10 of a long report, line 11 of a long report, line 12 of a long report, line 13 of a long report, line 14 of a long report, line 15 of a long report, line 16 of a long report, line 17 of a long report, line 18 of a long report, line 19 of a long report, line 20 of a long report, line 21 of a long report, line 22 of a long report, line 23 of a long report, line 24 of a long report, line 25 of a long report, line 26 of a long report, line 27 of a long report, line 28 of a long report, line 29 of a long report, line 30 of a long report, line 31 of a long report, line 32 of a long report, line 33 of a long report, line 34 of a long report, line 35 of a long report, line 36 of a long report, line 37 of a long report, line 38 of a long report, line 39 of a long report, line 40 of a long report, line 41 of a long report, line 42 of a long report, line 43 of a long report, line 44 of a long report, line 45 of a long report, line 46 of a long report, line 47 of a long report, line 48 of a long report, line 49 of a long report, line 50 of a long report, line 51 of a long report, line 52 of a long report, line 53 of a long report, line 54 of a long report, line 55 of a long report, line 56 of a long report, line 57 of a long report, line 58 of a long report, line 59 of a long report, line 60 of a long report, line 61 of a long report, line 62 of a long report, line 63 of a long report, line 64 of a long report, line 65 of a long report, line 66 of a long report, line 67 of a long report, line 68 of a long report, line 69 of a long report, line 70 of a long report, line 71 of a long report, line 72 of a long report, line 73 of a long report, line 74 of a long report, line 75 of a long report, line 76 of a long report, line 77 of a long report, line 78 of a long report, line 79 of a long report, line 80 of a long report, line 81 of a long report, line 82 of a long report, line 83 of a long report, line 84 of a long report, line 85 of a long report, line 86 of a long report, line 87 of a long report, line 88 of a long report, line 89 of a long report, line 90 of a long report, line 91 of a long report, line 92 of a long report, line 93 of a long report, line 94 of a long report, line 95 of a long report, line 96 of a long report, line 97 of a long report, line 98 of a long report, line 99 of a long report, line 100 of a long report, line 101 of a long report, line 102 of a long report, line 103 of a long report, line 104 of a long report, line 105 of a long report, line 106 of a long report, line 107 of a long report, line 108 of a long report, line 109 of a long report, line 110 of a long report, line 111 of a long report, line 112 of a long report, line 113 of a long report, line 114 of a long report, line \"}]}", "mlflow.spanOutputs": "\"done\""}}');
INSERT INTO "spans" VALUES('tr-3ade92c69d5f9be1cc1db616a71d6c24',1,'9777fdc8939a89b2','2b8a5e97c41b2a3f','list_documents','TOOL','OK',1765454300005000000,1765454300025000000,'{"trace_id": "Ot6Sxp1fm+HMHbYWpx1sJA==", "span_id": "l3f9yJOaibI=", "parent_span_id": "K4pel8QbKj8=", "name": "list_documents", "start_time_unix_nano": 1765454300005000000, "end_time_unix_nano": 1765454300025000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765454300005000000", "mlflow.traceRequestId": "\"tr-3ade92c69d5f9be1cc1db616a71d6c24\"", "mlflow.spanType": "\"TOOL\"", "mlflow.spanInputs": "{}", "mlflow.spanOutputs": "[\"a.md\"]"}}');
INSERT INTO "spans" VALUES('tr-1195ce97a8d591babf5cc91db6c5a62f',1,'fd0481db7f66cd75','18d51323d61d6764','list_documents','TOOL','OK',1765454350005000000,1765454350025000000,'{"trace_id": "EZXOl6jVkbq/XMkdtsWmLw==", "span_id": "/QSB239mzXU=", "parent_span_id": "GNUTI9YdZ2Q=", "name": "list_documents", "start_time_unix_nano": 1765454350005000000, "end_time_unix_nano": 1765454350025000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765454350005000000", "mlflow.traceRequestId": "\"tr-1195ce97a8d591babf5cc91db6c5a62f\"", "mlflow.spanType": "\"TOOL\"", "mlflow.spanInputs": "{}", "mlflow.spanOutputs": "[\"a.md\"]"}}');
INSERT INTO "spans" VALUES('tr-e83d14231c2710afcde9755fb8cd1a01',2,'7cf2e7464f934aeb','459a98b998a7a88e','complete','LLM','OK',1765450800010000000,1765450801410000000,'{"trace_id": "6D0UIxwnEK/N6XVfuM0aAQ==", "span_id": "fPLnRk+TSus=", "parent_span_id": "RZqYuZinqI4=", "name": "complete", "start_time_unix_nano": 1765450800010000000, "end_time_unix_nano": 1765450801410000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450800010000000", "mlflow.traceRequestId": "\"tr-e83d14231c2710afcde9755fb8cd1a01\"", "mlflow.spanType": "\"LLM\"", "mlflow.spanInputs": "{\"prompt\": \"What does the plan cost?\"}", "mlflow.chat.tokenUsage": "{\"input_tokens\": 1200, \"output_tokens\": 80, \"total_tokens\": 1280, \"cache_read_input_tokens\": 1000}", "mlflow.llm.cost": "{\"input_cost\": 0.0125, \"output_cost\": 0.0025, \"total_cost\": 0.015}", "mlflow.llm.model": "\"house-model-2\"", "mlflow.llm.provider": "\"house\"", "mlflow.spanOutputs": "{\"text\": \"Twelve euros a month.\"}"}}');
INSERT INTO "spans" VALUES('tr-e83d14231c2710afcde9755fb8cd1a01',2,'459a98b998a7a88e',NULL,'answer','AGENT','OK',1765450800000000000,1765450801500000000,'{"trace_id": "6D0UIxwnEK/N6XVfuM0aAQ==", "span_id": "RZqYuZinqI4=", "parent_span_id": null, "name": "answer", "start_time_unix_nano": 1765450800000000000, "end_time_unix_nano": 1765450801500000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450800000000000", "mlflow.traceRequestId": "\"tr-e83d14231c2710afcde9755fb8cd1a01\"", "mlflow.spanType": "\"AGENT\"", "mlflow.spanInputs": "{\"question\": \"What does the plan cost?\"}", "mlflow.spanOutputs": "{\"answer\": \"Twelve euros a month.\"}"}}');
INSERT INTO "spans" VALUES('tr-671b5952eb992948b0577129ce8281e8',2,'373ba88ce6f4dc98','95b3eb4621988b13','of_type_llm','LLM','OK',1765450900000000000,1765450900015000000,'{"trace_id": "ZxtZUuuZKUiwV3EpzoKB6A==", "span_id": "NzuojOb03Jg=", "parent_span_id": "lbPrRiGYixM=", "name": "of_type_llm", "start_time_unix_nano": 1765450900000000000, "end_time_unix_nano": 1765450900015000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450900000000000", "mlflow.traceRequestId": "\"tr-671b5952eb992948b0577129ce8281e8\"", "mlflow.spanType": "\"LLM\""}}');
INSERT INTO "spans" VALUES('tr-671b5952eb992948b0577129ce8281e8',2,'d46315200bc9ff9c','95b3eb4621988b13','of_type_chain','CHAIN','OK',1765450900020000000,1765450900035000000,'{"trace_id": "ZxtZUuuZKUiwV3EpzoKB6A==", "span_id": "1GMVIAvJ/5w=", "parent_span_id": "lbPrRiGYixM=", "name": "of_type_chain", "start_time_unix_nano": 1765450900020000000, "end_time_unix_nano": 1765450900035000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450900020000000", "mlflow.traceRequestId": "\"tr-671b5952eb992948b0577129ce8281e8\"", "mlflow.spanType": "\"CHAIN\""}}');
INSERT INTO "spans" VALUES('tr-671b5952eb992948b0577129ce8281e8',2,'cb2b523f8f73aa53','95b3eb4621988b13','of_type_agent','AGENT','OK',1765450900040000000,1765450900055000000,'{"trace_id": "ZxtZUuuZKUiwV3EpzoKB6A==", "span_id": "yytSP49zqlM=", "parent_span_id": "lbPrRiGYixM=", "name": "of_type_agent", "start_time_unix_nano": 1765450900040000000, "end_time_unix_nano": 1765450900055000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450900040000000", "mlflow.traceRequestId": "\"tr-671b5952eb992948b0577129ce8281e8\"", "mlflow.spanType": "\"AGENT\""}}');
INSERT INTO "spans" VALUES('tr-671b5952eb992948b0577129ce8281e8',2,'b99b4a495555ecc9','95b3eb4621988b13','of_type_tool','TOOL','OK',1765450900060000000,1765450900075000000,'{"trace_id": "ZxtZUuuZKUiwV3EpzoKB6A==", "span_id": "uZtKSVVV7Mk=", "parent_span_id": "lbPrRiGYixM=", "name": "of_type_tool", "start_time_unix_nano": 1765450900060000000, "end_time_unix_nano": 1765450900075000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450900060000000", "mlflow.traceRequestId": "\"tr-671b5952eb992948b0577129ce8281e8\"", "mlflow.spanType": "\"TOOL\""}}');
INSERT INTO "spans" VALUES('tr-671b5952eb992948b0577129ce8281e8',2,'83be58f3dbdd50ce','95b3eb4621988b13','of_type_chat_model','CHAT_MODEL','OK',1765450900080000000,1765450900095000000,'{"trace_id": "ZxtZUuuZKUiwV3EpzoKB6A==", "span_id": "g75Y89vdUM4=", "parent_span_id": "lbPrRiGYixM=", "name": "of_type_chat_model", "start_time_unix_nano": 1765450900080000000, "end_time_unix_nano": 1765450900095000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450900080000000", "mlflow.traceRequestId": "\"tr-671b5952eb992948b0577129ce8281e8\"", "mlflow.spanType": "\"CHAT_MODEL\""}}');
INSERT INTO "spans" VALUES('tr-671b5952eb992948b0577129ce8281e8',2,'cf9322be0e0cacc2','95b3eb4621988b13','of_type_retriever','RETRIEVER','OK',1765450900100000000,1765450900115000000,'{"trace_id": "ZxtZUuuZKUiwV3EpzoKB6A==", "span_id": "z5Mivg4MrMI=", "parent_span_id": "lbPrRiGYixM=", "name": "of_type_retriever", "start_time_unix_nano": 1765450900100000000, "end_time_unix_nano": 1765450900115000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450900100000000", "mlflow.traceRequestId": "\"tr-671b5952eb992948b0577129ce8281e8\"", "mlflow.spanType": "\"RETRIEVER\""}}');
INSERT INTO "spans" VALUES('tr-671b5952eb992948b0577129ce8281e8',2,'a0720cae94fce469','95b3eb4621988b13','of_type_parser','PARSER','OK',1765450900120000000,1765450900135000000,'{"trace_id": "ZxtZUuuZKUiwV3EpzoKB6A==", "span_id": "oHIMrpT85Gk=", "parent_span_id": "lbPrRiGYixM=", "name": "of_type_parser", "start_time_unix_nano": 1765450900120000000, "end_time_unix_nano": 1765450900135000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450900120000000", "mlflow.traceRequestId": "\"tr-671b5952eb992948b0577129ce8281e8\"", "mlflow.spanType": "\"PARSER\""}}');
INSERT INTO "spans" VALUES('tr-671b5952eb992948b0577129ce8281e8',2,'f8e37698ea95218b','95b3eb4621988b13','of_type_embedding','EMBEDDING','OK',1765450900140000000,1765450900155000000,'{"trace_id": "ZxtZUuuZKUiwV3EpzoKB6A==", "span_id": "+ON2mOqVIYs=", "parent_span_id": "lbPrRiGYixM=", "name": "of_type_embedding", "start_time_unix_nano": 1765450900140000000, "end_time_unix_nano": 1765450900155000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450900140000000", "mlflow.traceRequestId": "\"tr-671b5952eb992948b0577129ce8281e8\"", "mlflow.spanType": "\"EMBEDDING\""}}');
INSERT INTO "spans" VALUES('tr-671b5952eb992948b0577129ce8281e8',2,'597e6e1411f50921','95b3eb4621988b13','of_type_reranker','RERANKER','OK',1765450900160000000,1765450900175000000,'{"trace_id": "ZxtZUuuZKUiwV3EpzoKB6A==", "span_id": "WX5uFBH1CSE=", "parent_span_id": "lbPrRiGYixM=", "name": "of_type_reranker", "start_time_unix_nano": 1765450900160000000, "end_time_unix_nano": 1765450900175000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450900160000000", "mlflow.traceRequestId": "\"tr-671b5952eb992948b0577129ce8281e8\"", "mlflow.spanType": "\"RERANKER\""}}');
INSERT INTO "spans" VALUES('tr-671b5952eb992948b0577129ce8281e8',2,'084896938a1baff1','95b3eb4621988b13','of_type_memory','MEMORY','OK',1765450900180000000,1765450900195000000,'{"trace_id": "ZxtZUuuZKUiwV3EpzoKB6A==", "span_id": "CEiWk4obr/E=", "parent_span_id": "lbPrRiGYixM=", "name": "of_type_memory", "start_time_unix_nano": 1765450900180000000, "end_time_unix_nano": 1765450900195000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450900180000000", "mlflow.traceRequestId": "\"tr-671b5952eb992948b0577129ce8281e8\"", "mlflow.spanType": "\"MEMORY\""}}');
INSERT INTO "spans" VALUES('tr-671b5952eb992948b0577129ce8281e8',2,'453eadf1626c9795','95b3eb4621988b13','of_type_workflow','WORKFLOW','OK',1765450900200000000,1765450900215000000,'{"trace_id": "ZxtZUuuZKUiwV3EpzoKB6A==", "span_id": "RT6t8WJsl5U=", "parent_span_id": "lbPrRiGYixM=", "name": "of_type_workflow", "start_time_unix_nano": 1765450900200000000, "end_time_unix_nano": 1765450900215000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450900200000000", "mlflow.traceRequestId": "\"tr-671b5952eb992948b0577129ce8281e8\"", "mlflow.spanType": "\"WORKFLOW\""}}');
INSERT INTO "spans" VALUES('tr-671b5952eb992948b0577129ce8281e8',2,'f6bd2141ded05a96','95b3eb4621988b13','of_type_task','TASK','OK',1765450900220000000,1765450900235000000,'{"trace_id": "ZxtZUuuZKUiwV3EpzoKB6A==", "span_id": "9r0hQd7QWpY=", "parent_span_id": "lbPrRiGYixM=", "name": "of_type_task", "start_time_unix_nano": 1765450900220000000, "end_time_unix_nano": 1765450900235000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450900220000000", "mlflow.traceRequestId": "\"tr-671b5952eb992948b0577129ce8281e8\"", "mlflow.spanType": "\"TASK\""}}');
INSERT INTO "spans" VALUES('tr-671b5952eb992948b0577129ce8281e8',2,'650154d68cc2be7e','95b3eb4621988b13','of_type_guardrail','GUARDRAIL','OK',1765450900240000000,1765450900255000000,'{"trace_id": "ZxtZUuuZKUiwV3EpzoKB6A==", "span_id": "ZQFU1ozCvn4=", "parent_span_id": "lbPrRiGYixM=", "name": "of_type_guardrail", "start_time_unix_nano": 1765450900240000000, "end_time_unix_nano": 1765450900255000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450900240000000", "mlflow.traceRequestId": "\"tr-671b5952eb992948b0577129ce8281e8\"", "mlflow.spanType": "\"GUARDRAIL\""}}');
INSERT INTO "spans" VALUES('tr-671b5952eb992948b0577129ce8281e8',2,'68f56102ddcbb89c','95b3eb4621988b13','of_type_evaluator','EVALUATOR','OK',1765450900260000000,1765450900275000000,'{"trace_id": "ZxtZUuuZKUiwV3EpzoKB6A==", "span_id": "aPVhAt3LuJw=", "parent_span_id": "lbPrRiGYixM=", "name": "of_type_evaluator", "start_time_unix_nano": 1765450900260000000, "end_time_unix_nano": 1765450900275000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450900260000000", "mlflow.traceRequestId": "\"tr-671b5952eb992948b0577129ce8281e8\"", "mlflow.spanType": "\"EVALUATOR\""}}');
INSERT INTO "spans" VALUES('tr-671b5952eb992948b0577129ce8281e8',2,'bd5017fc76fa11a8','95b3eb4621988b13','of_type_unknown','UNKNOWN','OK',1765450900280000000,1765450900295000000,'{"trace_id": "ZxtZUuuZKUiwV3EpzoKB6A==", "span_id": "vVAX/Hb6Eag=", "parent_span_id": "lbPrRiGYixM=", "name": "of_type_unknown", "start_time_unix_nano": 1765450900280000000, "end_time_unix_nano": 1765450900295000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450900280000000", "mlflow.traceRequestId": "\"tr-671b5952eb992948b0577129ce8281e8\"", "mlflow.spanType": "\"UNKNOWN\""}}');
INSERT INTO "spans" VALUES('tr-671b5952eb992948b0577129ce8281e8',2,'95b3eb4621988b13',NULL,'pipeline','WORKFLOW','OK',1765450900000000000,1765450900400000000,'{"trace_id": "ZxtZUuuZKUiwV3EpzoKB6A==", "span_id": "lbPrRiGYixM=", "parent_span_id": null, "name": "pipeline", "start_time_unix_nano": 1765450900000000000, "end_time_unix_nano": 1765450900400000000, "events": [{"name": "retry", "time_unix_nano": 1765450900000000000, "attributes": {"attempt": 2, "reason": "the queue was full"}}], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765450900000000000", "mlflow.traceRequestId": "\"tr-671b5952eb992948b0577129ce8281e8\"", "mlflow.spanType": "\"WORKFLOW\"", "mlflow.spanInputs": "{\"items\": 15}", "mlflow.spanOutputs": "{\"items\": 15}"}}');
INSERT INTO "spans" VALUES('tr-09f854c0f1f246f19588c72139e2a8f9',2,'d62646ec462a8f87',NULL,'übersetzen 🚀','CHAIN','OK',1765451000000000000,1765451000060000000,'{"trace_id": "CfhUwPHyRvGViMchOeKo+Q==", "span_id": "1iZG7EYqj4c=", "parent_span_id": null, "name": "\u00fcbersetzen \ud83d\ude80", "start_time_unix_nano": 1765451000000000000, "end_time_unix_nano": 1765451000060000000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanStartTimeNs": "1765451000000000000", "mlflow.traceRequestId": "\"tr-09f854c0f1f246f19588c72139e2a8f9\"", "mlflow.spanType": "\"CHAIN\"", "mlflow.spanInputs": "{\"text\": \"\u0414\u043e\u0431\u0440\u044b\u0439 \u0434\u0435\u043d\u044c \ud83d\ude80 na\u00efve caf\u00e9, \u6771\u4eac\u30bf\u30ef\u30fc, \u0645\u0631\u062d\u0628\u0627\"}", "mlflow.spanOutputs": "{\"text\": \"\u0627\u0628\u062d\u0631\u0645 ,\u30fc\u30ef\u30bf\u4eac\u6771 ,\u00e9fac ev\u00efan \ud83d\ude80 \u044c\u043d\u0435\u0434 \u0439\u044b\u0440\u0431\u043e\u0414\"}"}}');
CREATE TABLE "tags" (
 "key" VARCHAR(250) NOT NULL, 
 value VARCHAR(8000), 
 run_uuid VARCHAR(32) NOT NULL, 
 CONSTRAINT tag_pk PRIMARY KEY ("key", run_uuid), 
 FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid)
);
INSERT INTO "tags" VALUES('mlflow.user','somebody','e2450a557b4f42899adc99d277918350');
INSERT INTO "tags" VALUES('mlflow.source.name','application.py','e2450a557b4f42899adc99d277918350');
INSERT INTO "tags" VALUES('mlflow.source.type','LOCAL','e2450a557b4f42899adc99d277918350');
INSERT INTO "tags" VALUES('mlflow.runName','invincible-kit-991','e2450a557b4f42899adc99d277918350');
CREATE TABLE trace_info (
 request_id VARCHAR(50) NOT NULL, 
 experiment_id INTEGER NOT NULL, 
 timestamp_ms BIGINT NOT NULL, 
 execution_time_ms BIGINT, 
 status VARCHAR(50) NOT NULL, client_request_id VARCHAR(50), request_preview VARCHAR(1000), response_preview VARCHAR(1000), 
 CONSTRAINT trace_info_pk PRIMARY KEY (request_id), 
 CONSTRAINT fk_trace_info_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id)
);
INSERT INTO "trace_info" VALUES('tr-967fa383d8adff4314a58d02acdef459',1,1765453900000,62000,'OK',NULL,'{"questions": 40}','{"right": 38}');
INSERT INTO "trace_info" VALUES('tr-926cc5044e1d4773495bc08eedb6253f',1,1765453500000,300,'OK','req-1','{"question": "When will my lamp arrive?"}','{"answer": "Your lamp arrives on Friday."}');
INSERT INTO "trace_info" VALUES('tr-786f76556448f6aa7e8e7a0e1734b7f6',1,1765453600000,280,'OK','req-2','{"question": "And if I am not at home?"}','{"answer": "Then a neighbour takes it."}');
INSERT INTO "trace_info" VALUES('tr-3bdad304ac10478754eb97d470da0b6d',1,1765453700000,150,'ERROR',NULL,'{"order": "A-1042"}','');
INSERT INTO "trace_info" VALUES('tr-48e83ba66ecec5c393ed9b02b5c6f38c',1,1765453800000,500,'OK',NULL,'{"question": "Where is my parcel?"}','{"answer": "With the carrier."}');
INSERT INTO "trace_info" VALUES('tr-f3116d2193ce12e358b50160c8485cca',1,1765454000000,40,'OK',NULL,'"in plain text"','"out plain text"');
INSERT INTO "trace_info" VALUES('tr-a8dce8d9b09323ee119c2ebd18f29d12',1,1765454100000,30,'OK',NULL,'{"text": "a 50%_off \"sale\" für 東京"}','{"ok": true}');
INSERT INTO "trace_info" VALUES('tr-9dd1da7d5ec9d41b953f7adf65966f74',1,1765454200000,5000,'OK',NULL,'{"pages": [{"text": "short"}, {"text": "line 0 of a long report, line 1 of a long report, line 2 of a long report, line 3 of a long report, line 4 of a long report, line 5 of a long report, line 6 of a long report, line 7 of a long report, line 8 of a long report, line 9 of a long report, line 10 of a long report, line 11 of a long report, line 12 of a long report, line 13 of a long report, line 14 of a long report, line 15 of a long report, line 16 of a long report, line 17 of a long report, line 18 of a long report, line 19 of a long report, line 20 of a long report, line 21 of a long report, line 22 of a long report, line 23 of a long report, line 24 of a long report, line 25 of a long report, line 26 of a long report, line 27 of a long report, line 28 of a long report, line 29 of a long report, line 30 of a long report, line 31 of a long report, line 32 of a long report, line 33 of a long report, line 34 of a long report, line 35 of a long report, line 36 of a long report, line ...','"done"');
INSERT INTO "trace_info" VALUES('tr-3ade92c69d5f9be1cc1db616a71d6c24',1,1765454300005,20,'IN_PROGRESS',NULL,NULL,NULL);
INSERT INTO "trace_info" VALUES('tr-1195ce97a8d591babf5cc91db6c5a62f',1,1765454350005,20,'IN_PROGRESS',NULL,NULL,NULL);
INSERT INTO "trace_info" VALUES('tr-e83d14231c2710afcde9755fb8cd1a01',2,1765450800000,1500,'OK',NULL,'{"question": "What does the plan cost?"}','{"answer": "Twelve euros a month."}');
INSERT INTO "trace_info" VALUES('tr-671b5952eb992948b0577129ce8281e8',2,1765450900000,400,'OK',NULL,'{"items": 15}','{"items": 15}');
INSERT INTO "trace_info" VALUES('tr-09f854c0f1f246f19588c72139e2a8f9',2,1765451000000,60,'OK',NULL,'{"text": "Добрый день 🚀 naïve café, 東京タワー, مرحبا"}','{"text": "ابحرم ,ーワタ京東 ,éfac evïan 🚀 ьнед йырбоД"}');
CREATE TABLE "trace_request_metadata" (
 "key" VARCHAR(250) NOT NULL, 
 value VARCHAR(8000), 
 request_id VARCHAR(50) NOT NULL, 
 CONSTRAINT trace_request_metadata_pk PRIMARY KEY ("key", request_id), 
 CONSTRAINT fk_trace_request_metadata_request_id FOREIGN KEY(request_id) REFERENCES trace_info (request_id) ON DELETE CASCADE
);
INSERT INTO "trace_request_metadata" VALUES('mlflow.user','somebody','tr-967fa383d8adff4314a58d02acdef459');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.name','application.py','tr-967fa383d8adff4314a58d02acdef459');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.type','LOCAL','tr-967fa383d8adff4314a58d02acdef459');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.commit','','tr-967fa383d8adff4314a58d02acdef459');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.repoURL','','tr-967fa383d8adff4314a58d02acdef459');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.branch','','tr-967fa383d8adff4314a58d02acdef459');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace_schema.version','3','tr-967fa383d8adff4314a58d02acdef459');
INSERT INTO "trace_request_metadata" VALUES('mlflow.sourceRun','e2450a557b4f42899adc99d277918350','tr-967fa383d8adff4314a58d02acdef459');
INSERT INTO "trace_request_metadata" VALUES('dataset','faq','tr-967fa383d8adff4314a58d02acdef459');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceInputs','{"questions": 40}','tr-967fa383d8adff4314a58d02acdef459');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceOutputs','{"right": 38}','tr-967fa383d8adff4314a58d02acdef459');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.sizeStats','{"total_size_bytes": 1338, "num_spans": 1, "max": 520, "p25": 520, "p50": 520, "p75": 520}','tr-967fa383d8adff4314a58d02acdef459');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.sizeBytes','1338','tr-967fa383d8adff4314a58d02acdef459');
INSERT INTO "trace_request_metadata" VALUES('mlflow.user','somebody','tr-926cc5044e1d4773495bc08eedb6253f');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.name','application.py','tr-926cc5044e1d4773495bc08eedb6253f');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.type','LOCAL','tr-926cc5044e1d4773495bc08eedb6253f');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.commit','','tr-926cc5044e1d4773495bc08eedb6253f');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.repoURL','','tr-926cc5044e1d4773495bc08eedb6253f');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.branch','','tr-926cc5044e1d4773495bc08eedb6253f');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace_schema.version','3','tr-926cc5044e1d4773495bc08eedb6253f');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.session','session-1','tr-926cc5044e1d4773495bc08eedb6253f');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.user','user_7','tr-926cc5044e1d4773495bc08eedb6253f');
INSERT INTO "trace_request_metadata" VALUES('tenant','acme','tr-926cc5044e1d4773495bc08eedb6253f');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceInputs','{"question": "When will my lamp arrive?"}','tr-926cc5044e1d4773495bc08eedb6253f');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceOutputs','{"answer": "Your lamp arrives on Friday."}','tr-926cc5044e1d4773495bc08eedb6253f');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.tokenUsage','{"input_tokens": 12, "output_tokens": 7, "total_tokens": 19}','tr-926cc5044e1d4773495bc08eedb6253f');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.sizeStats','{"total_size_bytes": 3229, "num_spans": 3, "max": 906, "p25": 605, "p50": 632, "p75": 769}','tr-926cc5044e1d4773495bc08eedb6253f');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.sizeBytes','3229','tr-926cc5044e1d4773495bc08eedb6253f');
INSERT INTO "trace_request_metadata" VALUES('mlflow.user','somebody','tr-786f76556448f6aa7e8e7a0e1734b7f6');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.name','application.py','tr-786f76556448f6aa7e8e7a0e1734b7f6');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.type','LOCAL','tr-786f76556448f6aa7e8e7a0e1734b7f6');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.commit','','tr-786f76556448f6aa7e8e7a0e1734b7f6');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.repoURL','','tr-786f76556448f6aa7e8e7a0e1734b7f6');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.branch','','tr-786f76556448f6aa7e8e7a0e1734b7f6');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace_schema.version','3','tr-786f76556448f6aa7e8e7a0e1734b7f6');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.session','session-1','tr-786f76556448f6aa7e8e7a0e1734b7f6');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.user','user_7','tr-786f76556448f6aa7e8e7a0e1734b7f6');
INSERT INTO "trace_request_metadata" VALUES('tenant','acme','tr-786f76556448f6aa7e8e7a0e1734b7f6');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceInputs','{"question": "And if I am not at home?"}','tr-786f76556448f6aa7e8e7a0e1734b7f6');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceOutputs','{"answer": "Then a neighbour takes it."}','tr-786f76556448f6aa7e8e7a0e1734b7f6');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.tokenUsage','{"input_tokens": 30, "output_tokens": 6, "total_tokens": 36}','tr-786f76556448f6aa7e8e7a0e1734b7f6');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.sizeStats','{"total_size_bytes": 2699, "num_spans": 2, "max": 1043, "p25": 692, "p50": 809, "p75": 926}','tr-786f76556448f6aa7e8e7a0e1734b7f6');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.sizeBytes','2699','tr-786f76556448f6aa7e8e7a0e1734b7f6');
INSERT INTO "trace_request_metadata" VALUES('mlflow.user','somebody','tr-3bdad304ac10478754eb97d470da0b6d');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.name','application.py','tr-3bdad304ac10478754eb97d470da0b6d');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.type','LOCAL','tr-3bdad304ac10478754eb97d470da0b6d');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.commit','','tr-3bdad304ac10478754eb97d470da0b6d');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.repoURL','','tr-3bdad304ac10478754eb97d470da0b6d');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.branch','','tr-3bdad304ac10478754eb97d470da0b6d');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace_schema.version','3','tr-3bdad304ac10478754eb97d470da0b6d');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.user','user_8','tr-3bdad304ac10478754eb97d470da0b6d');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceInputs','{"order": "A-1042"}','tr-3bdad304ac10478754eb97d470da0b6d');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceOutputs','','tr-3bdad304ac10478754eb97d470da0b6d');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.sizeStats','{"total_size_bytes": 3144, "num_spans": 3, "max": 925, "p25": 727, "p50": 921, "p75": 923}','tr-3bdad304ac10478754eb97d470da0b6d');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.sizeBytes','3144','tr-3bdad304ac10478754eb97d470da0b6d');
INSERT INTO "trace_request_metadata" VALUES('mlflow.user','somebody','tr-48e83ba66ecec5c393ed9b02b5c6f38c');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.name','application.py','tr-48e83ba66ecec5c393ed9b02b5c6f38c');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.type','LOCAL','tr-48e83ba66ecec5c393ed9b02b5c6f38c');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.commit','','tr-48e83ba66ecec5c393ed9b02b5c6f38c');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.repoURL','','tr-48e83ba66ecec5c393ed9b02b5c6f38c');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.branch','','tr-48e83ba66ecec5c393ed9b02b5c6f38c');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace_schema.version','3','tr-48e83ba66ecec5c393ed9b02b5c6f38c');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceInputs','{"question": "Where is my parcel?"}','tr-48e83ba66ecec5c393ed9b02b5c6f38c');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceOutputs','{"answer": "With the carrier."}','tr-48e83ba66ecec5c393ed9b02b5c6f38c');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.sizeStats','{"total_size_bytes": 2886, "num_spans": 3, "max": 943, "p25": 552, "p50": 561, "p75": 752}','tr-48e83ba66ecec5c393ed9b02b5c6f38c');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.sizeBytes','2886','tr-48e83ba66ecec5c393ed9b02b5c6f38c');
INSERT INTO "trace_request_metadata" VALUES('mlflow.user','somebody','tr-f3116d2193ce12e358b50160c8485cca');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.name','application.py','tr-f3116d2193ce12e358b50160c8485cca');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.type','LOCAL','tr-f3116d2193ce12e358b50160c8485cca');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.commit','','tr-f3116d2193ce12e358b50160c8485cca');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.repoURL','','tr-f3116d2193ce12e358b50160c8485cca');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.branch','','tr-f3116d2193ce12e358b50160c8485cca');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace_schema.version','3','tr-f3116d2193ce12e358b50160c8485cca');
INSERT INTO "trace_request_metadata" VALUES('mlflow.modelId','m-0123456789abcdef0123456789abcdef','tr-f3116d2193ce12e358b50160c8485cca');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceInputs','"in plain text"','tr-f3116d2193ce12e358b50160c8485cca');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceOutputs','"out plain text"','tr-f3116d2193ce12e358b50160c8485cca');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.sizeStats','{"total_size_bytes": 1294, "num_spans": 1, "max": 514, "p25": 514, "p50": 514, "p75": 514}','tr-f3116d2193ce12e358b50160c8485cca');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.sizeBytes','1294','tr-f3116d2193ce12e358b50160c8485cca');
INSERT INTO "trace_request_metadata" VALUES('mlflow.user','somebody','tr-a8dce8d9b09323ee119c2ebd18f29d12');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.name','application.py','tr-a8dce8d9b09323ee119c2ebd18f29d12');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.type','LOCAL','tr-a8dce8d9b09323ee119c2ebd18f29d12');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.commit','','tr-a8dce8d9b09323ee119c2ebd18f29d12');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.repoURL','','tr-a8dce8d9b09323ee119c2ebd18f29d12');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.branch','','tr-a8dce8d9b09323ee119c2ebd18f29d12');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace_schema.version','3','tr-a8dce8d9b09323ee119c2ebd18f29d12');
INSERT INTO "trace_request_metadata" VALUES('überschrift','größer','tr-a8dce8d9b09323ee119c2ebd18f29d12');
INSERT INTO "trace_request_metadata" VALUES('tenant/region','eu-west','tr-a8dce8d9b09323ee119c2ebd18f29d12');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceInputs','{"text": "a 50%_off \"sale\" für 東京"}','tr-a8dce8d9b09323ee119c2ebd18f29d12');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceOutputs','{"ok": true}','tr-a8dce8d9b09323ee119c2ebd18f29d12');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.sizeStats','{"total_size_bytes": 1575, "num_spans": 1, "max": 580, "p25": 580, "p50": 580, "p75": 580}','tr-a8dce8d9b09323ee119c2ebd18f29d12');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.sizeBytes','1575','tr-a8dce8d9b09323ee119c2ebd18f29d12');
INSERT INTO "trace_request_metadata" VALUES('mlflow.user','somebody','tr-9dd1da7d5ec9d41b953f7adf65966f74');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.name','application.py','tr-9dd1da7d5ec9d41b953f7adf65966f74');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.type','LOCAL','tr-9dd1da7d5ec9d41b953f7adf65966f74');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.commit','','tr-9dd1da7d5ec9d41b953f7adf65966f74');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.repoURL','','tr-9dd1da7d5ec9d41b953f7adf65966f74');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.branch','','tr-9dd1da7d5ec9d41b953f7adf65966f74');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace_schema.version','3','tr-9dd1da7d5ec9d41b953f7adf65966f74');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceInputs','{"pages": [{"text": "short"}, {"text": "line 0 of a long report, line 1 of a long report, line 2 of a long report, line 3 of a long report, line 4 of a long report, line 5 of a long report, line 6 of a long report, line 7 of a long report, line 8 ...','tr-9dd1da7d5ec9d41b953f7adf65966f74');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceOutputs','"done"','tr-9dd1da7d5ec9d41b953f7adf65966f74');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.sizeStats','{"total_size_bytes": 8385, "num_spans": 7, "max": 3542, "p25": 482, "p50": 482, "p75": 482}','tr-9dd1da7d5ec9d41b953f7adf65966f74');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.sizeBytes','8385','tr-9dd1da7d5ec9d41b953f7adf65966f74');
INSERT INTO "trace_request_metadata" VALUES('mlflow.user','somebody','tr-e83d14231c2710afcde9755fb8cd1a01');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.name','application.py','tr-e83d14231c2710afcde9755fb8cd1a01');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.type','LOCAL','tr-e83d14231c2710afcde9755fb8cd1a01');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.commit','','tr-e83d14231c2710afcde9755fb8cd1a01');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.repoURL','','tr-e83d14231c2710afcde9755fb8cd1a01');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.branch','','tr-e83d14231c2710afcde9755fb8cd1a01');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace_schema.version','3','tr-e83d14231c2710afcde9755fb8cd1a01');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.session','chat-7','tr-e83d14231c2710afcde9755fb8cd1a01');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.user','ana','tr-e83d14231c2710afcde9755fb8cd1a01');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceInputs','{"question": "What does the plan cost?"}','tr-e83d14231c2710afcde9755fb8cd1a01');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceOutputs','{"answer": "Twelve euros a month."}','tr-e83d14231c2710afcde9755fb8cd1a01');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.tokenUsage','{"input_tokens": 1200, "output_tokens": 80, "total_tokens": 1280}','tr-e83d14231c2710afcde9755fb8cd1a01');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.sizeStats','{"total_size_bytes": 2443, "num_spans": 2, "max": 877, "p25": 641, "p50": 720, "p75": 798}','tr-e83d14231c2710afcde9755fb8cd1a01');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.sizeBytes','2443','tr-e83d14231c2710afcde9755fb8cd1a01');
INSERT INTO "trace_request_metadata" VALUES('mlflow.user','somebody','tr-671b5952eb992948b0577129ce8281e8');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.name','application.py','tr-671b5952eb992948b0577129ce8281e8');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.type','LOCAL','tr-671b5952eb992948b0577129ce8281e8');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.commit','','tr-671b5952eb992948b0577129ce8281e8');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.repoURL','','tr-671b5952eb992948b0577129ce8281e8');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.branch','','tr-671b5952eb992948b0577129ce8281e8');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace_schema.version','3','tr-671b5952eb992948b0577129ce8281e8');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.session','chat-8','tr-671b5952eb992948b0577129ce8281e8');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceInputs','{"items": 15}','tr-671b5952eb992948b0577129ce8281e8');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceOutputs','{"items": 15}','tr-671b5952eb992948b0577129ce8281e8');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.sizeStats','{"total_size_bytes": 8175, "num_spans": 16, "max": 633, "p25": 446, "p50": 451, "p75": 454}','tr-671b5952eb992948b0577129ce8281e8');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.sizeBytes','8175','tr-671b5952eb992948b0577129ce8281e8');
INSERT INTO "trace_request_metadata" VALUES('mlflow.user','somebody','tr-09f854c0f1f246f19588c72139e2a8f9');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.name','application.py','tr-09f854c0f1f246f19588c72139e2a8f9');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.type','LOCAL','tr-09f854c0f1f246f19588c72139e2a8f9');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.commit','','tr-09f854c0f1f246f19588c72139e2a8f9');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.repoURL','','tr-09f854c0f1f246f19588c72139e2a8f9');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.branch','','tr-09f854c0f1f246f19588c72139e2a8f9');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace_schema.version','3','tr-09f854c0f1f246f19588c72139e2a8f9');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.user','Zoë','tr-09f854c0f1f246f19588c72139e2a8f9');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceInputs','{"text": "Добрый день 🚀 naïve café, 東京タワー, مرحبا"}','tr-09f854c0f1f246f19588c72139e2a8f9');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceOutputs','{"text": "ابحرم ,ーワタ京東 ,éfac evïan 🚀 ьнед йырбоД"}','tr-09f854c0f1f246f19588c72139e2a8f9');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.sizeStats','{"total_size_bytes": 2318, "num_spans": 1, "max": 852, "p25": 852, "p50": 852, "p75": 852}','tr-09f854c0f1f246f19588c72139e2a8f9');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.sizeBytes','2318','tr-09f854c0f1f246f19588c72139e2a8f9');
CREATE TABLE "trace_tags" (
 "key" VARCHAR(250) NOT NULL, 
 value VARCHAR(8000), 
 request_id VARCHAR(50) NOT NULL, 
 CONSTRAINT trace_tag_pk PRIMARY KEY ("key", request_id), 
 CONSTRAINT fk_trace_tags_request_id FOREIGN KEY(request_id) REFERENCES trace_info (request_id) ON DELETE CASCADE
);
INSERT INTO "trace_tags" VALUES('mlflow.artifactLocation','@FOLDER@/1/traces/tr-967fa383d8adff4314a58d02acdef459/artifacts','tr-967fa383d8adff4314a58d02acdef459');
INSERT INTO "trace_tags" VALUES('mlflow.traceName','evaluate','tr-967fa383d8adff4314a58d02acdef459');
INSERT INTO "trace_tags" VALUES('job','nightly','tr-967fa383d8adff4314a58d02acdef459');
INSERT INTO "trace_tags" VALUES('mlflow.artifactLocation','@FOLDER@/1/traces/tr-926cc5044e1d4773495bc08eedb6253f/artifacts','tr-926cc5044e1d4773495bc08eedb6253f');
INSERT INTO "trace_tags" VALUES('mlflow.traceName','support_agent','tr-926cc5044e1d4773495bc08eedb6253f');
INSERT INTO "trace_tags" VALUES('environment','production','tr-926cc5044e1d4773495bc08eedb6253f');
INSERT INTO "trace_tags" VALUES('model-name','gpt-4o','tr-926cc5044e1d4773495bc08eedb6253f');
INSERT INTO "trace_tags" VALUES('mlflow.artifactLocation','@FOLDER@/1/traces/tr-786f76556448f6aa7e8e7a0e1734b7f6/artifacts','tr-786f76556448f6aa7e8e7a0e1734b7f6');
INSERT INTO "trace_tags" VALUES('mlflow.traceName','support_agent','tr-786f76556448f6aa7e8e7a0e1734b7f6');
INSERT INTO "trace_tags" VALUES('environment','production','tr-786f76556448f6aa7e8e7a0e1734b7f6');
INSERT INTO "trace_tags" VALUES('mlflow.artifactLocation','@FOLDER@/1/traces/tr-3bdad304ac10478754eb97d470da0b6d/artifacts','tr-3bdad304ac10478754eb97d470da0b6d');
INSERT INTO "trace_tags" VALUES('mlflow.traceName','refund','tr-3bdad304ac10478754eb97d470da0b6d');
INSERT INTO "trace_tags" VALUES('environment','staging','tr-3bdad304ac10478754eb97d470da0b6d');
INSERT INTO "trace_tags" VALUES('mlflow.artifactLocation','@FOLDER@/1/traces/tr-48e83ba66ecec5c393ed9b02b5c6f38c/artifacts','tr-48e83ba66ecec5c393ed9b02b5c6f38c');
INSERT INTO "trace_tags" VALUES('mlflow.traceName','support_agent','tr-48e83ba66ecec5c393ed9b02b5c6f38c');
INSERT INTO "trace_tags" VALUES('environment','staging','tr-48e83ba66ecec5c393ed9b02b5c6f38c');
INSERT INTO "trace_tags" VALUES('mlflow.artifactLocation','@FOLDER@/1/traces/tr-f3116d2193ce12e358b50160c8485cca/artifacts','tr-f3116d2193ce12e358b50160c8485cca');
INSERT INTO "trace_tags" VALUES('mlflow.traceName','predict','tr-f3116d2193ce12e358b50160c8485cca');
INSERT INTO "trace_tags" VALUES('mlflow.artifactLocation','@FOLDER@/1/traces/tr-a8dce8d9b09323ee119c2ebd18f29d12/artifacts','tr-a8dce8d9b09323ee119c2ebd18f29d12');
INSERT INTO "trace_tags" VALUES('mlflow.traceName','größer than 100% ''sure''','tr-a8dce8d9b09323ee119c2ebd18f29d12');
INSERT INTO "trace_tags" VALUES('quotes','both '' and "','tr-a8dce8d9b09323ee119c2ebd18f29d12');
INSERT INTO "trace_tags" VALUES('note','100%_sure','tr-a8dce8d9b09323ee119c2ebd18f29d12');
INSERT INTO "trace_tags" VALUES('back','C:\temp\','tr-a8dce8d9b09323ee119c2ebd18f29d12');
INSERT INTO "trace_tags" VALUES('name','a tag called name','tr-a8dce8d9b09323ee119c2ebd18f29d12');
INSERT INTO "trace_tags" VALUES('mlflow.artifactLocation','@FOLDER@/1/traces/tr-9dd1da7d5ec9d41b953f7adf65966f74/artifacts','tr-9dd1da7d5ec9d41b953f7adf65966f74');
INSERT INTO "trace_tags" VALUES('mlflow.traceName','report','tr-9dd1da7d5ec9d41b953f7adf65966f74');
INSERT INTO "trace_tags" VALUES('mlflow.artifactLocation','@FOLDER@/1/traces/tr-3ade92c69d5f9be1cc1db616a71d6c24/artifacts','tr-3ade92c69d5f9be1cc1db616a71d6c24');
INSERT INTO "trace_tags" VALUES('mlflow.artifactLocation','@FOLDER@/1/traces/tr-1195ce97a8d591babf5cc91db6c5a62f/artifacts','tr-1195ce97a8d591babf5cc91db6c5a62f');
INSERT INTO "trace_tags" VALUES('mlflow.linkedPrompts','[{"name": "greeting", "version": "1"}]','tr-f3116d2193ce12e358b50160c8485cca');
INSERT INTO "trace_tags" VALUES('mlflow.artifactLocation','@FOLDER@/2/traces/tr-e83d14231c2710afcde9755fb8cd1a01/artifacts','tr-e83d14231c2710afcde9755fb8cd1a01');
INSERT INTO "trace_tags" VALUES('mlflow.traceName','answer','tr-e83d14231c2710afcde9755fb8cd1a01');
INSERT INTO "trace_tags" VALUES('tier','gold','tr-e83d14231c2710afcde9755fb8cd1a01');
INSERT INTO "trace_tags" VALUES('mlflow.artifactLocation','@FOLDER@/2/traces/tr-671b5952eb992948b0577129ce8281e8/artifacts','tr-671b5952eb992948b0577129ce8281e8');
INSERT INTO "trace_tags" VALUES('mlflow.traceName','pipeline','tr-671b5952eb992948b0577129ce8281e8');
INSERT INTO "trace_tags" VALUES('tier','silver','tr-671b5952eb992948b0577129ce8281e8');
INSERT INTO "trace_tags" VALUES('mlflow.artifactLocation','@FOLDER@/2/traces/tr-09f854c0f1f246f19588c72139e2a8f9/artifacts','tr-09f854c0f1f246f19588c72139e2a8f9');
INSERT INTO "trace_tags" VALUES('mlflow.traceName','übersetzen 🚀','tr-09f854c0f1f246f19588c72139e2a8f9');
INSERT INTO "trace_tags" VALUES('língua','português','tr-09f854c0f1f246f19588c72139e2a8f9');
INSERT INTO "trace_tags" VALUES('emoji','🚀','tr-09f854c0f1f246f19588c72139e2a8f9');
INSERT INTO "trace_tags" VALUES('mlflow.linkedPrompts','[{"name": "greeting", "version": "2"}]','tr-e83d14231c2710afcde9755fb8cd1a01');
CREATE TABLE webhook_events (
 webhook_id VARCHAR(256) NOT NULL, 
 entity VARCHAR(50) NOT NULL, 
 action VARCHAR(50) NOT NULL, 
 CONSTRAINT webhook_event_pk PRIMARY KEY (webhook_id, entity, action), 
 FOREIGN KEY(webhook_id) REFERENCES webhooks (webhook_id) ON DELETE cascade
);
CREATE TABLE webhooks (
 webhook_id VARCHAR(256) NOT NULL, 
 name VARCHAR(256) NOT NULL, 
 description VARCHAR(1000), 
 url VARCHAR(500) NOT NULL, 
 status VARCHAR(20) DEFAULT 'ACTIVE' NOT NULL, 
 secret VARCHAR(1000), 
 creation_timestamp BIGINT, 
 last_updated_timestamp BIGINT, 
 deleted_timestamp BIGINT, 
 CONSTRAINT webhook_pk PRIMARY KEY (webhook_id)
);
CREATE INDEX index_metrics_run_uuid ON metrics (run_uuid);
CREATE INDEX index_latest_metrics_run_uuid ON latest_metrics (run_uuid);
CREATE INDEX index_inputs_input_uuid ON inputs (input_uuid);
CREATE INDEX index_inputs_destination_type_destination_id_source_type ON inputs (destination_type, destination_id, source_type);
CREATE INDEX index_params_run_uuid ON params (run_uuid);
CREATE INDEX index_trace_info_experiment_id_timestamp_ms ON trace_info (experiment_id, timestamp_ms);
CREATE INDEX index_trace_tags_request_id ON trace_tags (request_id);
CREATE INDEX index_trace_request_metadata_request_id ON trace_request_metadata (request_id);
CREATE INDEX index_tags_run_uuid ON tags (run_uuid);
CREATE INDEX index_datasets_experiment_id_dataset_source_type ON datasets (experiment_id, dataset_source_type);
CREATE INDEX index_datasets_dataset_uuid ON datasets (dataset_uuid);
CREATE INDEX index_logged_model_metrics_model_id ON logged_model_metrics (model_id);
CREATE INDEX index_assessments_trace_id_created_timestamp ON assessments (trace_id, created_timestamp);
CREATE INDEX index_assessments_run_id_created_timestamp ON assessments (run_id, created_timestamp);
CREATE INDEX index_assessments_last_updated_timestamp ON assessments (last_updated_timestamp);
CREATE INDEX index_assessments_assessment_type ON assessments (assessment_type);
CREATE INDEX index_spans_experiment_id ON spans (experiment_id);
CREATE INDEX index_spans_experiment_id_status_type ON spans (experiment_id, status, type);
CREATE INDEX index_spans_experiment_id_type_status ON spans (experiment_id, type, status);
CREATE INDEX index_spans_experiment_id_duration ON spans (experiment_id, duration_ns);
CREATE INDEX index_entity_associations_association_id ON entity_associations (association_id);
CREATE INDEX index_entity_associations_reverse_lookup ON entity_associations (destination_type, destination_id, source_type, source_id);
CREATE INDEX idx_webhooks_status ON webhooks (status);
CREATE INDEX idx_webhooks_name ON webhooks (name);
CREATE INDEX idx_webhook_events_entity ON webhook_events (entity);
CREATE INDEX idx_webhook_events_action ON webhook_events (action);
CREATE INDEX idx_webhook_events_entity_action ON webhook_events (entity, action);
CREATE UNIQUE INDEX index_scorers_experiment_id_scorer_name ON scorers (experiment_id, scorer_name);
CREATE INDEX index_scorer_versions_scorer_id ON scorer_versions (scorer_id);
CREATE INDEX index_evaluation_datasets_name ON evaluation_datasets (name);
CREATE INDEX index_evaluation_datasets_created_time ON evaluation_datasets (created_time);
CREATE INDEX index_evaluation_dataset_tags_dataset_id ON evaluation_dataset_tags (dataset_id);
CREATE INDEX index_evaluation_dataset_records_dataset_id ON evaluation_dataset_records (dataset_id);
CREATE INDEX index_jobs_function_status_creation_time ON jobs (function_fullname, status, creation_time);
COMMIT;
