# The dashboards: Superset in its own environment, with our configuration and assets.
FROM python:3.11.13-slim-bookworm

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app

COPY dashboards/requirements.lock dashboards/requirements.lock
# The lock is complete; letting pip resolve would find newer packages that do not run together.
RUN pip install --no-deps --requirement dashboards/requirements.lock

COPY dashboards dashboards
ENV PYTHONPATH=/app/dashboards

# The same user id as in the app image: the lake's files are its to read.
RUN useradd --uid 10001 --no-create-home qingyu && mkdir -p /lake /state && chown -R qingyu /lake /state
USER qingyu
ENV HOME=/state
EXPOSE 8088
# As dashboards/serve.py, but on the container's own address: only compose decides what is published.
CMD ["gunicorn", "--bind", "0.0.0.0:8088", "--workers", "1", "--worker-class", "gthread", "--threads", "8", \
     "--timeout", "120", "superset.app:create_app()"]
