# One image for every part of the system; docker-compose.yml says which part a container is.
FROM python:3.13-slim AS build
WORKDIR /app
COPY requirements requirements
RUN pip install --no-cache-dir --require-hashes --requirement requirements/bootstrap.txt \
 && uv venv --quiet .venv \
 && uv pip install --quiet --no-cache --require-hashes --requirement requirements/runtime.txt
COPY package.json package-lock.json .npmrc ./
COPY deploy/assets.py deploy/assets.py
RUN uv venv --quiet /node \
 && uv pip install --quiet --no-cache --python /node --require-hashes --requirement requirements/node.txt \
 && /node/bin/python deploy/assets.py
COPY pyproject.toml ./
COPY services services
COPY web web
COPY migrations migrations
COPY docs/guides/partner.md docs/guides/partner.md
RUN uv pip install --quiet --offline --no-deps --editable .

FROM python:3.13-slim
RUN useradd --create-home --uid 10001 qip && install --directory --owner=qip --mode=0700 /data
WORKDIR /app
COPY --from=build /app /app
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 QIP_DATA_DIR=/data
USER qip
VOLUME /data
ENTRYPOINT ["qip"]
CMD ["doctor"]
