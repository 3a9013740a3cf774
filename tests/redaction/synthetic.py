"""Credentials that nobody ever gave out, put together from pieces, so that no scanner takes this file for a leak.

Each is the same in every run: its characters come from a generator that is seeded with its name.
"""

import base64
import json
import random
import string

ALNUM = string.ascii_letters + string.digits
LOWER = string.ascii_lowercase + string.digits
UPPER = string.ascii_uppercase + string.digits
HEX = "0123456789abcdef"
URLSAFE = ALNUM + "-_"
BASE64 = ALNUM + "+/"


def chars(name: str, count: int, alphabet: str = ALNUM) -> str:
    """So many characters, a letter and a digit among them."""
    made = random.Random(f"{name}/{count}")
    text = "".join(made.choices(alphabet, k=count - 2))
    letters = [one for one in alphabet if one.isalpha()] or alphabet
    digits = [one for one in alphabet if one.isdigit()] or alphabet
    return made.choice(letters) + text + made.choice(digits)


def _segment(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).decode().rstrip("=")


def jwt(name: str, **header: str) -> str:
    payload = {"sub": chars(name, 10), "iat": 1716239022, "scope": "read"}
    return ".".join([_segment({"alg": "HS256", "typ": "JWT", **header}), _segment(payload), chars(name, 43, URLSAFE)])


def basic(user: str, password: str) -> str:
    return base64.b64encode(f"{user}:{password}".encode()).decode()


def private_key(name: str, kind: str = "PRIVATE KEY", lines: int = 6) -> str:
    body = "\n".join(chars(f"{name}{line}", 64, BASE64) for line in range(lines))
    return f"-----BEGIN {kind}-----\nMII{body}\n-----END {kind}-----"


def uuid(name: str) -> str:
    text = chars(name, 32, HEX)
    return "-".join([text[:8], text[8:12], text[12:16], text[16:20], text[20:]])


TOKENS: dict[str, str] = {
    "anthropic_api_key": "sk-" + "ant-api03-" + chars("anthropic", 93, URLSAFE) + "AA",
    "openrouter_api_key": "sk-" + "or-v1-" + chars("openrouter", 64, HEX),
    "langfuse_secret_key": "sk-" + "lf-" + uuid("langfuse"),
    "openai_api_key": "sk-" + "proj-" + chars("openai", 120, URLSAFE),
    "openai_service_key": "sk-" + "svcacct-" + chars("openai service", 80, URLSAFE),
    "openai_legacy_key": "sk-" + chars("openai", 20) + "T3Blbk" + "FJ" + chars("legacy", 20),
    "openai_session": "sess-" + chars("session", 40),
    "deepseek_api_key": "sk-" + chars("deepseek", 32, HEX),
    "huggingface_token": "hf" + "_" + chars("huggingface", 34, string.ascii_letters),
    "huggingface_org_token": "api" + "_org_" + chars("huggingface org", 34, string.ascii_letters),
    "groq_api_key": "gsk" + "_" + chars("groq", 52),
    "xai_api_key": "xai" + "-" + chars("xai", 80),
    "perplexity_api_key": "pplx" + "-" + chars("perplexity", 48),
    "replicate_token": "r8" + "_" + chars("replicate", 37),
    "nvidia_api_key": "nvapi" + "-" + chars("nvidia", 64, URLSAFE),
    "cerebras_api_key": "csk" + "-" + chars("cerebras", 48, LOWER),
    "fireworks_api_key": "fw" + "_" + chars("fireworks", 24),
    "together_api_key": "tgp" + "_v1_" + chars("together", 43, URLSAFE),
    "elevenlabs_api_key": "sk" + "_" + chars("elevenlabs", 48, HEX),
    "llamacloud_api_key": "llx" + "-" + chars("llamacloud", 48),
    "pinecone_api_key": "pcsk" + "_" + chars("pinecone", 6) + "_" + chars("pinecone", 60),
    "tavily_api_key": "tvly" + "-dev-" + chars("tavily", 32),
    "firecrawl_api_key": "fc" + "-" + chars("firecrawl", 32, HEX),
    "jina_api_key": "jina" + "_" + chars("jina", 32, HEX) + chars("jina", 28),
    "e2b_api_key": "e2b" + "_" + chars("e2b", 40, HEX),
    "apify_token": "apify" + "_api_" + chars("apify", 36),
    "langsmith_api_key": "lsv2" + "_pt_" + chars("langsmith", 32, HEX) + "_" + chars("langsmith", 10, HEX),
    "langsmith_old_key": "ls" + "__" + chars("langsmith old", 32, HEX),
    "logfire_token": "pylf" + "_v1_us_" + chars("logfire", 43),
    "databricks_token": "dapi" + chars("databricks", 32, HEX) + "-2",
    "databricks_secret": "dose" + chars("databricks secret", 32, HEX),
    "aws_access_key": "AKI" + "A" + chars("aws", 16, UPPER),
    "aws_session_key": "ASI" + "A" + chars("aws session", 16, UPPER),
    "aws_bedrock_api_key": "ABS" + "K" + chars("bedrock", 128, BASE64) + "=",
    "google_api_key": "AIz" + "aSy" + chars("google", 33, URLSAFE),
    "google_oauth_token": "ya" + "29.a0" + chars("google oauth", 120, URLSAFE),
    "google_refresh_token": "1/" + "/0g" + chars("google refresh", 60, URLSAFE),
    "google_client_secret": "GOC" + "SPX-" + chars("google client", 28, URLSAFE),
    "alibaba_access_key": "LT" + "AI5t" + chars("alibaba", 18),
    "tencent_secret_id": "AK" + "ID" + chars("tencent", 32),
    "digitalocean_token": "dop" + "_v1_" + chars("digitalocean", 64, HEX),
    "heroku_api_key": "HRKU" + "-" + chars("heroku", 58, URLSAFE),
    "netlify_token": "nfp" + "_" + chars("netlify", 36),
    "fly_token": "Fly" + "V1 fm2_" + chars("fly", 120, BASE64),
    "supabase_token": "sbp" + "_" + chars("supabase", 40, HEX),
    "supabase_secret_key": "sb" + "_secret_" + chars("supabase", 31, URLSAFE),
    "planetscale_token": "pscale" + "_tkn_" + chars("planetscale", 43, URLSAFE),
    "neon_api_key": "napi" + "_" + chars("neon", 64, LOWER),
    "pulumi_token": "pul" + "-" + chars("pulumi", 40, HEX),
    "vault_token": "hv" + "s." + chars("vault", 90, URLSAFE),
    "doppler_token": "dp" + ".st.dev." + chars("doppler", 40),
    "onepassword_token": "ops" + "_" + _segment({"signInAddress": "x.example", "secret": chars("1password", 200)}),
    "github_token": "gh" + "p_" + chars("github", 36),
    "github_oauth_token": "gh" + "o_" + chars("github oauth", 36),
    "github_server_token": "gh" + "s_" + chars("github server", 36),
    "github_fine_token": "github" + "_pat_" + chars("github", 22) + "_" + chars("github fine", 59),
    "gitlab_token": "glp" + "at-" + chars("gitlab", 20, URLSAFE),
    "gitlab_runner_token": "glr" + "t-" + chars("gitlab runner", 20, URLSAFE),
    "npm_token": "npm" + "_" + chars("npm", 36),
    "pypi_token": "pypi" + "-AgEIcHlwaS5vcmc" + chars("pypi", 120, URLSAFE),
    "rubygems_key": "rubygems" + "_" + chars("rubygems", 48, HEX),
    "nuget_key": "oy" + "2" + chars("nuget", 43, LOWER),
    "cratesio_token": "ci" + "o" + chars("crates", 32),
    "docker_token": "dckr" + "_pat_" + chars("docker", 27, URLSAFE),
    "buildkite_token": "bkua" + "_" + chars("buildkite", 40, HEX),
    "sonar_token": "sqp" + "_" + chars("sonar", 40, HEX),
    "circleci_token": "CCI" + "PAT_" + chars("circleci", 22) + "_" + chars("circleci", 40, HEX),
    "postman_api_key": "PMA" + "K-" + chars("postman", 24, HEX) + "-" + chars("postman", 34, HEX),
    "slack_bot_token": "xox"
    + "b-"
    + chars("s", 12, "0123456789")
    + "-"
    + chars("t", 13, "0123456789")
    + "-"
    + chars("slack", 24),
    "slack_app_token": "xap"
    + "p-1-A0"
    + chars("slack", 9, UPPER)
    + "-"
    + chars("u", 13, "0123456789")
    + "-"
    + chars("slack", 64, HEX),
    "stripe_key": "sk" + "_live_" + chars("stripe", 24),
    "stripe_restricted_key": "rk" + "_live_" + chars("stripe restricted", 99),
    "stripe_webhook_secret": "wh" + "sec_" + chars("stripe webhook", 32),
    "twilio_api_key": "S" + "K" + chars("twilio", 32, HEX),
    "sendgrid_api_key": "S" + "G." + chars("sendgrid", 22, URLSAFE) + "." + chars("sendgrid", 43, URLSAFE),
    "mailgun_api_key": "key" + "-" + chars("mailgun", 32, HEX),
    "mailgun_new_key": chars("mailgun", 32, HEX) + "-" + chars("mailgun", 8, HEX) + "-" + chars("gun", 8, HEX),
    "mailchimp_api_key": chars("mailchimp", 32, HEX) + "-us" + "14",
    "brevo_api_key": "xkey" + "sib-" + chars("brevo", 64, HEX) + "-" + chars("brevo", 16),
    "resend_api_key": "re" + "_" + chars("resend", 8) + "_" + chars("resend", 24),
    "square_token": "sq0" + "atp-" + chars("square", 22, URLSAFE),
    "shopify_token": "shp" + "at_" + chars("shopify", 32, HEX),
    "plaid_token": "access" + "-production-" + uuid("plaid"),
    "linear_api_key": "lin" + "_api_" + chars("linear", 40),
    "notion_token": "nt" + "n_" + chars("notion", 46),
    "notion_old_token": "secret" + "_" + chars("notion old", 43),
    "figma_token": "fig" + "d_" + chars("figma", 40, URLSAFE),
    "atlassian_token": "ATA" + "TT3xFfGF0" + chars("atlassian", 176, URLSAFE) + "=" + chars("atl", 8, UPPER),
    "hubspot_token": "pat" + "-eu1-" + uuid("hubspot"),
    "airtable_token": "pat" + chars("airtable", 14) + "." + chars("airtable", 64, HEX),
    "contentful_token": "CFP" + "AT-" + chars("contentful", 43, URLSAFE),
    "dropbox_token": "s" + "l.B" + chars("dropbox", 130, URLSAFE),
    "typeform_token": "tf" + "p_" + chars("typeform", 59),
    "newrelic_key": "NR" + "AK-" + chars("newrelic", 27, UPPER),
    "newrelic_license": chars("newrelic license", 36, HEX) + "NR" + "AL",
    "sentry_token": "sntr"
    + "ys_"
    + _segment({"iat": 1700000000.1, "url": "https://sentry.io"})
    + "_"
    + chars("sentry", 43),
    "grafana_token": "gls" + "a_" + chars("grafana", 32) + "_" + chars("grafana", 8, HEX),
    "grafana_cloud_token": "gl" + "c_" + _segment({"o": "1", "n": "x", "k": chars("grafana cloud", 24)}),
    "dynatrace_token": "dt0" + "c01." + chars("dynatrace", 24, UPPER) + "." + chars("dynatrace", 64, UPPER),
    "honeycomb_key": "hca" + "ik_01" + chars("honeycomb", 58, LOWER),
    "posthog_key": "ph" + "x_" + chars("posthog", 43),
    "age_secret_key": "AGE" + "-SECRET-KEY-1" + chars("age", 58, UPPER),
    "azure_client_secret": chars("azur", 3) + "8" + "Q~" + chars("azure", 34, ALNUM + "~._-"),
    "azure_openai_key": chars("azure openai", 52) + "JQQ" + "J99BBACYeBjFXJ3w3AAABACOG" + chars("azure", 4),
    "azure_devops_token": chars("azure devops", 76) + "AZ" + "DO" + chars("azure", 4),
    "discord_token": "MT"
    + base64.b64encode(b"123456789012345678").decode()[2:]
    + "."
    + chars("dis", 6)
    + "."
    + chars("discord", 38),
    "telegram_token": "123456" + "7890:A" + "A" + chars("telegram", 33, URLSAFE),
    "terraform_token": chars("terraform", 14) + ".atlas" + "v1." + chars("terraform", 67),
    "jwt": jwt("plain"),
    "jwt_with_key_id": jwt("with key id", kid="2024-01"),
}
"""One of each vendor's, by a name of ours."""
