BEGIN TRANSACTION;
CREATE TABLE alembic_version (
 version_num VARCHAR(32) NOT NULL, 
 CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('bda7b8c39065');
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
INSERT INTO "experiments" VALUES(0,'Default','@FOLDER@/0','active',1765454406108,1765454406108);
INSERT INTO "experiments" VALUES(1,'shop','@FOLDER@/1','active',1765454406117,1765454406117);
INSERT INTO "experiments" VALUES(2,'assistant','@FOLDER@/2','active',1765454406566,1765454406566);
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
INSERT INTO "model_version_tags" VALUES('mlflow.prompt.text','Greet {{who}}.','greeting',1);
INSERT INTO "model_version_tags" VALUES('mlflow.prompt.is_prompt','true','greeting',2);
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
INSERT INTO "model_versions" VALUES('greeting',1,1765454406537,1765454406537,NULL,NULL,'None','dummy-source',NULL,'READY',NULL,NULL,'dummy-source');
INSERT INTO "model_versions" VALUES('greeting',2,1765454406637,1765454406637,NULL,NULL,'None','dummy-source',NULL,'READY',NULL,NULL,'dummy-source');
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
INSERT INTO "registered_models" VALUES('greeting',1765454406530,1765454406637,NULL);
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
INSERT INTO "runs" VALUES('e2450a557b4f42899adc99d277918350','invincible-kit-991','UNKNOWN','','','somebody','FINISHED',1765454406241,1765454406363,'','active','@FOLDER@/1/e2450a557b4f42899adc99d277918350/artifacts',1,NULL);
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
 status VARCHAR(50) NOT NULL, 
 CONSTRAINT trace_info_pk PRIMARY KEY (request_id), 
 CONSTRAINT fk_trace_info_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id)
);
INSERT INTO "trace_info" VALUES('926cc5044e1d4773895bc08eedb6253f',1,1765453900000,62000,'OK');
INSERT INTO "trace_info" VALUES('786f7655644846aabe8e7a0e1734b7f6',1,1765453500000,300,'OK');
INSERT INTO "trace_info" VALUES('282f632afe614d87a9536f9952c48de3',1,1765453600000,280,'OK');
INSERT INTO "trace_info" VALUES('58b50160c8484ccaaf9d6bfac1f1211b',1,1765453700000,150,'ERROR');
INSERT INTO "trace_info" VALUES('9dd1da7d5ec9441b953f7adf65966f74',1,1765453800000,500,'OK');
INSERT INTO "trace_info" VALUES('3f695b79fdc24b55ab3a619476389556',1,1765454000000,40,'OK');
INSERT INTO "trace_info" VALUES('bf5cc91db6c5462f9777fdc8939a89b2',1,1765454100000,30,'OK');
INSERT INTO "trace_info" VALUES('937782d31b70448aa8a69ce9c6974d15',1,1765454200000,5000,'OK');
INSERT INTO "trace_info" VALUES('3c9b715185a842638672281ef43c1e12',1,1765454300000,NULL,'IN_PROGRESS');
INSERT INTO "trace_info" VALUES('459a98b998a7488ea83d14231c2710af',1,1765454350000,NULL,'IN_PROGRESS');
INSERT INTO "trace_info" VALUES('d46315200bc94f9cb73ba88ce6f4dc98',2,1765450800000,1500,'OK');
INSERT INTO "trace_info" VALUES('f8e37698ea95418ba0720cae94fce469',2,1765450900000,400,'OK');
INSERT INTO "trace_info" VALUES('a1f02ea2718145b39f5fc1a9031291c3',2,1765451000000,60,'OK');
CREATE TABLE "trace_request_metadata" (
 "key" VARCHAR(250) NOT NULL, 
 value VARCHAR(8000), 
 request_id VARCHAR(50) NOT NULL, 
 CONSTRAINT trace_request_metadata_pk PRIMARY KEY ("key", request_id), 
 CONSTRAINT fk_trace_request_metadata_request_id FOREIGN KEY(request_id) REFERENCES trace_info (request_id) ON DELETE CASCADE
);
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace_schema.version','3','926cc5044e1d4773895bc08eedb6253f');
INSERT INTO "trace_request_metadata" VALUES('mlflow.user','somebody','926cc5044e1d4773895bc08eedb6253f');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.name','application.py','926cc5044e1d4773895bc08eedb6253f');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.type','LOCAL','926cc5044e1d4773895bc08eedb6253f');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.commit','','926cc5044e1d4773895bc08eedb6253f');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.repoURL','','926cc5044e1d4773895bc08eedb6253f');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.branch','','926cc5044e1d4773895bc08eedb6253f');
INSERT INTO "trace_request_metadata" VALUES('mlflow.sourceRun','e2450a557b4f42899adc99d277918350','926cc5044e1d4773895bc08eedb6253f');
INSERT INTO "trace_request_metadata" VALUES('dataset','faq','926cc5044e1d4773895bc08eedb6253f');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceInputs','{"questions": 40}','926cc5044e1d4773895bc08eedb6253f');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceOutputs','{"right": 38}','926cc5044e1d4773895bc08eedb6253f');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace_schema.version','3','786f7655644846aabe8e7a0e1734b7f6');
INSERT INTO "trace_request_metadata" VALUES('mlflow.user','somebody','786f7655644846aabe8e7a0e1734b7f6');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.name','application.py','786f7655644846aabe8e7a0e1734b7f6');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.type','LOCAL','786f7655644846aabe8e7a0e1734b7f6');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.commit','','786f7655644846aabe8e7a0e1734b7f6');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.repoURL','','786f7655644846aabe8e7a0e1734b7f6');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.branch','','786f7655644846aabe8e7a0e1734b7f6');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.session','session-1','786f7655644846aabe8e7a0e1734b7f6');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.user','user_7','786f7655644846aabe8e7a0e1734b7f6');
INSERT INTO "trace_request_metadata" VALUES('tenant','acme','786f7655644846aabe8e7a0e1734b7f6');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceInputs','{"question": "When will my lamp arrive?"}','786f7655644846aabe8e7a0e1734b7f6');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceOutputs','{"answer": "Your lamp arrives on Friday."}','786f7655644846aabe8e7a0e1734b7f6');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.tokenUsage','{"input_tokens": 12, "output_tokens": 7, "total_tokens": 19}','786f7655644846aabe8e7a0e1734b7f6');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace_schema.version','3','282f632afe614d87a9536f9952c48de3');
INSERT INTO "trace_request_metadata" VALUES('mlflow.user','somebody','282f632afe614d87a9536f9952c48de3');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.name','application.py','282f632afe614d87a9536f9952c48de3');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.type','LOCAL','282f632afe614d87a9536f9952c48de3');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.commit','','282f632afe614d87a9536f9952c48de3');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.repoURL','','282f632afe614d87a9536f9952c48de3');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.branch','','282f632afe614d87a9536f9952c48de3');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.session','session-1','282f632afe614d87a9536f9952c48de3');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.user','user_7','282f632afe614d87a9536f9952c48de3');
INSERT INTO "trace_request_metadata" VALUES('tenant','acme','282f632afe614d87a9536f9952c48de3');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceInputs','{"question": "And if I am not at home?"}','282f632afe614d87a9536f9952c48de3');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceOutputs','{"answer": "Then a neighbour takes it."}','282f632afe614d87a9536f9952c48de3');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.tokenUsage','{"input_tokens": 30, "output_tokens": 6, "total_tokens": 36}','282f632afe614d87a9536f9952c48de3');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace_schema.version','3','58b50160c8484ccaaf9d6bfac1f1211b');
INSERT INTO "trace_request_metadata" VALUES('mlflow.user','somebody','58b50160c8484ccaaf9d6bfac1f1211b');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.name','application.py','58b50160c8484ccaaf9d6bfac1f1211b');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.type','LOCAL','58b50160c8484ccaaf9d6bfac1f1211b');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.commit','','58b50160c8484ccaaf9d6bfac1f1211b');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.repoURL','','58b50160c8484ccaaf9d6bfac1f1211b');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.branch','','58b50160c8484ccaaf9d6bfac1f1211b');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.user','user_8','58b50160c8484ccaaf9d6bfac1f1211b');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceInputs','{"order": "A-1042"}','58b50160c8484ccaaf9d6bfac1f1211b');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceOutputs','','58b50160c8484ccaaf9d6bfac1f1211b');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace_schema.version','3','9dd1da7d5ec9441b953f7adf65966f74');
INSERT INTO "trace_request_metadata" VALUES('mlflow.user','somebody','9dd1da7d5ec9441b953f7adf65966f74');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.name','application.py','9dd1da7d5ec9441b953f7adf65966f74');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.type','LOCAL','9dd1da7d5ec9441b953f7adf65966f74');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.commit','','9dd1da7d5ec9441b953f7adf65966f74');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.repoURL','','9dd1da7d5ec9441b953f7adf65966f74');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.branch','','9dd1da7d5ec9441b953f7adf65966f74');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceInputs','{"question": "Where is my parcel?"}','9dd1da7d5ec9441b953f7adf65966f74');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceOutputs','{"answer": "With the carrier."}','9dd1da7d5ec9441b953f7adf65966f74');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace_schema.version','3','3f695b79fdc24b55ab3a619476389556');
INSERT INTO "trace_request_metadata" VALUES('mlflow.user','somebody','3f695b79fdc24b55ab3a619476389556');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.name','application.py','3f695b79fdc24b55ab3a619476389556');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.type','LOCAL','3f695b79fdc24b55ab3a619476389556');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.commit','','3f695b79fdc24b55ab3a619476389556');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.repoURL','','3f695b79fdc24b55ab3a619476389556');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.branch','','3f695b79fdc24b55ab3a619476389556');
INSERT INTO "trace_request_metadata" VALUES('mlflow.modelId','m-0123456789abcdef0123456789abcdef','3f695b79fdc24b55ab3a619476389556');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceInputs','"in plain text"','3f695b79fdc24b55ab3a619476389556');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceOutputs','"out plain text"','3f695b79fdc24b55ab3a619476389556');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace_schema.version','3','bf5cc91db6c5462f9777fdc8939a89b2');
INSERT INTO "trace_request_metadata" VALUES('mlflow.user','somebody','bf5cc91db6c5462f9777fdc8939a89b2');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.name','application.py','bf5cc91db6c5462f9777fdc8939a89b2');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.type','LOCAL','bf5cc91db6c5462f9777fdc8939a89b2');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.commit','','bf5cc91db6c5462f9777fdc8939a89b2');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.repoURL','','bf5cc91db6c5462f9777fdc8939a89b2');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.branch','','bf5cc91db6c5462f9777fdc8939a89b2');
INSERT INTO "trace_request_metadata" VALUES('überschrift','größer','bf5cc91db6c5462f9777fdc8939a89b2');
INSERT INTO "trace_request_metadata" VALUES('tenant/region','eu-west','bf5cc91db6c5462f9777fdc8939a89b2');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceInputs','{"text": "a 50%_off \"sale\" für 東京"}','bf5cc91db6c5462f9777fdc8939a89b2');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceOutputs','{"ok": true}','bf5cc91db6c5462f9777fdc8939a89b2');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace_schema.version','3','937782d31b70448aa8a69ce9c6974d15');
INSERT INTO "trace_request_metadata" VALUES('mlflow.user','somebody','937782d31b70448aa8a69ce9c6974d15');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.name','application.py','937782d31b70448aa8a69ce9c6974d15');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.type','LOCAL','937782d31b70448aa8a69ce9c6974d15');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.commit','','937782d31b70448aa8a69ce9c6974d15');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.repoURL','','937782d31b70448aa8a69ce9c6974d15');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.branch','','937782d31b70448aa8a69ce9c6974d15');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceInputs','{"pages": [{"text": "short"}, {"text": "line 0 of a long report, line 1 of a long report, line 2 of a long report, line 3 of a long report, line 4 of a long report, line 5 of a long report, line 6 of a long report, line 7 of a long report, line 8 ...','937782d31b70448aa8a69ce9c6974d15');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceOutputs','"done"','937782d31b70448aa8a69ce9c6974d15');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace_schema.version','3','3c9b715185a842638672281ef43c1e12');
INSERT INTO "trace_request_metadata" VALUES('mlflow.user','somebody','3c9b715185a842638672281ef43c1e12');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.name','application.py','3c9b715185a842638672281ef43c1e12');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.type','LOCAL','3c9b715185a842638672281ef43c1e12');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.commit','','3c9b715185a842638672281ef43c1e12');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.repoURL','','3c9b715185a842638672281ef43c1e12');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.branch','','3c9b715185a842638672281ef43c1e12');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace_schema.version','3','459a98b998a7488ea83d14231c2710af');
INSERT INTO "trace_request_metadata" VALUES('mlflow.user','somebody','459a98b998a7488ea83d14231c2710af');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.name','application.py','459a98b998a7488ea83d14231c2710af');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.type','LOCAL','459a98b998a7488ea83d14231c2710af');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.commit','','459a98b998a7488ea83d14231c2710af');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.repoURL','','459a98b998a7488ea83d14231c2710af');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.branch','','459a98b998a7488ea83d14231c2710af');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace_schema.version','3','d46315200bc94f9cb73ba88ce6f4dc98');
INSERT INTO "trace_request_metadata" VALUES('mlflow.user','somebody','d46315200bc94f9cb73ba88ce6f4dc98');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.name','application.py','d46315200bc94f9cb73ba88ce6f4dc98');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.type','LOCAL','d46315200bc94f9cb73ba88ce6f4dc98');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.commit','','d46315200bc94f9cb73ba88ce6f4dc98');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.repoURL','','d46315200bc94f9cb73ba88ce6f4dc98');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.branch','','d46315200bc94f9cb73ba88ce6f4dc98');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.session','chat-7','d46315200bc94f9cb73ba88ce6f4dc98');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.user','ana','d46315200bc94f9cb73ba88ce6f4dc98');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceInputs','{"question": "What does the plan cost?"}','d46315200bc94f9cb73ba88ce6f4dc98');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceOutputs','{"answer": "Twelve euros a month."}','d46315200bc94f9cb73ba88ce6f4dc98');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.tokenUsage','{"input_tokens": 1200, "output_tokens": 80, "total_tokens": 1280}','d46315200bc94f9cb73ba88ce6f4dc98');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace_schema.version','3','f8e37698ea95418ba0720cae94fce469');
INSERT INTO "trace_request_metadata" VALUES('mlflow.user','somebody','f8e37698ea95418ba0720cae94fce469');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.name','application.py','f8e37698ea95418ba0720cae94fce469');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.type','LOCAL','f8e37698ea95418ba0720cae94fce469');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.commit','','f8e37698ea95418ba0720cae94fce469');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.repoURL','','f8e37698ea95418ba0720cae94fce469');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.branch','','f8e37698ea95418ba0720cae94fce469');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.session','chat-8','f8e37698ea95418ba0720cae94fce469');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceInputs','{"items": 15}','f8e37698ea95418ba0720cae94fce469');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceOutputs','{"items": 15}','f8e37698ea95418ba0720cae94fce469');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace_schema.version','3','a1f02ea2718145b39f5fc1a9031291c3');
INSERT INTO "trace_request_metadata" VALUES('mlflow.user','somebody','a1f02ea2718145b39f5fc1a9031291c3');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.name','application.py','a1f02ea2718145b39f5fc1a9031291c3');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.type','LOCAL','a1f02ea2718145b39f5fc1a9031291c3');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.commit','','a1f02ea2718145b39f5fc1a9031291c3');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.repoURL','','a1f02ea2718145b39f5fc1a9031291c3');
INSERT INTO "trace_request_metadata" VALUES('mlflow.source.git.branch','','a1f02ea2718145b39f5fc1a9031291c3');
INSERT INTO "trace_request_metadata" VALUES('mlflow.trace.user','Zoë','a1f02ea2718145b39f5fc1a9031291c3');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceInputs','{"text": "Добрый день 🚀 naïve café, 東京タワー, مرحبا"}','a1f02ea2718145b39f5fc1a9031291c3');
INSERT INTO "trace_request_metadata" VALUES('mlflow.traceOutputs','{"text": "ابحرم ,ーワタ京東 ,éfac evïan 🚀 ьнед йырбоД"}','a1f02ea2718145b39f5fc1a9031291c3');
CREATE TABLE "trace_tags" (
 "key" VARCHAR(250) NOT NULL, 
 value VARCHAR(8000), 
 request_id VARCHAR(50) NOT NULL, 
 CONSTRAINT trace_tag_pk PRIMARY KEY ("key", request_id), 
 CONSTRAINT fk_trace_tags_request_id FOREIGN KEY(request_id) REFERENCES trace_info (request_id) ON DELETE CASCADE
);
INSERT INTO "trace_tags" VALUES('mlflow.traceName','evaluate','926cc5044e1d4773895bc08eedb6253f');
INSERT INTO "trace_tags" VALUES('mlflow.artifactLocation','@FOLDER@/1/traces/926cc5044e1d4773895bc08eedb6253f/artifacts','926cc5044e1d4773895bc08eedb6253f');
INSERT INTO "trace_tags" VALUES('job','nightly','926cc5044e1d4773895bc08eedb6253f');
INSERT INTO "trace_tags" VALUES('mlflow.traceName','support_agent','786f7655644846aabe8e7a0e1734b7f6');
INSERT INTO "trace_tags" VALUES('mlflow.artifactLocation','@FOLDER@/1/traces/786f7655644846aabe8e7a0e1734b7f6/artifacts','786f7655644846aabe8e7a0e1734b7f6');
INSERT INTO "trace_tags" VALUES('environment','production','786f7655644846aabe8e7a0e1734b7f6');
INSERT INTO "trace_tags" VALUES('model-name','gpt-4o','786f7655644846aabe8e7a0e1734b7f6');
INSERT INTO "trace_tags" VALUES('mlflow.traceName','support_agent','282f632afe614d87a9536f9952c48de3');
INSERT INTO "trace_tags" VALUES('mlflow.artifactLocation','@FOLDER@/1/traces/282f632afe614d87a9536f9952c48de3/artifacts','282f632afe614d87a9536f9952c48de3');
INSERT INTO "trace_tags" VALUES('environment','production','282f632afe614d87a9536f9952c48de3');
INSERT INTO "trace_tags" VALUES('mlflow.traceName','refund','58b50160c8484ccaaf9d6bfac1f1211b');
INSERT INTO "trace_tags" VALUES('mlflow.artifactLocation','@FOLDER@/1/traces/58b50160c8484ccaaf9d6bfac1f1211b/artifacts','58b50160c8484ccaaf9d6bfac1f1211b');
INSERT INTO "trace_tags" VALUES('environment','staging','58b50160c8484ccaaf9d6bfac1f1211b');
INSERT INTO "trace_tags" VALUES('mlflow.traceName','support_agent','9dd1da7d5ec9441b953f7adf65966f74');
INSERT INTO "trace_tags" VALUES('mlflow.artifactLocation','@FOLDER@/1/traces/9dd1da7d5ec9441b953f7adf65966f74/artifacts','9dd1da7d5ec9441b953f7adf65966f74');
INSERT INTO "trace_tags" VALUES('environment','staging','9dd1da7d5ec9441b953f7adf65966f74');
INSERT INTO "trace_tags" VALUES('mlflow.traceName','predict','3f695b79fdc24b55ab3a619476389556');
INSERT INTO "trace_tags" VALUES('mlflow.artifactLocation','@FOLDER@/1/traces/3f695b79fdc24b55ab3a619476389556/artifacts','3f695b79fdc24b55ab3a619476389556');
INSERT INTO "trace_tags" VALUES('mlflow.traceName','größer than 100% ''sure''','bf5cc91db6c5462f9777fdc8939a89b2');
INSERT INTO "trace_tags" VALUES('mlflow.artifactLocation','@FOLDER@/1/traces/bf5cc91db6c5462f9777fdc8939a89b2/artifacts','bf5cc91db6c5462f9777fdc8939a89b2');
INSERT INTO "trace_tags" VALUES('quotes','both '' and "','bf5cc91db6c5462f9777fdc8939a89b2');
INSERT INTO "trace_tags" VALUES('note','100%_sure','bf5cc91db6c5462f9777fdc8939a89b2');
INSERT INTO "trace_tags" VALUES('back','C:\temp\','bf5cc91db6c5462f9777fdc8939a89b2');
INSERT INTO "trace_tags" VALUES('name','a tag called name','bf5cc91db6c5462f9777fdc8939a89b2');
INSERT INTO "trace_tags" VALUES('mlflow.traceName','report','937782d31b70448aa8a69ce9c6974d15');
INSERT INTO "trace_tags" VALUES('mlflow.artifactLocation','@FOLDER@/1/traces/937782d31b70448aa8a69ce9c6974d15/artifacts','937782d31b70448aa8a69ce9c6974d15');
INSERT INTO "trace_tags" VALUES('mlflow.traceName','index','3c9b715185a842638672281ef43c1e12');
INSERT INTO "trace_tags" VALUES('mlflow.artifactLocation','@FOLDER@/1/traces/3c9b715185a842638672281ef43c1e12/artifacts','3c9b715185a842638672281ef43c1e12');
INSERT INTO "trace_tags" VALUES('mlflow.traceName','index','459a98b998a7488ea83d14231c2710af');
INSERT INTO "trace_tags" VALUES('mlflow.artifactLocation','@FOLDER@/1/traces/459a98b998a7488ea83d14231c2710af/artifacts','459a98b998a7488ea83d14231c2710af');
INSERT INTO "trace_tags" VALUES('mlflow.linkedPrompts','[{"name": "greeting", "version": "1"}]','3f695b79fdc24b55ab3a619476389556');
INSERT INTO "trace_tags" VALUES('mlflow.traceName','answer','d46315200bc94f9cb73ba88ce6f4dc98');
INSERT INTO "trace_tags" VALUES('mlflow.artifactLocation','@FOLDER@/2/traces/d46315200bc94f9cb73ba88ce6f4dc98/artifacts','d46315200bc94f9cb73ba88ce6f4dc98');
INSERT INTO "trace_tags" VALUES('tier','gold','d46315200bc94f9cb73ba88ce6f4dc98');
INSERT INTO "trace_tags" VALUES('mlflow.traceName','pipeline','f8e37698ea95418ba0720cae94fce469');
INSERT INTO "trace_tags" VALUES('mlflow.artifactLocation','@FOLDER@/2/traces/f8e37698ea95418ba0720cae94fce469/artifacts','f8e37698ea95418ba0720cae94fce469');
INSERT INTO "trace_tags" VALUES('tier','silver','f8e37698ea95418ba0720cae94fce469');
INSERT INTO "trace_tags" VALUES('mlflow.traceName','übersetzen 🚀','a1f02ea2718145b39f5fc1a9031291c3');
INSERT INTO "trace_tags" VALUES('mlflow.artifactLocation','@FOLDER@/2/traces/a1f02ea2718145b39f5fc1a9031291c3/artifacts','a1f02ea2718145b39f5fc1a9031291c3');
INSERT INTO "trace_tags" VALUES('língua','português','a1f02ea2718145b39f5fc1a9031291c3');
INSERT INTO "trace_tags" VALUES('emoji','🚀','a1f02ea2718145b39f5fc1a9031291c3');
INSERT INTO "trace_tags" VALUES('mlflow.linkedPrompts','[{"name": "greeting", "version": "2"}]','d46315200bc94f9cb73ba88ce6f4dc98');
CREATE INDEX index_metrics_run_uuid ON metrics (run_uuid);
CREATE INDEX index_latest_metrics_run_uuid ON latest_metrics (run_uuid);
CREATE INDEX index_inputs_destination_type_destination_id_source_type ON inputs (destination_type, destination_id, source_type);
CREATE INDEX index_inputs_input_uuid ON inputs (input_uuid);
CREATE INDEX index_params_run_uuid ON params (run_uuid);
CREATE INDEX index_trace_info_experiment_id_timestamp_ms ON trace_info (experiment_id, timestamp_ms);
CREATE INDEX index_trace_tags_request_id ON trace_tags (request_id);
CREATE INDEX index_trace_request_metadata_request_id ON trace_request_metadata (request_id);
CREATE INDEX index_tags_run_uuid ON tags (run_uuid);
CREATE INDEX index_datasets_experiment_id_dataset_source_type ON datasets (experiment_id, dataset_source_type);
CREATE INDEX index_datasets_dataset_uuid ON datasets (dataset_uuid);
CREATE INDEX index_logged_model_metrics_model_id ON logged_model_metrics (model_id);
COMMIT;
