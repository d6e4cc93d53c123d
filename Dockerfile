FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
COPY requirements.lock ./
# The product alone, and what builds it. Every file is checked against its hash here; nothing below fetches anything.
RUN pip download --quiet --require-hashes --no-deps --only-binary=:all: --dest /wheels -r requirements.lock
COPY . .
RUN pip install --quiet --no-index --find-links /wheels hatchling \
    && python -m hatchling build -t wheel -d /dist \
    && python -m venv /opt/tradeoff \
    && /opt/tradeoff/bin/pip install --quiet --no-index --find-links /wheels /dist/*.whl

FROM python:3.13-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PATH=/opt/tradeoff/bin:$PATH \
    TRADEOFF_HOST=0.0.0.0 TRADEOFF_PORT=3000 TRADEOFF_DATABASE_URL=sqlite:////data/tradeoff.db
RUN useradd --system --uid 10001 --no-create-home tradeoff && install -d -o tradeoff /data
COPY --from=build /opt/tradeoff /opt/tradeoff
USER tradeoff
WORKDIR /data
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=4s --start-period=20s --retries=3 CMD ["python", "-c", \
    "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['TRADEOFF_PORT'] + '/healthz', timeout=3)"]
ENTRYPOINT ["tradeoff"]
CMD ["serve"]
