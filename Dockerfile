# One image for web, bell, worker and CLI: Python, our packages and our code, no compiler, no root.
# Others' images are pinned to a version and a Debian release; whoever needs more gives a digest with --build-arg.
ARG PYTHON_IMAGE=python:3.11-slim-bookworm
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS packages
WORKDIR /packages
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund --no-update-notifier

FROM ${PYTHON_IMAGE} AS environment
WORKDIR /build
COPY requirements/production.txt requirements/
RUN python -m venv --without-pip /environment \
    && pip --python /environment/bin/python install --no-cache-dir --disable-pip-version-check \
       --require-hashes --no-deps --only-binary=:all: -r requirements/production.txt
COPY package.json ./
COPY setup setup
COPY --from=packages /packages/node_modules node_modules
RUN python -m setup.assets node_modules /assets

FROM ${PYTHON_IMAGE}
RUN groupadd --gid 10001 bihuan \
    && useradd --uid 10001 --gid bihuan --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin bihuan \
    && install -d -o bihuan -g bihuan -m 0700 /var/lib/bihuan/files
COPY --from=environment /environment /environment
COPY --from=environment /assets /assets
WORKDIR /bihuan
COPY bihuan bihuan
COPY migrations migrations
COPY processes processes
COPY web web
COPY workers workers
RUN ["/environment/bin/python", "-m", "compileall", "-q", "bihuan", "migrations", "web", "workers"]
ENV PATH=/environment/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONPATH=/bihuan \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUTF8=1 \
    MALLOC_ARENA_MAX=2 \
    BIHUAN_ASSETS=/assets \
    BIHUAN_FILES=/var/lib/bihuan/files
USER 10001:10001
VOLUME /var/lib/bihuan/files
EXPOSE 8000
HEALTHCHECK NONE
CMD ["gunicorn", "--worker-class=gthread", "--workers=2", "--threads=8", "--bind=0.0.0.0:8000", \
     "--worker-tmp-dir=/dev/shm", "--graceful-timeout=8", "--no-control-socket", "--access-logfile=-", "web:create_app()"]
