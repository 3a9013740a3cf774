CREATE TABLE public.alembic_version (
 version_num character varying(32) NOT NULL
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
CREATE TABLE public.experiment_tags (
 key character varying(250) NOT NULL,
 value character varying(5000),
 experiment_id integer NOT NULL
);
CREATE TABLE public.experiments (
 experiment_id integer NOT NULL,
 name character varying(256) NOT NULL,
 artifact_location character varying(256),
 lifecycle_stage character varying(32),
 creation_time bigint,
 last_update_time bigint,
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
CREATE TABLE public.metrics (
 key character varying(250) NOT NULL,
 value double precision NOT NULL,
 "timestamp" bigint NOT NULL,
 run_uuid character varying(32) NOT NULL,
 step bigint DEFAULT '0'::bigint NOT NULL,
 is_nan boolean DEFAULT false NOT NULL
);
CREATE TABLE public.model_version_tags (
 key character varying(250) NOT NULL,
 value text,
 name character varying(256) NOT NULL,
 version integer NOT NULL
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
 storage_location character varying(500)
);
CREATE TABLE public.params (
 key character varying(250) NOT NULL,
 value character varying(8000) NOT NULL,
 run_uuid character varying(32) NOT NULL
);
CREATE TABLE public.registered_model_aliases (
 alias character varying(256) NOT NULL,
 version integer NOT NULL,
 name character varying(256) NOT NULL
);
CREATE TABLE public.registered_model_tags (
 key character varying(250) NOT NULL,
 value character varying(5000),
 name character varying(256) NOT NULL
);
CREATE TABLE public.registered_models (
 name character varying(256) NOT NULL,
 creation_time bigint,
 last_updated_time bigint,
 description character varying(5000)
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
 status character varying(50) NOT NULL
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
ALTER TABLE ONLY public.experiments ALTER COLUMN experiment_id SET DEFAULT nextval('public.experiments_experiment_id_seq'::regclass);
INSERT INTO public.alembic_version VALUES
	('bda7b8c39065');
INSERT INTO public.experiments VALUES
	(0, 'Default', '@FOLDER@/0', 'active', 1765454403209, 1765454403209),
	(1, 'shop', '@FOLDER@/1', 'active', 1765454403211, 1765454403211),
	(2, 'assistant', '@FOLDER@/2', 'active', 1765454403633, 1765454403633);
INSERT INTO public.model_version_tags VALUES
	('mlflow.prompt.is_prompt', 'true', 'greeting', 1),
	('mlflow.prompt.text', 'Greet {{who}}.', 'greeting', 1),
	('mlflow.prompt.is_prompt', 'true', 'greeting', 2),
	('mlflow.prompt.text', 'Greet {{who}}.', 'greeting', 2);
INSERT INTO public.model_versions VALUES
	('greeting', 1, 1765454403620, 1765454403620, NULL, NULL, 'None', 'dummy-source', NULL, 'READY', NULL, NULL, 'dummy-source'),
	('greeting', 2, 1765454403678, 1765454403678, NULL, NULL, 'None', 'dummy-source', NULL, 'READY', NULL, NULL, 'dummy-source');
INSERT INTO public.registered_model_tags VALUES
	('mlflow.prompt.is_prompt', 'true', 'greeting');
INSERT INTO public.registered_models VALUES
	('greeting', 1765454403615, 1765454403678, NULL);
INSERT INTO public.runs VALUES
	('e2450a557b4f42899adc99d277918350', 'invincible-kit-991', 'UNKNOWN', '', '', 'somebody', 'FINISHED', 1765454403333, 1765454403445, '', 'active', '@FOLDER@/1/e2450a557b4f42899adc99d277918350/artifacts', 1, NULL);
INSERT INTO public.tags VALUES
	('mlflow.user', 'somebody', 'e2450a557b4f42899adc99d277918350'),
	('mlflow.source.name', 'application.py', 'e2450a557b4f42899adc99d277918350'),
	('mlflow.source.type', 'LOCAL', 'e2450a557b4f42899adc99d277918350'),
	('mlflow.runName', 'invincible-kit-991', 'e2450a557b4f42899adc99d277918350');
INSERT INTO public.trace_info VALUES
	('926cc5044e1d4773895bc08eedb6253f', 1, 1765453900000, 62000, 'OK'),
	('786f7655644846aabe8e7a0e1734b7f6', 1, 1765453500000, 300, 'OK'),
	('282f632afe614d87a9536f9952c48de3', 1, 1765453600000, 280, 'OK'),
	('58b50160c8484ccaaf9d6bfac1f1211b', 1, 1765453700000, 150, 'ERROR'),
	('9dd1da7d5ec9441b953f7adf65966f74', 1, 1765453800000, 500, 'OK'),
	('3f695b79fdc24b55ab3a619476389556', 1, 1765454000000, 40, 'OK'),
	('bf5cc91db6c5462f9777fdc8939a89b2', 1, 1765454100000, 30, 'OK'),
	('937782d31b70448aa8a69ce9c6974d15', 1, 1765454200000, 5000, 'OK'),
	('3c9b715185a842638672281ef43c1e12', 1, 1765454300000, NULL, 'IN_PROGRESS'),
	('459a98b998a7488ea83d14231c2710af', 1, 1765454350000, NULL, 'IN_PROGRESS'),
	('d46315200bc94f9cb73ba88ce6f4dc98', 2, 1765450800000, 1500, 'OK'),
	('f8e37698ea95418ba0720cae94fce469', 2, 1765450900000, 400, 'OK'),
	('a1f02ea2718145b39f5fc1a9031291c3', 2, 1765451000000, 60, 'OK');
INSERT INTO public.trace_request_metadata VALUES
	('mlflow.trace_schema.version', '3', '926cc5044e1d4773895bc08eedb6253f'),
	('mlflow.user', 'somebody', '926cc5044e1d4773895bc08eedb6253f'),
	('mlflow.source.name', 'application.py', '926cc5044e1d4773895bc08eedb6253f'),
	('mlflow.source.type', 'LOCAL', '926cc5044e1d4773895bc08eedb6253f'),
	('mlflow.source.git.commit', '', '926cc5044e1d4773895bc08eedb6253f'),
	('mlflow.source.git.repoURL', '', '926cc5044e1d4773895bc08eedb6253f'),
	('mlflow.source.git.branch', '', '926cc5044e1d4773895bc08eedb6253f'),
	('mlflow.sourceRun', 'e2450a557b4f42899adc99d277918350', '926cc5044e1d4773895bc08eedb6253f'),
	('dataset', 'faq', '926cc5044e1d4773895bc08eedb6253f'),
	('mlflow.traceInputs', '{"questions": 40}', '926cc5044e1d4773895bc08eedb6253f'),
	('mlflow.traceOutputs', '{"right": 38}', '926cc5044e1d4773895bc08eedb6253f'),
	('mlflow.trace_schema.version', '3', '786f7655644846aabe8e7a0e1734b7f6'),
	('mlflow.user', 'somebody', '786f7655644846aabe8e7a0e1734b7f6'),
	('mlflow.source.name', 'application.py', '786f7655644846aabe8e7a0e1734b7f6'),
	('mlflow.source.type', 'LOCAL', '786f7655644846aabe8e7a0e1734b7f6'),
	('mlflow.source.git.commit', '', '786f7655644846aabe8e7a0e1734b7f6'),
	('mlflow.source.git.repoURL', '', '786f7655644846aabe8e7a0e1734b7f6'),
	('mlflow.source.git.branch', '', '786f7655644846aabe8e7a0e1734b7f6'),
	('mlflow.trace.session', 'session-1', '786f7655644846aabe8e7a0e1734b7f6'),
	('mlflow.trace.user', 'user_7', '786f7655644846aabe8e7a0e1734b7f6'),
	('tenant', 'acme', '786f7655644846aabe8e7a0e1734b7f6'),
	('mlflow.traceInputs', '{"question": "When will my lamp arrive?"}', '786f7655644846aabe8e7a0e1734b7f6'),
	('mlflow.traceOutputs', '{"answer": "Your lamp arrives on Friday."}', '786f7655644846aabe8e7a0e1734b7f6'),
	('mlflow.trace.tokenUsage', '{"input_tokens": 12, "output_tokens": 7, "total_tokens": 19}', '786f7655644846aabe8e7a0e1734b7f6'),
	('mlflow.trace_schema.version', '3', '282f632afe614d87a9536f9952c48de3'),
	('mlflow.user', 'somebody', '282f632afe614d87a9536f9952c48de3'),
	('mlflow.source.name', 'application.py', '282f632afe614d87a9536f9952c48de3'),
	('mlflow.source.type', 'LOCAL', '282f632afe614d87a9536f9952c48de3'),
	('mlflow.source.git.commit', '', '282f632afe614d87a9536f9952c48de3'),
	('mlflow.source.git.repoURL', '', '282f632afe614d87a9536f9952c48de3'),
	('mlflow.source.git.branch', '', '282f632afe614d87a9536f9952c48de3'),
	('mlflow.trace.session', 'session-1', '282f632afe614d87a9536f9952c48de3'),
	('mlflow.trace.user', 'user_7', '282f632afe614d87a9536f9952c48de3'),
	('tenant', 'acme', '282f632afe614d87a9536f9952c48de3'),
	('mlflow.traceInputs', '{"question": "And if I am not at home?"}', '282f632afe614d87a9536f9952c48de3'),
	('mlflow.traceOutputs', '{"answer": "Then a neighbour takes it."}', '282f632afe614d87a9536f9952c48de3'),
	('mlflow.trace.tokenUsage', '{"input_tokens": 30, "output_tokens": 6, "total_tokens": 36}', '282f632afe614d87a9536f9952c48de3'),
	('mlflow.trace_schema.version', '3', '58b50160c8484ccaaf9d6bfac1f1211b'),
	('mlflow.user', 'somebody', '58b50160c8484ccaaf9d6bfac1f1211b'),
	('mlflow.source.name', 'application.py', '58b50160c8484ccaaf9d6bfac1f1211b'),
	('mlflow.source.type', 'LOCAL', '58b50160c8484ccaaf9d6bfac1f1211b'),
	('mlflow.source.git.commit', '', '58b50160c8484ccaaf9d6bfac1f1211b'),
	('mlflow.source.git.repoURL', '', '58b50160c8484ccaaf9d6bfac1f1211b'),
	('mlflow.source.git.branch', '', '58b50160c8484ccaaf9d6bfac1f1211b'),
	('mlflow.trace.user', 'user_8', '58b50160c8484ccaaf9d6bfac1f1211b'),
	('mlflow.traceInputs', '{"order": "A-1042"}', '58b50160c8484ccaaf9d6bfac1f1211b'),
	('mlflow.traceOutputs', '', '58b50160c8484ccaaf9d6bfac1f1211b'),
	('mlflow.trace_schema.version', '3', '9dd1da7d5ec9441b953f7adf65966f74'),
	('mlflow.user', 'somebody', '9dd1da7d5ec9441b953f7adf65966f74'),
	('mlflow.source.name', 'application.py', '9dd1da7d5ec9441b953f7adf65966f74');
INSERT INTO public.trace_request_metadata VALUES
	('mlflow.source.type', 'LOCAL', '9dd1da7d5ec9441b953f7adf65966f74'),
	('mlflow.source.git.commit', '', '9dd1da7d5ec9441b953f7adf65966f74'),
	('mlflow.source.git.repoURL', '', '9dd1da7d5ec9441b953f7adf65966f74'),
	('mlflow.source.git.branch', '', '9dd1da7d5ec9441b953f7adf65966f74'),
	('mlflow.traceInputs', '{"question": "Where is my parcel?"}', '9dd1da7d5ec9441b953f7adf65966f74'),
	('mlflow.traceOutputs', '{"answer": "With the carrier."}', '9dd1da7d5ec9441b953f7adf65966f74'),
	('mlflow.trace_schema.version', '3', '3f695b79fdc24b55ab3a619476389556'),
	('mlflow.user', 'somebody', '3f695b79fdc24b55ab3a619476389556'),
	('mlflow.source.name', 'application.py', '3f695b79fdc24b55ab3a619476389556'),
	('mlflow.source.type', 'LOCAL', '3f695b79fdc24b55ab3a619476389556'),
	('mlflow.source.git.commit', '', '3f695b79fdc24b55ab3a619476389556'),
	('mlflow.source.git.repoURL', '', '3f695b79fdc24b55ab3a619476389556'),
	('mlflow.source.git.branch', '', '3f695b79fdc24b55ab3a619476389556'),
	('mlflow.modelId', 'm-0123456789abcdef0123456789abcdef', '3f695b79fdc24b55ab3a619476389556'),
	('mlflow.traceInputs', '"in plain text"', '3f695b79fdc24b55ab3a619476389556'),
	('mlflow.traceOutputs', '"out plain text"', '3f695b79fdc24b55ab3a619476389556'),
	('mlflow.trace_schema.version', '3', 'bf5cc91db6c5462f9777fdc8939a89b2'),
	('mlflow.user', 'somebody', 'bf5cc91db6c5462f9777fdc8939a89b2'),
	('mlflow.source.name', 'application.py', 'bf5cc91db6c5462f9777fdc8939a89b2'),
	('mlflow.source.type', 'LOCAL', 'bf5cc91db6c5462f9777fdc8939a89b2'),
	('mlflow.source.git.commit', '', 'bf5cc91db6c5462f9777fdc8939a89b2'),
	('mlflow.source.git.repoURL', '', 'bf5cc91db6c5462f9777fdc8939a89b2'),
	('mlflow.source.git.branch', '', 'bf5cc91db6c5462f9777fdc8939a89b2'),
	('überschrift', 'größer', 'bf5cc91db6c5462f9777fdc8939a89b2'),
	('tenant/region', 'eu-west', 'bf5cc91db6c5462f9777fdc8939a89b2'),
	('mlflow.traceInputs', '{"text": "a 50%_off \"sale\" für 東京"}', 'bf5cc91db6c5462f9777fdc8939a89b2'),
	('mlflow.traceOutputs', '{"ok": true}', 'bf5cc91db6c5462f9777fdc8939a89b2'),
	('mlflow.trace_schema.version', '3', '937782d31b70448aa8a69ce9c6974d15'),
	('mlflow.user', 'somebody', '937782d31b70448aa8a69ce9c6974d15'),
	('mlflow.source.name', 'application.py', '937782d31b70448aa8a69ce9c6974d15'),
	('mlflow.source.type', 'LOCAL', '937782d31b70448aa8a69ce9c6974d15'),
	('mlflow.source.git.commit', '', '937782d31b70448aa8a69ce9c6974d15'),
	('mlflow.source.git.repoURL', '', '937782d31b70448aa8a69ce9c6974d15'),
	('mlflow.source.git.branch', '', '937782d31b70448aa8a69ce9c6974d15'),
	('mlflow.trace_schema.version', '3', 'd46315200bc94f9cb73ba88ce6f4dc98'),
	('mlflow.traceInputs', '{"pages": [{"text": "short"}, {"text": "line 0 of a long report, line 1 of a long report, line 2 of a long report, line 3 of a long report, line 4 of a long report, line 5 of a long report, line 6 of a long report, line 7 of a long report, line 8 ...', '937782d31b70448aa8a69ce9c6974d15'),
	('mlflow.traceOutputs', '"done"', '937782d31b70448aa8a69ce9c6974d15'),
	('mlflow.trace_schema.version', '3', '3c9b715185a842638672281ef43c1e12'),
	('mlflow.user', 'somebody', '3c9b715185a842638672281ef43c1e12'),
	('mlflow.source.name', 'application.py', '3c9b715185a842638672281ef43c1e12'),
	('mlflow.source.type', 'LOCAL', '3c9b715185a842638672281ef43c1e12'),
	('mlflow.source.git.commit', '', '3c9b715185a842638672281ef43c1e12'),
	('mlflow.source.git.repoURL', '', '3c9b715185a842638672281ef43c1e12'),
	('mlflow.source.git.branch', '', '3c9b715185a842638672281ef43c1e12'),
	('mlflow.trace_schema.version', '3', '459a98b998a7488ea83d14231c2710af'),
	('mlflow.user', 'somebody', '459a98b998a7488ea83d14231c2710af'),
	('mlflow.source.name', 'application.py', '459a98b998a7488ea83d14231c2710af'),
	('mlflow.source.type', 'LOCAL', '459a98b998a7488ea83d14231c2710af'),
	('mlflow.source.git.commit', '', '459a98b998a7488ea83d14231c2710af'),
	('mlflow.source.git.repoURL', '', '459a98b998a7488ea83d14231c2710af');
INSERT INTO public.trace_request_metadata VALUES
	('mlflow.source.git.branch', '', '459a98b998a7488ea83d14231c2710af'),
	('mlflow.trace.session', 'chat-7', 'd46315200bc94f9cb73ba88ce6f4dc98'),
	('mlflow.trace.user', 'ana', 'd46315200bc94f9cb73ba88ce6f4dc98'),
	('mlflow.traceInputs', '{"question": "What does the plan cost?"}', 'd46315200bc94f9cb73ba88ce6f4dc98'),
	('mlflow.traceOutputs', '{"answer": "Twelve euros a month."}', 'd46315200bc94f9cb73ba88ce6f4dc98'),
	('mlflow.trace.tokenUsage', '{"input_tokens": 1200, "output_tokens": 80, "total_tokens": 1280}', 'd46315200bc94f9cb73ba88ce6f4dc98'),
	('mlflow.trace_schema.version', '3', 'f8e37698ea95418ba0720cae94fce469'),
	('mlflow.user', 'somebody', 'f8e37698ea95418ba0720cae94fce469'),
	('mlflow.source.name', 'application.py', 'f8e37698ea95418ba0720cae94fce469'),
	('mlflow.source.type', 'LOCAL', 'f8e37698ea95418ba0720cae94fce469'),
	('mlflow.source.git.commit', '', 'f8e37698ea95418ba0720cae94fce469'),
	('mlflow.source.git.repoURL', '', 'f8e37698ea95418ba0720cae94fce469'),
	('mlflow.source.git.branch', '', 'f8e37698ea95418ba0720cae94fce469'),
	('mlflow.trace.user', 'Zoë', 'a1f02ea2718145b39f5fc1a9031291c3'),
	('mlflow.traceInputs', '{"text": "Добрый день 🚀 naïve café, 東京タワー, مرحبا"}', 'a1f02ea2718145b39f5fc1a9031291c3'),
	('mlflow.traceOutputs', '{"text": "ابحرم ,ーワタ京東 ,éfac evïan 🚀 ьнед йырбоД"}', 'a1f02ea2718145b39f5fc1a9031291c3'),
	('mlflow.user', 'somebody', 'd46315200bc94f9cb73ba88ce6f4dc98'),
	('mlflow.source.name', 'application.py', 'd46315200bc94f9cb73ba88ce6f4dc98'),
	('mlflow.source.type', 'LOCAL', 'd46315200bc94f9cb73ba88ce6f4dc98'),
	('mlflow.source.git.commit', '', 'd46315200bc94f9cb73ba88ce6f4dc98'),
	('mlflow.source.git.repoURL', '', 'd46315200bc94f9cb73ba88ce6f4dc98'),
	('mlflow.source.git.branch', '', 'd46315200bc94f9cb73ba88ce6f4dc98'),
	('mlflow.trace.session', 'chat-8', 'f8e37698ea95418ba0720cae94fce469'),
	('mlflow.traceInputs', '{"items": 15}', 'f8e37698ea95418ba0720cae94fce469'),
	('mlflow.traceOutputs', '{"items": 15}', 'f8e37698ea95418ba0720cae94fce469'),
	('mlflow.trace_schema.version', '3', 'a1f02ea2718145b39f5fc1a9031291c3'),
	('mlflow.user', 'somebody', 'a1f02ea2718145b39f5fc1a9031291c3'),
	('mlflow.source.name', 'application.py', 'a1f02ea2718145b39f5fc1a9031291c3'),
	('mlflow.source.type', 'LOCAL', 'a1f02ea2718145b39f5fc1a9031291c3'),
	('mlflow.source.git.commit', '', 'a1f02ea2718145b39f5fc1a9031291c3'),
	('mlflow.source.git.repoURL', '', 'a1f02ea2718145b39f5fc1a9031291c3'),
	('mlflow.source.git.branch', '', 'a1f02ea2718145b39f5fc1a9031291c3');
INSERT INTO public.trace_tags VALUES
	('mlflow.traceName', 'evaluate', '926cc5044e1d4773895bc08eedb6253f'),
	('mlflow.artifactLocation', '@FOLDER@/1/traces/926cc5044e1d4773895bc08eedb6253f/artifacts', '926cc5044e1d4773895bc08eedb6253f'),
	('job', 'nightly', '926cc5044e1d4773895bc08eedb6253f'),
	('mlflow.traceName', 'support_agent', '786f7655644846aabe8e7a0e1734b7f6'),
	('mlflow.artifactLocation', '@FOLDER@/1/traces/786f7655644846aabe8e7a0e1734b7f6/artifacts', '786f7655644846aabe8e7a0e1734b7f6'),
	('environment', 'production', '786f7655644846aabe8e7a0e1734b7f6'),
	('model-name', 'gpt-4o', '786f7655644846aabe8e7a0e1734b7f6'),
	('mlflow.traceName', 'support_agent', '282f632afe614d87a9536f9952c48de3'),
	('mlflow.artifactLocation', '@FOLDER@/1/traces/282f632afe614d87a9536f9952c48de3/artifacts', '282f632afe614d87a9536f9952c48de3'),
	('environment', 'production', '282f632afe614d87a9536f9952c48de3'),
	('mlflow.traceName', 'refund', '58b50160c8484ccaaf9d6bfac1f1211b'),
	('mlflow.artifactLocation', '@FOLDER@/1/traces/58b50160c8484ccaaf9d6bfac1f1211b/artifacts', '58b50160c8484ccaaf9d6bfac1f1211b'),
	('environment', 'staging', '58b50160c8484ccaaf9d6bfac1f1211b'),
	('mlflow.traceName', 'support_agent', '9dd1da7d5ec9441b953f7adf65966f74'),
	('mlflow.artifactLocation', '@FOLDER@/1/traces/9dd1da7d5ec9441b953f7adf65966f74/artifacts', '9dd1da7d5ec9441b953f7adf65966f74'),
	('environment', 'staging', '9dd1da7d5ec9441b953f7adf65966f74'),
	('mlflow.traceName', 'predict', '3f695b79fdc24b55ab3a619476389556'),
	('mlflow.artifactLocation', '@FOLDER@/1/traces/3f695b79fdc24b55ab3a619476389556/artifacts', '3f695b79fdc24b55ab3a619476389556'),
	('mlflow.traceName', 'größer than 100% ''sure''', 'bf5cc91db6c5462f9777fdc8939a89b2'),
	('mlflow.artifactLocation', '@FOLDER@/1/traces/bf5cc91db6c5462f9777fdc8939a89b2/artifacts', 'bf5cc91db6c5462f9777fdc8939a89b2'),
	('quotes', 'both '' and "', 'bf5cc91db6c5462f9777fdc8939a89b2'),
	('note', '100%_sure', 'bf5cc91db6c5462f9777fdc8939a89b2'),
	('back', 'C:\temp\', 'bf5cc91db6c5462f9777fdc8939a89b2'),
	('name', 'a tag called name', 'bf5cc91db6c5462f9777fdc8939a89b2'),
	('mlflow.traceName', 'report', '937782d31b70448aa8a69ce9c6974d15'),
	('mlflow.artifactLocation', '@FOLDER@/1/traces/937782d31b70448aa8a69ce9c6974d15/artifacts', '937782d31b70448aa8a69ce9c6974d15'),
	('mlflow.traceName', 'index', '3c9b715185a842638672281ef43c1e12'),
	('mlflow.artifactLocation', '@FOLDER@/1/traces/3c9b715185a842638672281ef43c1e12/artifacts', '3c9b715185a842638672281ef43c1e12'),
	('mlflow.traceName', 'index', '459a98b998a7488ea83d14231c2710af'),
	('mlflow.artifactLocation', '@FOLDER@/1/traces/459a98b998a7488ea83d14231c2710af/artifacts', '459a98b998a7488ea83d14231c2710af'),
	('mlflow.linkedPrompts', '[{"name": "greeting", "version": "1"}]', '3f695b79fdc24b55ab3a619476389556'),
	('mlflow.traceName', 'answer', 'd46315200bc94f9cb73ba88ce6f4dc98'),
	('mlflow.artifactLocation', '@FOLDER@/2/traces/d46315200bc94f9cb73ba88ce6f4dc98/artifacts', 'd46315200bc94f9cb73ba88ce6f4dc98'),
	('tier', 'gold', 'd46315200bc94f9cb73ba88ce6f4dc98'),
	('mlflow.traceName', 'pipeline', 'f8e37698ea95418ba0720cae94fce469'),
	('mlflow.artifactLocation', '@FOLDER@/2/traces/f8e37698ea95418ba0720cae94fce469/artifacts', 'f8e37698ea95418ba0720cae94fce469'),
	('tier', 'silver', 'f8e37698ea95418ba0720cae94fce469'),
	('mlflow.traceName', 'übersetzen 🚀', 'a1f02ea2718145b39f5fc1a9031291c3'),
	('mlflow.artifactLocation', '@FOLDER@/2/traces/a1f02ea2718145b39f5fc1a9031291c3/artifacts', 'a1f02ea2718145b39f5fc1a9031291c3'),
	('língua', 'português', 'a1f02ea2718145b39f5fc1a9031291c3'),
	('emoji', '🚀', 'a1f02ea2718145b39f5fc1a9031291c3'),
	('mlflow.linkedPrompts', '[{"name": "greeting", "version": "2"}]', 'd46315200bc94f9cb73ba88ce6f4dc98');
SELECT pg_catalog.setval('public.experiments_experiment_id_seq', 2, true);
ALTER TABLE ONLY public.alembic_version
 ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.datasets
 ADD CONSTRAINT dataset_pk PRIMARY KEY (experiment_id, name, digest);
ALTER TABLE ONLY public.experiments
 ADD CONSTRAINT experiment_pk PRIMARY KEY (experiment_id);
ALTER TABLE ONLY public.experiment_tags
 ADD CONSTRAINT experiment_tag_pk PRIMARY KEY (key, experiment_id);
ALTER TABLE ONLY public.experiments
 ADD CONSTRAINT experiments_name_key UNIQUE (name);
ALTER TABLE ONLY public.input_tags
 ADD CONSTRAINT input_tags_pk PRIMARY KEY (input_uuid, name);
ALTER TABLE ONLY public.inputs
 ADD CONSTRAINT inputs_pk PRIMARY KEY (source_type, source_id, destination_type, destination_id);
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
ALTER TABLE ONLY public.metrics
 ADD CONSTRAINT metric_pk PRIMARY KEY (key, "timestamp", step, run_uuid, value, is_nan);
ALTER TABLE ONLY public.model_versions
 ADD CONSTRAINT model_version_pk PRIMARY KEY (name, version);
ALTER TABLE ONLY public.model_version_tags
 ADD CONSTRAINT model_version_tag_pk PRIMARY KEY (key, name, version);
ALTER TABLE ONLY public.params
 ADD CONSTRAINT param_pk PRIMARY KEY (key, run_uuid);
ALTER TABLE ONLY public.registered_model_aliases
 ADD CONSTRAINT registered_model_alias_pk PRIMARY KEY (name, alias);
ALTER TABLE ONLY public.registered_models
 ADD CONSTRAINT registered_model_pk PRIMARY KEY (name);
ALTER TABLE ONLY public.registered_model_tags
 ADD CONSTRAINT registered_model_tag_pk PRIMARY KEY (key, name);
ALTER TABLE ONLY public.runs
 ADD CONSTRAINT run_pk PRIMARY KEY (run_uuid);
ALTER TABLE ONLY public.tags
 ADD CONSTRAINT tag_pk PRIMARY KEY (key, run_uuid);
ALTER TABLE ONLY public.trace_info
 ADD CONSTRAINT trace_info_pk PRIMARY KEY (request_id);
ALTER TABLE ONLY public.trace_request_metadata
 ADD CONSTRAINT trace_request_metadata_pk PRIMARY KEY (key, request_id);
ALTER TABLE ONLY public.trace_tags
 ADD CONSTRAINT trace_tag_pk PRIMARY KEY (key, request_id);
CREATE INDEX index_datasets_dataset_uuid ON public.datasets USING btree (dataset_uuid);
CREATE INDEX index_datasets_experiment_id_dataset_source_type ON public.datasets USING btree (experiment_id, dataset_source_type);
CREATE INDEX index_inputs_destination_type_destination_id_source_type ON public.inputs USING btree (destination_type, destination_id, source_type);
CREATE INDEX index_inputs_input_uuid ON public.inputs USING btree (input_uuid);
CREATE INDEX index_latest_metrics_run_uuid ON public.latest_metrics USING btree (run_uuid);
CREATE INDEX index_logged_model_metrics_model_id ON public.logged_model_metrics USING btree (model_id);
CREATE INDEX index_metrics_run_uuid ON public.metrics USING btree (run_uuid);
CREATE INDEX index_params_run_uuid ON public.params USING btree (run_uuid);
CREATE INDEX index_tags_run_uuid ON public.tags USING btree (run_uuid);
CREATE INDEX index_trace_info_experiment_id_timestamp_ms ON public.trace_info USING btree (experiment_id, timestamp_ms);
CREATE INDEX index_trace_request_metadata_request_id ON public.trace_request_metadata USING btree (request_id);
CREATE INDEX index_trace_tags_request_id ON public.trace_tags USING btree (request_id);
ALTER TABLE ONLY public.experiment_tags
 ADD CONSTRAINT experiment_tags_experiment_id_fkey FOREIGN KEY (experiment_id) REFERENCES public.experiments(experiment_id);
ALTER TABLE ONLY public.datasets
 ADD CONSTRAINT fk_datasets_experiment_id_experiments FOREIGN KEY (experiment_id) REFERENCES public.experiments(experiment_id) ON DELETE CASCADE;
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
ALTER TABLE ONLY public.trace_info
 ADD CONSTRAINT fk_trace_info_experiment_id FOREIGN KEY (experiment_id) REFERENCES public.experiments(experiment_id);
ALTER TABLE ONLY public.trace_request_metadata
 ADD CONSTRAINT fk_trace_request_metadata_request_id FOREIGN KEY (request_id) REFERENCES public.trace_info(request_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.trace_tags
 ADD CONSTRAINT fk_trace_tags_request_id FOREIGN KEY (request_id) REFERENCES public.trace_info(request_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.latest_metrics
 ADD CONSTRAINT latest_metrics_run_uuid_fkey FOREIGN KEY (run_uuid) REFERENCES public.runs(run_uuid);
ALTER TABLE ONLY public.metrics
 ADD CONSTRAINT metrics_run_uuid_fkey FOREIGN KEY (run_uuid) REFERENCES public.runs(run_uuid);
ALTER TABLE ONLY public.model_version_tags
 ADD CONSTRAINT model_version_tags_name_version_fkey FOREIGN KEY (name, version) REFERENCES public.model_versions(name, version) ON UPDATE CASCADE;
ALTER TABLE ONLY public.model_versions
 ADD CONSTRAINT model_versions_name_fkey FOREIGN KEY (name) REFERENCES public.registered_models(name) ON UPDATE CASCADE;
ALTER TABLE ONLY public.params
 ADD CONSTRAINT params_run_uuid_fkey FOREIGN KEY (run_uuid) REFERENCES public.runs(run_uuid);
ALTER TABLE ONLY public.registered_model_aliases
 ADD CONSTRAINT registered_model_alias_name_fkey FOREIGN KEY (name) REFERENCES public.registered_models(name) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.registered_model_tags
 ADD CONSTRAINT registered_model_tags_name_fkey FOREIGN KEY (name) REFERENCES public.registered_models(name) ON UPDATE CASCADE;
ALTER TABLE ONLY public.runs
 ADD CONSTRAINT runs_experiment_id_fkey FOREIGN KEY (experiment_id) REFERENCES public.experiments(experiment_id);
ALTER TABLE ONLY public.tags
 ADD CONSTRAINT tags_run_uuid_fkey FOREIGN KEY (run_uuid) REFERENCES public.runs(run_uuid);
