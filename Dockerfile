# The API. Scheduled functions are deployed by serverless.yml, the database is somebody else's.
#   docker build -t lizheng .    then see compose.yaml
FROM python:3.13-slim AS build
WORKDIR /app
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /app/.venv
ENV PATH=/app/.venv/bin:$PATH
# The pinned packages first: they change less often than our own code.
COPY requirements.txt requirements-tracing.txt ./
RUN pip install --require-hashes -r requirements.txt -r requirements-tracing.txt
COPY pyproject.toml requirements.in settings.py LICENSE ./
COPY api api
COPY cli cli
COPY data data
COPY docs docs
COPY domain domain
COPY functions functions
COPY infra infra
COPY resolvers resolvers
COPY schema schema
COPY services services
COPY storage storage
COPY widget widget
RUN pip install --no-deps --no-build-isolation -e .

# The chart library of the city's page; the explorer is for development and stays out.
FROM node:22-slim AS charts
WORKDIR /app
COPY package.json package.json
COPY package-lock.json package-lock.json
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin lizheng \
    && install --directory --owner 10001 --mode 0700 /data
COPY --from=build /app /app
COPY --from=charts /app/node_modules/chart.js/dist/chart.umd.min.js /app/node_modules/chart.js/dist/
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    ENVIRONMENT=production \
    HOST=0.0.0.0 \
    PORT=8000 \
    DATA_DIR=/data
USER 10001
EXPOSE 8000
# It lives; whether it is ready is for the load balancer to ask, at /readyz.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f\"http://127.0.0.1:{os.environ['PORT']}/healthz\", timeout=2)"]
# In exec form: SIGTERM reaches the server itself, which finishes what runs.
STOPSIGNAL SIGTERM
CMD ["lizheng", "serve"]
