// The Inspector's web form, filled in and sent in Chromium. Usage: node inspector_form.mjs URL CHROMIUM FOLDER
//
// Prints one JSON: what the form of each tool has, and what each call showed. FOLDER gets a picture of each form and of
// what is on the page when something fails.

import { chromium } from "playwright-core";

const [url, executablePath, folder] = process.argv.slice(2);
const TOOLS = ["search_traces", "get_trace", "summarize_traces", "query_traces", "compare_traces", "describe_filter_syntax"];

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const page = await browser.newPage({ viewport: { width: 1600, height: 2400 } });
page.setDefaultTimeout(30_000);
const troubles = [];
page.on("pageerror", (error) => troubles.push(error.message));
const execute = page.getByRole("button", { name: "Execute Tool" });

async function open(tool) {
  await page.getByText(tool, { exact: true }).first().click();
  await execute.waitFor();
}

/** The form's fields by argument, as the kind of Mantine's input, such as TextInput; null: not a plain field. */
function fields() {
  return page.locator("label[for]").evaluateAll((labels) => {
    const kind = (input) => [...input.className.matchAll(/mantine-(\w+)-input/g)].at(-1)?.[1] ?? null;
    const named = labels.map((label) => [label.textContent.replace(/ \*$/, ""), document.getElementById(label.htmlFor)]);
    return Object.fromEntries(
      named.filter(([, input]) => !input.matches("[type=radio], [role=switch]")).map(([name, input]) => [name, kind(input)]),
    );
  });
}

async function field(name) {
  const label = page.locator("label").filter({ hasText: new RegExp(`^${name}( \\*)?$`) });
  return page.locator(`[id="${await label.getAttribute("for")}"]`);
}

async function fill(name, value) {
  const input = await field(name);
  const kind = (await fields())[name];
  if (kind === "Select") {
    await input.click();
    await page.getByRole("option", { name: value, exact: true }).click();
  } else {
    await input.fill(String(value));
  }
}

/** Fills in the tool's form, sends it, and gives the structured result or, of an error, the text on the page. */
async function send(tool, ...filled) {
  await open(tool);
  for (const values of filled) for (const [name, value] of Object.entries(values)) await fill(name, value);
  await execute.click();
  const close = page.getByRole("button", { name: "Close results" });
  await close.waitFor();
  const shown = page.getByTestId("structured-output").locator(".ace_editor");
  const failed = page.getByText("Tool Error");
  await shown.or(failed).first().waitFor();
  const answer = (await shown.count())
    ? JSON.parse(await shown.evaluate((element) => element.env.editor.getValue()))
    : await page.locator("body").innerText();
  await close.click();
  await execute.waitFor();
  return answer;
}

try {
  await page.goto(url);
  await page.getByRole("switch", { name: /^Connect or disconnect/ }).press("Space");
  await page.getByText("Tools", { exact: true }).first().click();
  const forms = {};
  for (const tool of TOOLS) {
    await open(tool);
    forms[tool] = await fields();
    await page.screenshot({ path: `${folder}/${tool}.png` });
    if (await page.getByTestId("schema-findings").count()) {
      troubles.push(`${tool}: ${await page.getByTestId("schema-findings").innerText()}`);
    }
  }
  for (const icon of await page.locator("[aria-label^='Schema portability']").all()) {
    troubles.push(await icon.getAttribute("aria-label"));
  }

  const search = { experiment: "support-assistant", session_id: "session_abc123", limit: 2 };
  const first = await send("search_traces", { name: "x", tags: "a=b" }, { name: "", tags: "", ...search });
  const second = await send("search_traces", { cursor: first.next_cursor });
  const tags = { tags: "environment=production, model-name=gpt-4", feedback: '{"rating": "positive"}' };
  const chosen = await send("search_traces", { cursor: "", session_id: "", status: "OK", has_error: "true", ...tags });
  const wrong = await send("search_traces", { order_by: "latency" });
  const trace_id = second.traces[0].trace_id;
  const opened = await send("get_trace", { trace_id });
  const column = opened.spans.columns.indexOf("span_id");
  const span_ids = opened.spans.rows.slice(0, 2).map((row) => row[column]);
  const spans = await send("get_trace", { span_ids: span_ids.join(", ") });
  const tree = await send("get_trace", { span_ids: "", view: "tree" });
  const syntax = await send("describe_filter_syntax", { filter: "status = 'OK'" });
  const told = { forms, troubles, first, second, chosen, wrong, opened, span_ids, spans, tree, syntax };
  console.log(JSON.stringify(told));
} catch (error) {
  await page.screenshot({ path: `${folder}/failed.png` });
  throw error;
} finally {
  await browser.close();
}
