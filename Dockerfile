# syntax=docker/dockerfile:1
# Three images from one build: `docker build --target web|worker|cli .` (docker-compose.yml does it). For linux/amd64: the native parts are.
# Each program lies in /app/<part>, as `hub web` and `hub worker` look for them; none runs as root.

# ONNX Runtime, libvips and the SignalR client, at the versions that the lock file pins. Install scripts stay off: ONNX Runtime's would fetch CUDA.
FROM node:22-slim AS native
WORKDIR /native
COPY native/package.json native/package-lock.json native/.npmrc ./
RUN npm ci --ignore-scripts

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
# What the restore reads comes first, so that a change of code alone does not fetch the packages again.
COPY global.json Directory.Build.props Directory.Build.targets Directory.Packages.props ./
COPY native/Native.props native/
COPY native/OnnxRuntime/DiffusionHub.OnnxRuntime.csproj native/OnnxRuntime/
COPY src/DiffusionHub.Cli/DiffusionHub.Cli.csproj src/DiffusionHub.Cli/
COPY src/DiffusionHub.Data/DiffusionHub.Data.csproj src/DiffusionHub.Data/
COPY src/DiffusionHub.Domain/DiffusionHub.Domain.csproj src/DiffusionHub.Domain/
COPY src/DiffusionHub.Imaging/DiffusionHub.Imaging.csproj src/DiffusionHub.Imaging/
COPY src/DiffusionHub.Inference/DiffusionHub.Inference.csproj src/DiffusionHub.Inference/
COPY src/DiffusionHub.People/DiffusionHub.People.csproj src/DiffusionHub.People/
COPY src/DiffusionHub.Pipelines/DiffusionHub.Pipelines.csproj src/DiffusionHub.Pipelines/
COPY src/DiffusionHub.Postgres/DiffusionHub.Postgres.csproj src/DiffusionHub.Postgres/
COPY src/DiffusionHub.Queue/DiffusionHub.Queue.csproj src/DiffusionHub.Queue/
COPY src/DiffusionHub.Sampling/DiffusionHub.Sampling.csproj src/DiffusionHub.Sampling/
COPY migrations/DiffusionHub.Migrations/DiffusionHub.Migrations.csproj migrations/DiffusionHub.Migrations/
COPY web/DiffusionHub.Web/DiffusionHub.Web.csproj web/DiffusionHub.Web/BlazorScript.targets web/DiffusionHub.Web/
COPY workers/DiffusionHub.Worker/DiffusionHub.Worker.csproj workers/DiffusionHub.Worker/
RUN dotnet restore src/DiffusionHub.Cli && dotnet restore web/DiffusionHub.Web && dotnet restore workers/DiffusionHub.Worker
COPY --from=native /native/node_modules native/node_modules
COPY . .
RUN dotnet publish src/DiffusionHub.Cli -c Release --no-restore -o /app/cli \
 && dotnet publish web/DiffusionHub.Web -c Release --no-restore -o /app/web \
 && dotnet publish workers/DiffusionHub.Worker -c Release --no-restore -o /app/worker

# The data folder belongs to the image's own user; a new volume takes that over.
FROM mcr.microsoft.com/dotnet/aspnet:10.0 AS runtime
ENV HUB_DATA=/data
RUN mkdir -p /data/pictures /data/models /data/keys /data/logs && chown -R $APP_UID /data
WORKDIR /app

# hub migrate, and any other hub command for the database given by HUB_DATABASE.
FROM runtime AS cli
COPY --from=build /app/cli /app/cli
COPY models /app/models
USER $APP_UID
ENTRYPOINT ["dotnet", "/app/cli/DiffusionHub.Cli.dll"]

FROM runtime AS web
COPY --from=build /app/web /app/web
USER $APP_UID
EXPOSE 8080
ENTRYPOINT ["dotnet", "/app/web/DiffusionHub.Web.dll"]

FROM runtime AS worker
COPY --from=build /app/worker /app/worker
COPY models /app/models
USER $APP_UID
ENTRYPOINT ["dotnet", "/app/worker/DiffusionHub.Worker.dll"]
