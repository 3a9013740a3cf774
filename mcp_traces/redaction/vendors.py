"""The table of credentials that can be told by how they begin, as the services that give them out document it."""

from typing import NamedTuple

ALNUM = "A-Za-z0-9"
WORD = "A-Za-z0-9_-"
DOTTED = "A-Za-z0-9_.-"
BASE64 = "A-Za-z0-9+/=_-"
HEX = "0-9a-f"
UPPER = "A-Z0-9"


class Token(NamedTuple):
    """`begins` is a regular expression without groups, `body` the characters that may follow, `least` how many do.

    `most` is the most there can be, 0 for any number. `cut` is how many are enough where the text stops behind them, 0
    when a beginning is too common to tell by. `run` is the least of them without a `-`, `_` or `.`.
    """

    kind: str
    begins: str
    body: str
    least: int
    most: int = 0
    cut: int = 10
    run: int = 8


TOKENS: tuple[Token, ...] = (
    # Models and what is built around them. Longer beginnings come first where one is the beginning of another.
    Token("anthropic_api_key", "sk-ant-", WORD, 20, cut=14),
    Token("openrouter_api_key", "sk-or-", WORD, 20),
    Token("langfuse_secret_key", "sk-lf-", WORD, 20),
    Token("openai_api_key", "sk-(?:proj|svcacct|admin|None|service)-", WORD, 20),
    Token("openai_api_key", "sess-", ALNUM, 40, cut=0),
    Token("api_key", "sk-", WORD, 20, cut=16, run=16),
    Token("huggingface_token", "hf_", ALNUM, 30),
    Token("huggingface_token", "api_org_", ALNUM, 30),
    Token("groq_api_key", "gsk_", ALNUM, 40),
    Token("xai_api_key", "xai-", ALNUM, 40),
    Token("perplexity_api_key", "pplx-", ALNUM, 40),
    Token("replicate_token", "r8_", ALNUM, 30),
    Token("nvidia_api_key", "nvapi-", WORD, 40),
    Token("cerebras_api_key", "csk-", ALNUM, 40),
    Token("fireworks_api_key", "fw_", ALNUM, 22, cut=0),
    Token("together_api_key", "tgp_v1_", WORD, 30),
    Token("elevenlabs_api_key", "sk_", HEX, 40, cut=0),
    Token("llamacloud_api_key", "llx-", ALNUM, 40, cut=16),
    Token("pinecone_api_key", "pcsk_", WORD, 40),
    Token("tavily_api_key", "tvly-(?:dev-|prod-)?", ALNUM, 20),
    Token("firecrawl_api_key", "fc-", HEX, 32, most=32, cut=0),
    Token("jina_api_key", "jina_", WORD, 40),
    Token("e2b_api_key", "e2b_", HEX, 40),
    Token("apify_token", "apify_api_", ALNUM, 30),
    Token("langsmith_api_key", "lsv2_(?:pt|sk)_", "0-9a-f_", 32),
    Token("langsmith_api_key", "ls__", HEX, 32),
    Token("logfire_token", "pylf_v[0-9]_", WORD, 30),
    Token("databricks_token", "dapi", "0-9a-f-", 32),
    Token("databricks_secret", "dose", HEX, 32, most=32, cut=0),
    # Clouds.
    Token("aws_access_key", "A(?:KIA|SIA|BIA|CCA)", UPPER, 16, most=16, cut=6),
    Token("aws_bedrock_api_key", "ABSK", BASE64, 100),
    Token("aws_bedrock_api_key", "bedrock-api-key-", BASE64, 40),
    Token("google_api_key", "AIza", WORD, 35),
    Token("google_api_key", r"AQ\.Ab", WORD, 35),
    Token("google_oauth_token", r"ya29\.", DOTTED, 30),
    Token("google_refresh_token", "1//0", WORD, 30),
    Token("google_client_secret", "GOCSPX-", WORD, 28),
    Token("alibaba_access_key", "LTAI", ALNUM, 16, most=30),
    Token("tencent_secret_id", "AKID", ALNUM, 32, most=32),
    Token("digitalocean_token", "do[opr]_v1_", HEX, 64),
    Token("heroku_api_key", "HRKU-", WORD, 36),
    Token("netlify_token", "nfp_", ALNUM, 36),
    Token("fly_token", "FlyV1 fm[0-9]", r"A-Za-z0-9+/=_,-", 30),
    Token("supabase_token", "sbp_", HEX, 40),
    Token("supabase_secret_key", "sb_secret_", WORD, 20),
    Token("planetscale_token", "pscale_(?:tkn|pw|oauth)_", DOTTED, 32),
    Token("neon_api_key", "napi_", ALNUM, 40),
    Token("pulumi_token", "pul-", HEX, 40, most=40, cut=0),
    Token("vault_token", r"hv[sbr]\.", WORD, 24, cut=0),
    Token("doppler_token", r"dp\.(?:pt|st|ct|sa|scim|audit)\.", DOTTED, 30, cut=16),
    Token("onepassword_token", "ops_ey", WORD, 60),
    # Code, packages, pipelines.
    Token("github_token", "gh[pousr]_", "A-Za-z0-9_.-", 36),
    Token("github_token", "github_pat_", "A-Za-z0-9_", 40),
    Token("gitlab_token", "gl(?:pat|dt|rt|ptt|cbt|ft|soat|agent|imt|oas)-", DOTTED, 20),
    Token("npm_token", "npm_", ALNUM, 36),
    Token("pypi_token", "pypi-AgE", WORD, 40),
    Token("rubygems_key", "rubygems_", HEX, 48),
    Token("nuget_key", "oy2", "a-z0-9", 43, most=43, cut=0),
    Token("cratesio_token", "cio", ALNUM, 32, most=32, cut=0),
    Token("docker_token", "dckr_(?:pat|oat)_", WORD, 27),
    Token("buildkite_token", "bkua_", HEX, 40),
    Token("sonar_token", "sq[pua]_", HEX, 40),
    Token("circleci_token", "CCIPAT_", WORD, 30),
    Token("postman_api_key", "PMAK-", "0-9a-f-", 50),
    # Messages, mail, payments.
    Token("slack_token", r"xox[a-z](?:\.xox[a-z])?-", WORD, 12),
    Token("slack_token", "xapp-", WORD, 20),
    Token("stripe_key", "[sr]k_(?:live|test)_", ALNUM, 16),
    Token("stripe_webhook_secret", "whsec_", BASE64, 24),
    Token("twilio_api_key", "SK", HEX, 32, most=32, cut=0),
    Token("sendgrid_api_key", r"SG\.", DOTTED, 40),
    Token("mailgun_api_key", "key-", HEX, 32, most=32, cut=0),
    Token("brevo_api_key", "xkeysib-", WORD, 64),
    Token("square_token", "sq0[a-z]{3}-", WORD, 22),
    Token("shopify_token", "shp(?:at|ca|pa|ss)_", "0-9a-fA-F", 32),
    Token("plaid_token", "access-(?:sandbox|development|production)-", "0-9a-f-", 36),
    # Work, design, watching.
    Token("linear_api_key", "lin_(?:api|oauth)_", ALNUM, 30),
    Token("notion_token", "ntn_", ALNUM, 40),
    Token("notion_token", "secret_", ALNUM, 43, most=43, cut=0),
    Token("figma_token", "fig[a-z]_", WORD, 30, cut=0),
    Token("atlassian_token", "AT(?:ATT|CTT|BB)", BASE64, 24),
    Token("hubspot_token", "pat-[a-z]{2}[0-9]-", "0-9a-f-", 36),
    Token("airtable_token", r"pat[A-Za-z0-9]{14}\.", HEX, 64),
    Token("contentful_token", "CFPAT-", WORD, 40),
    Token("dropbox_token", r"sl\.", WORD, 60, cut=0),
    Token("typeform_token", "tfp_", DOTTED, 40),
    Token("newrelic_key", "NR(?:AK|II|JS|AA|RA|BR|SP)-", ALNUM, 20),
    Token("sentry_token", "sntr(?:ys|yu)_", BASE64, 40),
    Token("grafana_token", "gl(?:sa|c)_", BASE64, 30),
    Token("dynatrace_token", r"dt0[a-z][0-9]{2}\.", r"A-Z0-9.", 64),
    Token("honeycomb_key", "hc[abi][a-z]k_", ALNUM, 30),
    Token("posthog_key", "phx_", ALNUM, 40),
    # Formats of no one service.
    Token("age_secret_key", "AGE-SECRET-KEY-1", UPPER, 50),
    Token("jwt", "ey[JA]", DOTTED, 24),
)


class Shape(NamedTuple):
    """A credential without a beginning of its own: `mark` is what tells it, and `before` what stands before that."""

    kind: str
    before: str
    mark: str


SHAPES: tuple[Shape, ...] = (
    Shape("azure_client_secret", "[A-Za-z0-9_~.]{3}", "[0-9]Q~[A-Za-z0-9_~.-]{31,34}"),
    Shape("azure_key", "[A-Za-z0-9]{52}", "JQQJ9[A-Za-z0-9]{5,40}"),
    Shape("azure_devops_token", "[A-Za-z0-9]{76}", "AZDO[A-Za-z0-9]{4}"),
    Shape("discord_token", "[MNO][A-Za-z0-9_-]{23,27}", r"\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,45}"),
    Shape("resend_api_key", "", "re_[A-Za-z0-9]{6,10}_[A-Za-z0-9]{20,40}"),
    Shape("telegram_token", "(?:bot)?[0-9]{8,10}", ":AA[A-Za-z0-9_-]{33}"),
    Shape("terraform_token", "[A-Za-z0-9]{14}", r"\.atlasv1\.[A-Za-z0-9_=-]{40,100}"),
    Shape("mailchimp_api_key", "[0-9a-f]{32}", "-us[0-9]{1,2}"),
    Shape("mailgun_api_key", "[0-9a-f]{32}", "-[0-9a-f]{8}-[0-9a-f]{8}"),
    Shape("newrelic_key", "[0-9a-f]{36}", "NRAL"),
    # The path of a webhook's URL is what lets one in.
    Shape("slack_webhook", "", r"hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_+-]{12,200}"),
    Shape("discord_webhook", "", r"discord(?:app)?\.com/api/webhooks/[0-9]{8,}/[A-Za-z0-9_-]{12,200}"),
    Shape("teams_webhook", "", r"webhook\.office\.com/webhookb2/[A-Za-z0-9@/_-]{12,300}"),
)
