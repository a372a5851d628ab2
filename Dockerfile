# One file for every image: docker build --build-arg SERVICE=intake -t tasuki-intake .
# SERVICE is intake, router, timer, notifier, knowledge, watchdog, gateway or sandbox.
#
# A release names its base by digest, PYTHON_IMAGE=python:3.11-slim-bookworm@sha256:<digest>, as the registry that the
# company trusts tells it; none is written here, because it changes with every repair of Debian. pip is told of an index of
# your own by its usual configuration: --secret id=pip.conf,src=pip.conf. Every package is checked against its hash.
ARG PYTHON_IMAGE=python:3.11-slim-bookworm
ARG SERVICE

FROM ${PYTHON_IMAGE} AS packages
ARG SERVICE
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1
COPY requirements/${SERVICE}.txt /requirements.txt
# http-ece alone comes as source; it is pure Python, needs no compiler, and is built here.
RUN --mount=type=secret,id=pip.conf,target=/etc/pip.conf,required=false \
    python -m venv /venv \
    && /venv/bin/pip install --require-hashes --only-binary :all: --no-binary http-ece -r /requirements.txt \
    && /venv/bin/pip uninstall --yes pip setuptools

FROM ${PYTHON_IMAGE} AS ground
# No shell of its own, no home: what is written goes to /tmp, which may be a memory file system; / may be read-only.
RUN groupadd --gid 10001 tasuki && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin tasuki \
    && for name in intake router timer notifier knowledge watchdog gateway sandbox postgres; do \
         install -d -m 0750 -o 10001 -g 10001 /secrets/$name; \
       done \
    && install -d -m 0750 -o 10001 -g 10001 /data
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PYTHONHASHSEED=0 TASUKI_HTTP_HOST=0.0.0.0 HOME=/tmp
WORKDIR /app
COPY --from=packages /venv /venv
COPY shared/ shared/
STOPSIGNAL SIGTERM
ENTRYPOINT ["python", "-m"]

FROM ground AS with-intake
COPY services/__init__.py services/
COPY services/intake/ services/intake/
COPY docs/runbooks/ docs/runbooks/
CMD ["services.intake"]

FROM ground AS with-router
COPY policy/ policy/
COPY services/__init__.py services/
COPY services/router/ services/router/
CMD ["services.router"]

FROM ground AS with-timer
COPY services/__init__.py services/
COPY services/timer/ services/timer/
CMD ["services.timer"]

FROM ground AS with-notifier
COPY services/__init__.py services/
COPY services/notifier/ services/notifier/
CMD ["services.notifier"]

FROM ground AS with-knowledge
COPY services/__init__.py services/
COPY services/knowledge/ services/knowledge/
CMD ["services.knowledge"]

FROM ground AS with-watchdog
COPY watchdog/ watchdog/
CMD ["watchdog"]

FROM ground AS with-gateway
RUN apt-get update && apt-get install --yes --no-install-recommends baresip-core espeak-ng \
    && rm -rf /var/lib/apt/lists/*
COPY gateway/ gateway/
CMD ["gateway"]

# The outside world of a trial, and what prepares a server for it (deploy.compose.prepare).
FROM ground AS with-sandbox
COPY sandbox/ sandbox/
COPY deploy/ deploy/
CMD ["sandbox"]

FROM with-${SERVICE} AS image
RUN python -m compileall -q -j 0 --invalidation-mode unchecked-hash /app
USER 10001:10001
