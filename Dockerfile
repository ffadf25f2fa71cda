# The service, its worker and its migrations: one image, three commands. The demo and its PostgreSQL are not in it.
FROM python:3.13-slim-bookworm AS build
WORKDIR /srv/ondersteuningsroute
COPY requirements/uv.lock requirements/app.lock requirements/
# The same two steps as in the Makefile: uv by hash through pip, everything else by hash through uv.
RUN python3 -m venv .uv \
 && .uv/bin/python -m pip install --quiet --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/uv.lock \
 && python3 -m venv --without-pip .venv \
 && .uv/bin/uv pip sync --quiet --require-hashes --link-mode copy --python .venv/bin/python requirements/app.lock

FROM python:3.13-slim-bookworm
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin ondersteuningsroute
WORKDIR /srv/ondersteuningsroute
COPY --from=build /srv/ondersteuningsroute/.venv .venv
COPY bin bin
COPY migrations migrations
COPY app app
ENV PATH="/srv/ondersteuningsroute/bin:/srv/ondersteuningsroute/.venv/bin:$PATH" PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/health/live', timeout=2)"]
ENTRYPOINT ["ondersteuningsroute"]
CMD ["serve", "--host", "0.0.0.0"]
