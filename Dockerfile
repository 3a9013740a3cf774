# mcp-traces over HTTP, on port 8000. docs/deploy.md tells what it needs to be told; without --auth it refuses to start.
# For a client that starts it over stdio: docker run -i --rm -e MLFLOW_TRACKING_URI=... mcp-traces serve

FROM python:3.13-slim AS build
WORKDIR /build
RUN python -m venv /opt/mcp-traces
COPY pyproject.toml README.md LICENSE ./
COPY mcp_traces mcp_traces
RUN /opt/mcp-traces/bin/pip install --no-cache-dir --compile '.[postgresql,mysql]'

FROM python:3.13-slim
LABEL io.modelcontextprotocol.server.name="io.github.mcp-traces/mcp-traces" \
      org.opencontainers.image.licenses="Apache-2.0"
# The image of Python comes without bytecode, which a user who may not write there would compile anew at every start.
RUN python -m compileall -q -x '/(test|tests|idlelib|turtledemo)/' /usr/local/lib/python3.13
COPY --from=build /opt/mcp-traces /opt/mcp-traces
# Nothing is written, so the file system may be read-only; HOME is where files of credentials could be mounted.
ENV PATH=/opt/mcp-traces/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 HOME=/tmp
WORKDIR /tmp
# A number, so that Kubernetes can see that it is not root.
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import http.client, os, sys; c = http.client.HTTPConnection('127.0.0.1', int(os.environ.get('MCP_TRACES_PORT', '8000')), timeout=2); c.request('GET', '/healthz'); sys.exit(c.getresponse().status != 200)"]
ENTRYPOINT ["mcp-traces"]
CMD ["--transport", "http", "--host", "0.0.0.0", "--log-format", "json"]
