# Every room but the dashboards; `docker run qingyu-app:0.1.0 --help` is `qingyu --help`.
FROM python:3.11.13-slim-bookworm

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app

COPY requirements/app.lock requirements/app.lock
RUN pip install --require-hashes --requirement requirements/app.lock

COPY . .
# Editable, because plans and SQL are read from where they lie in the checkout.
RUN pip install --no-deps --editable .

# The volumes take over these folders' owner. Superset's image has the same user, so it may read the lake.
RUN useradd --uid 10001 --no-create-home qingyu && mkdir -p /lake/data /state && chown -R qingyu /lake /state
USER qingyu
ENTRYPOINT ["qingyu"]
CMD ["--help"]
