// Vercel's AI SDK, which traces itself. Usage: node agent.mjs RUN.
import { readFileSync } from 'node:fs'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node'
import { generateText, stepCountIs, tool } from 'ai'
import { z } from 'zod'

const scenario = JSON.parse(readFileSync(new URL('../scenario.json', import.meta.url), 'utf8'))
const run = scenario.runs[process.argv[2]]

const provider = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())] })
provider.register()

const lookup = tool({
  description: scenario.description,
  inputSchema: z.object({ order_id: z.string() }),
  execute: async () => {
    if (run.failure) throw new Error(run.failure)
    return run.result
  },
})
const stub = createOpenAICompatible({
  name: 'stub',
  baseURL: process.env.OPENAI_BASE_URL,
  apiKey: process.env.OPENAI_API_KEY,
})

try {
  const { text } = await generateText({
    model: stub('gpt-4o-mini'),
    system: scenario.system,
    prompt: run.question,
    tools: { [scenario.tool]: lookup },
    stopWhen: stepCountIs(3),
    experimental_telemetry: { isEnabled: true, functionId: 'order-desk' },
  })
  console.log(text)
} finally {
  await provider.shutdown()
}
